# The judge, what it says of every training, and the summary of the study.


rule train_judge:
    input:
        digits="results/{run}/digits.npz",
        modules=modules("train_judge.py"),
    output:
        judge="results/{run}/judge/judge.npz",
        quality="results/{run}/judge/quality.json",
    log:
        "logs/{run}/train_judge.log",
    benchmark:
        "benchmarks/{run}/train_judge.tsv"
    conda:
        "../../environment.yml"
    params:
        epochs=config["judge"]["epochs"],
        digit=config["digits"]["digit"],
    message:
        "Training the judge on digits the GAN never sees"
    script:
        "../scripts/train_judge.py"


rule evaluate_condition:
    input:
        histories=expand(f"{CONDITION_FOLDER}/seed~{{seed}}/history.csv", seed=SEEDS, allow_missing=True),
        ledgers=expand(f"{CONDITION_FOLDER}/seed~{{seed}}/ledger.csv", seed=SEEDS, allow_missing=True),
        images=expand(f"{CONDITION_FOLDER}/seed~{{seed}}/images.npz", seed=SEEDS, allow_missing=True),
        digits="results/{run}/digits.npz",
        judge="results/{run}/judge/judge.npz",
        modules=modules("evaluate_condition.py"),
    output:
        metrics=f"{CONDITION_FOLDER}/metrics.csv",
    log:
        f"{CONDITION_FOLDER}/evaluate.log".replace("results/", "logs/"),
    benchmark:
        f"{CONDITION_FOLDER}/evaluate.tsv".replace("results/", "benchmarks/")
    conda:
        "../../environment.yml"
    params:
        digit=config["digits"]["digit"],
    message:
        "Evaluating {wildcards.protocol} trainings: {wildcards.noise} noise, variation {wildcards.variation}"
    script:
        "../scripts/evaluate_condition.py"


rule summarise_study:
    input:
        metrics=expand("results/{{run}}/train/{condition}/metrics.csv", condition=CONDITIONS),
        hardware=expand("results/{{run}}/train/{training}/hardware.csv", training=ON_ARRAYS),
        modules=modules("summarise_study.py"),
    output:
        summary="results/{run}/summary.csv",
        by_condition=report(
            "results/{run}/summary_by_condition.csv",
            caption="../report/summary_by_condition.rst",
            category="Tables",
            labels={"table": "Means by condition"},
        ),
        effects=report(
            "results/{run}/effects.csv",
            caption="../report/effects.rst",
            category="Tables",
            labels={"table": "Effects of variation"},
        ),
        hardware=report(
            "results/{run}/hardware.csv",
            caption="../report/hardware.rst",
            category="Tables",
            labels={"table": "State of the arrays"},
        ),
    log:
        "logs/{run}/summarise_study.log",
    benchmark:
        "benchmarks/{run}/summarise_study.tsv"
    conda:
        "../../environment.yml"
    message:
        "Summarising the study"
    script:
        "../scripts/summarise_study.py"
