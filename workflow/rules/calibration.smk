# From measurements to a device model and its programming pulses; which way depends on what was measured.


if DEVICE["measurements"] == "synthetic":

    rule synthesise_campaign:
        input:
            **PUBLISHED_TABLES,
            modules=modules("synthesise_campaign.py"),
        output:
            iv="results/{run}/calibration/iv.csv",
            pulses="results/{run}/calibration/pulses.csv",
        log:
            "logs/{run}/synthesise_campaign.log",
        benchmark:
            "benchmarks/{run}/synthesise_campaign.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=30,
        params:
            campaign=config["campaign"],
        message:
            "Measuring {params.campaign[devices]} simulated devices after the published protocol"
        script:
            "../scripts/synthesise_campaign.py"


if DEVICE["measurements"] in ("synthetic", "recorded"):

    rule calibrate_device:
        input:
            **MEASUREMENTS,
            modules=modules("calibrate_device.py"),
        output:
            model="results/{run}/calibration/model.json",
        log:
            "logs/{run}/calibrate_device.log",
        benchmark:
            "benchmarks/{run}/calibrate_device.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=4000,
            runtime=60,
        params:
            device={key: DEVICE[key] for key in ("name", "source", "bins_uS", "fit", "temperature_C")},
        message:
            "Fitting the static model and the kinetics of {params.device[name]}"
        script:
            "../scripts/calibrate_device.py"

elif DEVICE["measurements"] == "staircase":

    rule calibrate_staircase:
        input:
            **MEASUREMENTS,
            modules=modules("calibrate_staircase.py"),
        output:
            model="results/{run}/calibration/model.json",
        log:
            "logs/{run}/calibrate_staircase.log",
        benchmark:
            "benchmarks/{run}/calibrate_staircase.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=30,
        params:
            device={key: DEVICE[key] for key in ("name", "source", "pulses", "temperature_C")},
        message:
            "Fitting the step law of {params.device[name]} to its staircases"
        script:
            "../scripts/calibrate_staircase.py"

else:

    rule recalibrate_device:
        input:
            **PUBLISHED_TABLES,
            **MEASUREMENTS,
            modules=modules("recalibrate_device.py"),
        output:
            model="results/{run}/calibration/model.json",
        log:
            "logs/{run}/recalibrate_device.log",
        benchmark:
            "benchmarks/{run}/recalibrate_device.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            device={key: DEVICE[key] for key in ("name", "base")},
        message:
            "Recalibrating the time constants of {params.device[base]} to its trajectories"
        script:
            "../scripts/recalibrate_device.py"


rule assess_fit:
    input:
        **MEASUREMENTS,
        model="results/{run}/calibration/model.json",
        modules=modules("assess_fit.py"),
    output:
        **FIT_TABLES,
        **({"measured": "results/{run}/calibration/measured_steps.csv"} if HAS_MEASURED_STEPS else {}),
    log:
        "logs/{run}/assess_fit.log",
    benchmark:
        "benchmarks/{run}/assess_fit.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        pulses=DEVICE["pulses"],
    message:
        "Tabulating what the fit has determined, and the measurements beside it"
    script:
        "../scripts/assess_fit.py"


if config["calibration_draws"]:

    rule draw_model:
        input:
            model="results/{run}/calibration/model.json",
            modules=modules("draw_model.py"),
        output:
            model="results/{run}/calibration/draws/seed~{seed}/model.json",
        log:
            "logs/{run}/draw_model/seed~{seed}.log",
        benchmark:
            "benchmarks/{run}/draw_model/seed~{seed}.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=10,
        message:
            "Drawing a device model that the measurements allow (seed {wildcards.seed})"
        script:
            "../scripts/draw_model.py"


rule choose_pulses:
    input:
        model="results/{run}/calibration/model.json",
        modules=modules("choose_pulses.py"),
    output:
        **({} if DEVICE["measurements"] == "staircase" else {"map": "results/{run}/calibration/pulse_map.csv"}),
        pulses="results/{run}/calibration/chosen_pulses.json",
        # Staircases were measured with one pulse pair: there is nothing to choose from.
    log:
        "logs/{run}/choose_pulses.log",
    benchmark:
        "benchmarks/{run}/choose_pulses.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        device={key: DEVICE[key] for key in ("window", "pulses")},
    message:
        "Settling the programming pulses"
    script:
        "../scripts/choose_pulses.py"
