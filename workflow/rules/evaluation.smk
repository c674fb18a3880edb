# The judges, what they say of generators everybody knows and of every training, and the summary of the study.


rule train_judge:
    input:
        digits="results/{run}/digits/digits~{digits}/split.npz",
    output:
        classifier="results/{run}/digits/digits~{digits}/classifier.npz",
        quality="results/{run}/digits/digits~{digits}/quality.json",
    log:
        "logs/{run}/train_judge/digits~{digits}.log",
    benchmark:
        "benchmarks/{run}/train_judge/digits~{digits}.tsv"
    group:
        of_preparation
    conda:
        "../../environment.yml"
    params:
        code=code("train_judge.py"),
        epochs=config["judge"]["epochs"],
    message:
        "Training the judge of {wildcards.digits} on digits the GAN never sees"
    script:
        "../scripts/train_judge.py"


rule assess_anchors:
    input:
        **JUDGED_BY,
    output:
        anchors="results/{run}/digits/digits~{digits}/anchors.csv",
    log:
        "logs/{run}/assess_anchors/digits~{digits}.log",
    benchmark:
        "benchmarks/{run}/assess_anchors/digits~{digits}.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("assess_anchors.py"),
        images=config["evaluation"]["images"],
    message:
        "Assessing the anchors of {wildcards.digits}: real digits, a memoriser, one image, noise"
    script:
        "../scripts/assess_anchors.py"


rule evaluate_condition:
    input:
        **JUDGED_BY,
        histories=expand(f"{CONDITION_FOLDER}/seed~{{seed}}/history.csv", seed=SEEDS, allow_missing=True),
        ledgers=expand(f"{CONDITION_FOLDER}/seed~{{seed}}/ledger.csv", seed=SEEDS, allow_missing=True),
        images=expand(f"{CONDITION_FOLDER}/seed~{{seed}}/images.npz", seed=SEEDS, allow_missing=True),
    output:
        metrics=f"{CONDITION_FOLDER}/metrics.csv",
        classes=f"{CONDITION_FOLDER}/classes.csv",
    log:
        f"{CONDITION_FOLDER}/evaluate.log".replace("results/", "logs/"),
    benchmark:
        f"{CONDITION_FOLDER}/evaluate.tsv".replace("results/", "benchmarks/")
    group:
        of_condition
    conda:
        "../../environment.yml"
    params:
        code=code("evaluate_condition.py"),
        steps=lambda wildcards: STEPS[wildcards.protocol],
    message:
        "Evaluating {wildcards.protocol} trainings: {wildcards.noise} noise, variation {wildcards.variation}"
    script:
        "../scripts/evaluate_condition.py"


rule summarise_study:
    input:
        metrics=expand("results/{{run}}/train/{condition}/metrics.csv", condition=CONDITIONS),
        classes=expand("results/{{run}}/train/{condition}/classes.csv", condition=CONDITIONS),
        anchors=expand("results/{{run}}/digits/digits~{digits}/anchors.csv", digits=DIGITS_IN_USE),
        hardware=expand("results/{{run}}/train/{training}/hardware.csv", training=ON_ARRAYS),
        ledgers=expand("results/{{run}}/train/{training}/ledger.csv", training=TRAININGS),
        moments="results/{run}/noise/moments.csv",
        entropy="results/{run}/noise/entropy.csv",
    output:
        summary="results/{run}/summary.csv",
        by_layer="results/{run}/energy_by_layer.csv",
        by_condition=report(
            "results/{run}/summary_by_condition.csv",
            caption="../report/summary_by_condition.rst",
            category="Tables",
            labels={"table": "Means by condition"},
        ),
        anchors=report(
            "results/{run}/anchors.csv",
            caption="../report/anchors.rst",
            category="Tables",
            labels={"table": "Anchors"},
        ),
        judges=report(
            "results/{run}/judges.csv",
            caption="../report/judges.rst",
            category="Tables",
            labels={"table": "Means by condition and judge"},
        ),
        agreement=report(
            "results/{run}/judge_agreement.csv",
            caption="../report/judge_agreement.rst",
            category="Tables",
            labels={"table": "Agreement of the judges"},
        ),
        effects=report(
            "results/{run}/effects.csv",
            caption="../report/effects.rst",
            category="Tables",
            labels={"table": "Effects of variation"},
        ),
        components=report(
            "results/{run}/components.csv",
            caption="../report/components.rst",
            category="Tables",
            labels={"table": "Where spread comes from"},
        ),
        classes=report(
            "results/{run}/classes.csv",
            caption="../report/classes.rst",
            category="Tables",
            labels={"table": "Classes"},
        ),
        hardware=report(
            "results/{run}/hardware.csv",
            caption="../report/hardware.rst",
            category="Tables",
            labels={"table": "State of the arrays"},
        ),
        merits=report(
            "results/{run}/noise_merits.csv",
            caption="../report/noise_merits.rst",
            category="Tables",
            labels={"table": "What predicts quality"},
        ),
        worth=report(
            "results/{run}/noise_worth.csv",
            caption="../report/noise_worth.rst",
            category="Tables",
            labels={"table": "What real sources are worth"},
        ),
        steps=report(
            "results/{run}/noise_steps.csv",
            caption="../report/noise_steps.rst",
            category="Tables",
            labels={"table": "Where energy moves from noise to noise"},
        ),
    log:
        "logs/{run}/summarise_study.log",
    benchmark:
        "benchmarks/{run}/summarise_study.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("summarise_study.py"),
        chains=config["noise_chains"],
        digits={name: config["digits"][name] for name in DIGITS_IN_USE},
    message:
        "Summarising the study"
    script:
        "../scripts/summarise_study.py"


rule assess_claims:
    input:
        claims=shipped("config/claims.yaml"),
        schema=SCHEMAS / "claims.schema.yaml",
        summary="results/{run}/summary.csv",
        bill="results/{run}/bill.csv",
        histories=expand("results/{{run}}/train/{training}/history.csv", training=TRAININGS),
    output:
        claims=report(
            "results/{run}/claims.csv",
            caption="../report/claims.rst",
            category="Tables",
            labels={"table": "Claims"},
        ),
    log:
        "logs/{run}/assess_claims.log",
    benchmark:
        "benchmarks/{run}/assess_claims.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("assess_claims.py"),
    message:
        "Holding the claims against the trainings"
    script:
        "../scripts/assess_claims.py"


rule tabulate_results:
    input:
        by_condition="results/{run}/summary_by_condition.csv",
        claims="results/{run}/claims.csv",
    output:
        results=report(
            "results/{run}/main_results.csv",
            caption="../report/main_results.rst",
            category="Tables",
            labels={"table": "Main results"},
        ),
        results_tex="results/{run}/main_results.tex",
        claims_tex="results/{run}/claims.tex",
    log:
        "logs/{run}/tabulate_results.log",
    benchmark:
        "benchmarks/{run}/tabulate_results.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("tabulate_results.py"),
    message:
        "Writing the tables for people"
    script:
        "../scripts/tabulate_results.py"


rule price_study:
    input:
        summary="results/{run}/summary.csv",
    output:
        bill=report(
            "results/{run}/bill.csv",
            caption="../report/bill.rst",
            category="Tables",
            labels={"table": "The whole bill"},
        ),
    log:
        "logs/{run}/price_study.log",
    benchmark:
        "benchmarks/{run}/price_study.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("price_study.py"),
        settings={key: config[key] for key in ("network", "noises", "arrays", "rules", "prices")},
    message:
        "Pricing what stays digital, and the same trainings in digital logic"
    script:
        "../scripts/price_study.py"
