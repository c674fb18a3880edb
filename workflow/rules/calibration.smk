# From measurements to a device model. A device whose measurements are `synthetic` gets a campaign first.


if DEVICE["measurements"] == "synthetic":
    MEASUREMENTS = {table: f"results/{{run}}/calibration/{table}.csv" for table in ("iv", "pulses")}

    rule synthesise_campaign:
        input:
            static_table=DEVICE_FOLDER / f"{config['device']}_table1_static.csv",
            dynamic_table=DEVICE_FOLDER / f"{config['device']}_table1_dynamic.csv",
            modules=modules("synthesise_campaign.py"),
        output:
            **MEASUREMENTS,
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

else:
    MEASUREMENTS = {table: DEVICE_FOLDER / f"{table}.csv" for table in ("iv", "pulses")}


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
        device={key: DEVICE[key] for key in ("name", "source", "bins_uS")},
    message:
        "Fitting the static and dynamic model of {params.device[name]}"
    script:
        "../scripts/calibrate_device.py"
