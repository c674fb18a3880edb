# Figures from the tables of the other rules, each as PNG (for the report) and SVG, and what a finished study has.


PUBLISHED_POINTS = {"trajectories": "fig7cd_mean_trajectories", "cv": "fig4b_cv"}
PUBLISHED_DEVICE = DEVICE.get("base", config["device"])
DEVICE_EXTRAS = {
    name: path
    for name, path in {
        **PUBLISHED_TABLES,
        **{
            name: f"data/raw/{PUBLISHED_DEVICE}/{PUBLISHED_DEVICE}_{file}.csv"
            for name, file in PUBLISHED_POINTS.items()
        },
    }.items()
    if (ROOT / path).is_file()
}
# A device known from staircases has a step law instead of a model over amplitude and width.
IS_STAIRCASE = DEVICE["measurements"] == "staircase"
SETTINGS = {f"training_{name}": setting for name, setting in training_settings(STUDY.dataframe).items()}
# Tiles of the first array design that is trained.
DRAWN_ARRAY = config["arrays"][next((name for name in STUDY.dataframe["array"] if name != "none"), "standard")]
SEED_ZERO = [training for training in STUDY.instance_patterns if training.endswith("seed~0")]
DRAWINGS = {
    "Device": (
        {"step_law": "Step by state"}
        if IS_STAIRCASE
        else {
            "steps": "Step by pulse",
            **({"fit": "Fit and measurements"} if HAS_MEASURED_STEPS else {}),
            "pulse_map": "Choice of pulses",
            "iv_curves": "I-V curves",
            "trajectories": "Trajectories",
            "cv": "Spread",
        }
    ),
    "Arrays": {"crossbar": "Conductance maps"},
    "Passive arrays": {"wire_survey": "Wires by tile and metal", "array_designs": "Array designs"},
    "Noise": {"noise": "Generator inputs"},
    "Training": {name: name.replace("_", " ").capitalize() for name in SETTINGS} | {"digits": "Generated digits"},
    "Energy": {
        "accuracy_energy": "Accuracy against energy",
        "variation_effect": "Effect of variation",
        "energy_breakdown": "Energy by component",
        "energy_by_layer": "Energy by layer",
    },
}
PNG = {
    category: {
        name: report(
            f"results/{{run}}/figures/{name}.png",
            caption=f"../report/{'training' if name.startswith('training') else name}.rst",
            category=category,
            labels={"figure": title},
        )
        for name, title in titles.items()
    }
    for category, titles in DRAWINGS.items()
}
SVG = {
    category: {f"{name}_svg": f"results/{{run}}/figures/{name}.svg" for name in titles}
    for category, titles in DRAWINGS.items()
}
FIGURES = expand(
    "results/{run}/figures/{name}.{kind}",
    run=RUN,
    name=[name for titles in DRAWINGS.values() for name in titles],
    kind=["png", "svg"],
)
TABLES = expand(
    "results/{run}/{table}",
    run=RUN,
    table=[
        "summary.csv",
        "summary_by_condition.csv",
        "effects.csv",
        "hardware.csv",
        "noise/moments.csv",
        "calibration/model.json",
        *[f"calibration/{name}.csv" for name in FIT_TABLES],
    ],
)
CALIBRATION = expand(
    "results/{run}/{file}",
    run=RUN,
    file=[
        "calibration/model.json",
        "calibration/chosen_pulses.json",
        *[f"calibration/{name}.csv" for name in FIT_TABLES],
        *[f"figures/{name}.{kind}" for name in DRAWINGS["Device"] for kind in ("png", "svg")],
    ],
)
# Published points beside the published table say which logarithm of the pulse width it means.
EVIDENCE = {
    f"{points}_evidence": report(
        f"results/{{run}}/calibration/{points}_evidence.csv",
        caption=f"../report/{points}_evidence.rst",
        category="Device",
        labels={"table": title},
    )
    for points, name, title in (
        ("trajectory", "trajectories", "Logarithm of the mean step"),
        ("cv", "cv", "Logarithm of the spread"),
    )
    if not IS_STAIRCASE and {"static_table", name} <= DEVICE_EXTRAS.keys()
}


if IS_STAIRCASE:

    rule draw_step_law:
        input:
            model="results/{run}/calibration/model.json",
            measured="results/{run}/calibration/measured_steps.csv",
            modules=modules("draw_step_law.py"),
        output:
            **PNG["Device"],
            **SVG["Device"],
        log:
            "logs/{run}/draw_step_law.log",
        benchmark:
            "benchmarks/{run}/draw_step_law.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            window=DEVICE["window"],
        message:
            "Drawing the step law of the device"
        script:
            "../scripts/draw_step_law.py"

else:

    rule tabulate_device:
        input:
            **DEVICE_EXTRAS,
            **{name: path for name, path in MEASUREMENTS.items() if name == "iv"},
            model="results/{run}/calibration/model.json",
            pulses="results/{run}/calibration/chosen_pulses.json",
            modules=modules("tabulate_device.py"),
        output:
            **EVIDENCE,
            steps="results/{run}/calibration/steps.csv",
            iv_curves="results/{run}/calibration/iv_curves.csv",
            trajectories="results/{run}/calibration/trajectories.csv",
            cv="results/{run}/calibration/cv.csv",
        log:
            "logs/{run}/tabulate_device.log",
        benchmark:
            "benchmarks/{run}/tabulate_device.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            device={key: DEVICE[key] for key in ("window", "temperature_C")},
        message:
            "Tabulating the device model beside published tables and points"
        script:
            "../scripts/tabulate_device.py"

    rule draw_device:
        input:
            **(
                {
                    "devices": "results/{run}/calibration/devices.csv",
                    "measured": "results/{run}/calibration/measured_steps.csv",
                }
                if HAS_MEASURED_STEPS
                else {}
            ),
            steps="results/{run}/calibration/steps.csv",
            iv_curves="results/{run}/calibration/iv_curves.csv",
            trajectories="results/{run}/calibration/trajectories.csv",
            cv="results/{run}/calibration/cv.csv",
            pulses="results/{run}/calibration/chosen_pulses.json",
            map="results/{run}/calibration/pulse_map.csv",
            modules=modules("draw_device.py"),
        output:
            **PNG["Device"],
            **SVG["Device"],
        log:
            "logs/{run}/draw_device.log",
        benchmark:
            "benchmarks/{run}/draw_device.tsv"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=10,
        params:
            device={key: DEVICE[key] for key in ("window", "temperature_C")},
        message:
            "Drawing the device"
        script:
            "../scripts/draw_device.py"


rule draw_crossbar:
    input:
        devices="results/{run}/crossbar/seed~0/devices.npz",
        modules=modules("draw_crossbar.py"),
    output:
        **PNG["Arrays"],
        **SVG["Arrays"],
    log:
        "logs/{run}/draw_crossbar.log",
    benchmark:
        "benchmarks/{run}/draw_crossbar.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        array=DRAWN_ARRAY,
    message:
        "Drawing the arrays of seed 0"
    script:
        "../scripts/draw_crossbar.py"


rule draw_noise:
    input:
        traces=expand("results/{{run}}/noise/noise~{noise}/seed~0/trace.npz", noise=NOISES),
        distribution="results/{run}/noise/distribution.csv",
        autocorrelation="results/{run}/noise/autocorrelation.csv",
        spectrum="results/{run}/noise/spectrum.csv",
        modules=modules("draw_noise.py"),
    output:
        **PNG["Noise"],
        **SVG["Noise"],
    log:
        "logs/{run}/draw_noise.log",
    benchmark:
        "benchmarks/{run}/draw_noise.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "Drawing the noise sources of seed 0"
    script:
        "../scripts/draw_noise.py"


rule draw_training:
    input:
        histories=expand("results/{{run}}/train/{training}/history.csv", training=STUDY.instance_patterns),
        images=expand("results/{{run}}/train/{training}/images.npz", training=SEED_ZERO),
        digits="results/{run}/digits.npz",
        modules=modules("draw_training.py"),
    output:
        **PNG["Training"],
        **SVG["Training"],
    log:
        "logs/{run}/draw_training.log",
    benchmark:
        "benchmarks/{run}/draw_training.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        settings=SETTINGS,
    message:
        "Drawing the trainings and the digits they end with"
    script:
        "../scripts/draw_training.py"


rule draw_energy:
    input:
        summary="results/{run}/summary.csv",
        ledgers=expand("results/{{run}}/train/{training}/ledger.csv", training=STUDY.instance_patterns),
        modules=modules("draw_energy.py"),
    output:
        **PNG["Energy"],
        **SVG["Energy"],
    log:
        "logs/{run}/draw_energy.log",
    benchmark:
        "benchmarks/{run}/draw_energy.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "Drawing accuracy against energy, and where the energy goes"
    script:
        "../scripts/draw_energy.py"


rule draw_passive:
    input:
        summary="results/{run}/summary.csv",
        survey="results/{run}/crossbar/wire_survey.csv",
        modules=modules("draw_passive.py"),
    output:
        **PNG["Passive arrays"],
        **SVG["Passive arrays"],
    log:
        "logs/{run}/draw_passive.log",
    benchmark:
        "benchmarks/{run}/draw_passive.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    message:
        "Drawing what a passive array costs"
    script:
        "../scripts/draw_passive.py"
