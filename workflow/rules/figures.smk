# Figures from the tables of the other rules, each as PNG (for the report) and SVG, and what a finished study has.


SETTINGS = {f"training_{name}": setting for name, setting in training_settings(STUDY.dataframe).items()}
# Tiles of the first array design that is trained.
DRAWN_ARRAY = config["arrays"][next((name for name in STUDY.dataframe["array"] if name != "none"), "standard")]
SEED_ZERO = [training for training in STUDY.instance_patterns if training.endswith("seed~0")]
DRAWINGS = {
    "Device": MEASUREMENTS.figures,
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
            caption=caption("training" if name.startswith("training") else name),
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
        *[f"calibration/{name}.csv" for name in MEASUREMENTS.fit_tables],
    ],
)
CALIBRATION = expand(
    "results/{run}/{file}",
    run=RUN,
    file=[
        "calibration/model.json",
        "calibration/chosen_pulses.json",
        *[f"calibration/{name}.csv" for name in MEASUREMENTS.fit_tables],
        *[f"figures/{name}.{kind}" for name in DRAWINGS["Device"] for kind in ("png", "svg")],
    ],
)


rule draw_device:
    input:
        **{name: f"results/{{run}}/calibration/{name}.csv" for name in DEVICE_TABLES},
        chosen_pulses="results/{run}/calibration/chosen_pulses.json",
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
        device=device_part("window", "temperature_C"),
        tables=DEVICE_TABLES,
        figures=list(MEASUREMENTS.figures),
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
