# Figures from the tables of the other rules, each as PNG (for the report) and SVG: a rule per sheet of drawings.


# What drawings are made from, by the names of their functions' arguments.
STUDY_FILES = {
    "summary": "results/{run}/summary.csv",
    "chosen_pulses": "results/{run}/calibration/chosen_pulses.json",
    "survey": "results/{run}/crossbar/wire_survey.csv",
    "populations": devices_of(run="{run}", noise=NOISES[0], seed=SEEDS[0]),
    "anchors": "results/{run}/anchors.csv",
    "claims": "results/{run}/claims.csv",
    "bill": "results/{run}/bill.csv",
    "trials": "results/{run}/search/trials.csv",
    "real_images": expand("results/{{run}}/digits/digits~{digits}/split.npz", digits=DIGITS_IN_USE),
    "moments": "results/{run}/noise/moments.csv",
    "noise_steps": "results/{run}/noise_steps.csv",
    "noise_worth": "results/{run}/noise_worth.csv",
    "traces": expand("results/{{run}}/noise/noise~{noise}/seed~{seed}/trace.npz", noise=NOISES, seed=SEEDS[0]),
    "distribution": "results/{run}/noise/distribution.csv",
    "autocorrelation": "results/{run}/noise/autocorrelation.csv",
    "cross_correlation": "results/{run}/noise/cross_correlation.csv",
    "spectrum": "results/{run}/noise/spectrum.csv",
    "tests": "results/{run}/noise/tests.csv",
    "sp800_22": "results/{run}/noise/sp800_22.csv",
    "histories": expand("results/{{run}}/train/{training}/history.csv", training=TRAININGS),
    "ledgers": expand("results/{{run}}/train/{training}/ledger.csv", training=TRAININGS),
    "images": expand(
        "results/{{run}}/train/{training}/images.npz",
        training=[training for training in TRAININGS if Path(training).name == f"seed~{SEEDS[0]}"],
    ),
}
# Tables of the calibration, those that the kind of measurements has.
STUDY_FILES |= {name: f"results/{{run}}/calibration/{name}.csv" for name in DEVICE_TABLES}
# Tiles of the first array design that is trained.
DRAWN_ARRAY = config["arrays"][next((name for name in STUDY.dataframe["array"] if name != "none"), "standard")]
STUDY_SETTINGS = {
    "tile_shape": [DRAWN_ARRAY["tile_rows"], DRAWN_ARRAY["tile_columns"]],
    "window_S": list(MEASUREMENTS.device.window.ends_S),
    "temperature_C": DEVICE["temperature_C"],
    # Arrays and rules in the order of the configuration.
    "designs": [list(design) for design in dict.fromkeys(zip(STUDY.dataframe["array"], STUDY.dataframe["rule"]))],
}


for sheet, drawings in SHEETS.items():
    inputs = sorted({name for drawing in drawings.values() for name in drawing.inputs})
    files = [name for name in inputs if name in STUDY_FILES]
    job = f"draw_{sheet.replace(' ', '_')}"

    rule:
        name:
            job
        input:
            **{name: STUDY_FILES[name] for name in files},
        output:
            **{
                name: report(
                    f"results/{{run}}/figures/{name}.png",
                    caption=caption(drawing.caption or name),
                    category=sheet.capitalize(),
                    labels={"figure": drawing.title},
                )
                for name, drawing in drawings.items()
            },
            **{f"{name}_svg": f"results/{{run}}/figures/{name}.svg" for name in drawings},
        log:
            f"logs/{{run}}/{job}.log",
        benchmark:
            f"benchmarks/{{run}}/{job}.tsv"
        group:
            # Pulses are chosen of a fit that has been drawn.
            of_preparation if sheet == "fit" else of_tables
        conda:
            "../../environment.yml"
        params:
            code=code("draw.py", *(drawing.file for drawing in drawings.values())),
            files=files,
            drawings={name: asdict(drawing) for name, drawing in drawings.items()},
            settings={name: STUDY_SETTINGS[name] for name in inputs if name in STUDY_SETTINGS},
        message:
            f"Drawing the {sheet}"
        script:
            "../scripts/draw.py"
