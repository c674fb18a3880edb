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
    params:
        epochs=config["judge"]["epochs"],
        digit=config["digits"]["digit"],
    message:
        "Training the judge on digits the GAN never sees"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    script:
        "../scripts/train_judge.py"


rule evaluate_training:
    input:
        history=f"{TRAIN}/history.csv",
        ledger=f"{TRAIN}/ledger.csv",
        images=f"{TRAIN}/images.npz",
        digits="results/{run}/digits.npz",
        judge="results/{run}/judge/judge.npz",
        modules=modules("evaluate_training.py"),
    output:
        metrics=f"{TRAIN}/metrics.json",
    log:
        f"{TRAIN}/evaluate.log".replace("results/", "logs/"),
    benchmark:
        f"{TRAIN}/evaluate.tsv".replace("results/", "benchmarks/")
    params:
        digit=config["digits"]["digit"],
    message:
        "Evaluating {wildcards.protocol} training: {wildcards.noise} noise, variation {wildcards.variation}, seed {wildcards.seed}"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/evaluate_training.py"


rule summarise_study:
    input:
        metrics=METRICS,
        modules=modules("summarise_study.py"),
    output:
        summary="results/{run}/summary.csv",
        by_condition="results/{run}/summary_by_condition.csv",
    log:
        "logs/{run}/summarise_study.log",
    benchmark:
        "benchmarks/{run}/summarise_study.tsv"
    message:
        "Summarising the study"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    script:
        "../scripts/summarise_study.py"
