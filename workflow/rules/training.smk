# GAN trainings, one rule per protocol. All protocols of a seed share initial weights, batches and noise.


TRAINING_INPUTS = {
    **JUDGED_BY,
    "trace": "results/{run}/noise/noise~{noise}/seed~{seed}/trace.npz",
    "devices": lambda wildcards: devices_of(**wildcards),
}
TRAINING_PARAMS = {
    "batch": config["network"]["batch"],
    "evaluation": config["evaluation"],
    "checkpoint_every": config["checkpoint_every"],
}


rule train_physical:
    input:
        **TRAINING_INPUTS,
        model=MODEL_OF_SEED,
        pulses="results/{run}/calibration/chosen_pulses.json",
    output:
        **training_files("physical", "results/{run}/train", "history.csv", "ledger.csv", "images.npz", "hardware.csv"),
    log:
        training_files("physical", "logs/{run}/train", "train.log")["train"],
    benchmark:
        training_files("physical", "benchmarks/{run}/train", "train.tsv")["train"]
    group:
        of_training("physical")
    conda:
        "../../environment.yml"
    resources:
        runtime=training_minutes("physical"),
    params:
        **TRAINING_PARAMS,
        code=code("train_physical.py"),
        steps=STEPS.get("physical"),
        rule=lambda wildcards: config["rules"][wildcards.rule],
        array=lambda wildcards: config["arrays"][wildcards.array],
        weight_limit=config["crossbar"]["weight_limit"],
        device={key: DEVICE[key] for key in ("window", "read", "temperature_C")},
    message:
        "Training on arrays: {wildcards.noise} noise, variation {wildcards.variation}, seed {wildcards.seed}"
    script:
        "../scripts/train_physical.py"


rule train_released:
    input:
        **TRAINING_INPUTS,
        **RELEASED_TABLES,
    output:
        **training_files("released", "results/{run}/train", "history.csv", "ledger.csv", "images.npz"),
    log:
        training_files("released", "logs/{run}/train", "train.log")["train"],
    benchmark:
        training_files("released", "benchmarks/{run}/train", "train.tsv")["train"]
    group:
        of_training("released")
    conda:
        "../../environment.yml"
    resources:
        runtime=training_minutes("released"),
    params:
        **TRAINING_PARAMS,
        code=code("train_released.py"),
        steps=STEPS.get("released"),
    message:
        "Training as the released code: {wildcards.noise} noise, variation {wildcards.variation}, seed {wildcards.seed}"
    script:
        "../scripts/train_released.py"


rule train_software:
    input:
        **TRAINING_INPUTS,
    output:
        **training_files("software", "results/{run}/train", "history.csv", "ledger.csv", "images.npz"),
    log:
        training_files("software", "logs/{run}/train", "train.log")["train"],
    benchmark:
        training_files("software", "benchmarks/{run}/train", "train.tsv")["train"]
    group:
        of_training("software")
    conda:
        "../../environment.yml"
    resources:
        runtime=training_minutes("software"),
    params:
        **TRAINING_PARAMS,
        code=code("train_software.py"),
        steps=STEPS.get("software"),
        rule=lambda wildcards: config["rules"][wildcards.rule],
    message:
        "Training in software: {wildcards.noise} noise, seed {wildcards.seed}"
    script:
        "../scripts/train_software.py"
