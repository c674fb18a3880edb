# From measurements to a device model and its programming pulses, with the tables of both; what is measured, tabulated
# and drawn of a device is said by its kind of measurements.


if MEASUREMENTS.raw_files():

    rule import_measurements:
        input:
            **MEASUREMENTS.raw_files(),
        output:
            **{path.stem: path for path in MEASURED.values()},
        log:
            "logs/{run}/import_measurements.log",
        benchmark:
            "benchmarks/{run}/import_measurements.tsv"
        group:
            of_preparation
        conda:
            "../../environment.yml"
        params:
            code=code("import_measurements.py"),
            device=device_part("window", "pulses"),
        message:
            "Reading the {params.device[measurements]} measurements of the device"
        script:
            "../scripts/import_measurements.py"

else:

    rule synthesise_campaign:
        input:
            **published_tables(DEVICE_FOLDER),
        output:
            iv="results/{run}/calibration/iv.csv",
            pulses="results/{run}/calibration/pulses.csv",
        log:
            "logs/{run}/synthesise_campaign.log",
        benchmark:
            "benchmarks/{run}/synthesise_campaign.tsv"
        group:
            of_preparation
        conda:
            "../../environment.yml"
        params:
            code=code("synthesise_campaign.py"),
            campaign=config["campaign"],
        message:
            "Measuring {params.campaign[devices]} simulated devices after the published protocol"
        script:
            "../scripts/synthesise_campaign.py"


rule calibrate:
    input:
        **MEASURED,
    output:
        model="results/{run}/calibration/model.json",
    log:
        "logs/{run}/calibrate.log",
    benchmark:
        "benchmarks/{run}/calibrate.tsv"
    group:
        of_preparation
    conda:
        "../../environment.yml"
    params:
        code=code("calibrate.py", methods=[MEASUREMENTS.fit]),
        device=device_part(*MEASUREMENTS.fit_keys),
    message:
        "Fitting the model of {params.device[name]} to its {params.device[measurements]} measurements"
    script:
        "../scripts/calibrate.py"


rule assess_fit:
    input:
        **MEASURED,
        model="results/{run}/calibration/model.json",
    output:
        **calibration_tables(MEASUREMENTS.fit_tables),
    log:
        "logs/{run}/assess_fit.log",
    benchmark:
        "benchmarks/{run}/assess_fit.tsv"
    group:
        of_preparation
    conda:
        "../../environment.yml"
    params:
        code=code("assess_fit.py", methods=[MEASUREMENTS.assess]),
        device=device_part("pulses"),
    message:
        "Tabulating what the fit has determined, and the measurements beside it"
    script:
        "../scripts/assess_fit.py"


rule draw_model:
    input:
        model="results/{run}/calibration/model.json",
    output:
        model="results/{run}/calibration/draws/seed~{seed}/model.json",
    log:
        "logs/{run}/draw_model/seed~{seed}.log",
    benchmark:
        "benchmarks/{run}/draw_model/seed~{seed}.tsv"
    group:
        of_seed
    conda:
        "../../environment.yml"
    params:
        code=code("draw_model.py", methods=[MEASUREMENTS.draw]),
        device=device_part(),
    message:
        "Drawing a device model that the measurements allow (seed {wildcards.seed})"
    script:
        "../scripts/draw_model.py"


# The figures of the fit come first: they are there to be looked at if no pulses can be settled.
rule choose_pulses:
    input:
        ancient(f"results/{{run}}/figures/{name}.png" for name in SHEETS.get("fit", ())),
        model="results/{run}/calibration/model.json",
    output:
        **calibration_tables(MEASUREMENTS.choice_tables),
        pulses="results/{run}/calibration/chosen_pulses.json",
    log:
        "logs/{run}/choose_pulses.log",
    benchmark:
        "benchmarks/{run}/choose_pulses.tsv"
    group:
        of_preparation
    conda:
        "../../environment.yml"
    params:
        code=code("choose_pulses.py", methods=[MEASUREMENTS.choose_pulses]),
        device=device_part("window", "pulses"),
    message:
        "Settling the programming pulses"
    script:
        "../scripts/choose_pulses.py"


# Early, so that a study ends before it trains if one of its arrays cannot be had; no training depends on the others.
rule check_arrays:
    input:
        model="results/{run}/calibration/model.json",
        pulses="results/{run}/calibration/chosen_pulses.json",
    output:
        table="results/{run}/calibration/array_pulses.csv",
    log:
        "logs/{run}/check_arrays.log",
    benchmark:
        "benchmarks/{run}/check_arrays.tsv"
    priority: 1
    group:
        of_preparation
    conda:
        "../../environment.yml"
    params:
        code=code("check_arrays.py"),
        device=device_part("window"),
        arrays={name: config["arrays"][name] for name in STUDY.dataframe["array"].unique() if name != "none"},
    message:
        "Checking windows and pulses of the arrays"
    script:
        "../scripts/check_arrays.py"


rule tabulate_device:
    input:
        **MEASURED | MEASUREMENTS.published_files(),
        model="results/{run}/calibration/model.json",
        chosen_pulses="results/{run}/calibration/chosen_pulses.json",
    output:
        **calibration_tables(MEASUREMENTS.curve_tables()),
    log:
        "logs/{run}/tabulate_device.log",
    benchmark:
        "benchmarks/{run}/tabulate_device.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("tabulate_device.py", methods=[MEASUREMENTS.tabulate]),
        device=device_part("window", "temperature_C"),
    message:
        "Tabulating the device model beside published tables and points"
    script:
        "../scripts/tabulate_device.py"
