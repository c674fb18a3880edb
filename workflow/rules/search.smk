# The search for a recipe: arrays and rules of ranges, trained on the first conditions of the study on arrays.


if SEARCH:

    rule search_recipe:
        input:
            digits=f"results/{{run}}/digits/digits~{DIGITS_IN_USE[0]}/split.npz",
            classifier=f"results/{{run}}/digits/digits~{DIGITS_IN_USE[0]}/classifier.npz",
            traces=expand(f"results/{{{{run}}}}/noise/noise~{NOISES[0]}/seed~{{seed}}/trace.npz", seed=SEEDS),
            devices=[devices_of(run="{run}", noise=NOISES[0], seed=seed) for seed in SEEDS],
            model="results/{run}/calibration/model.json",
            pulses="results/{run}/calibration/chosen_pulses.json",
        output:
            journal="results/{run}/search/study.journal",
            trials=report(
                "results/{run}/search/trials.csv",
                caption="../report/trials.rst",
                category="Tables",
                labels={"table": "Trials of the search"},
            ),
            recipe="results/{run}/search/recipe.yaml",
        log:
            "logs/{run}/search_recipe.log",
        benchmark:
            "benchmarks/{run}/search_recipe.tsv"
        conda:
            "../../environment.yml"
        threads: min(SEARCH["generation"], workflow.cores)
        params:
            code=code("search_recipe.py"),
            seeds=list(SEEDS),
            search=SEARCH,
            settings={
                "batch": config["network"]["batch"],
                "steps": STEPS["physical"],
                "evaluation": config["evaluation"],
                "weight_limit": config["crossbar"]["weight_limit"],
                "prices": config["prices"],
                "device": {key: DEVICE[key] for key in ("window", "read", "temperature_C")},
            },
        message:
            "Searching arrays and rules in {params.search[trials]} trials"
        script:
            "../scripts/search_recipe.py"
