# The device as tables on grids and as figures, beside published tables and points where there are.


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
DEVICE_DRAWINGS = (
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
)
DEVICE_PNG = {name: in_report(name, "device", title) for name, title in DEVICE_DRAWINGS.items()}
DEVICE_SVG = {f"{name}_svg": f"results/{{run}}/figures/{name}.svg" for name in DEVICE_DRAWINGS}
# Published points beside the published table say which logarithm of the pulse width it means.
EVIDENCE = {
    f"{points}_evidence": report(
        f"results/{{run}}/calibration/{points}_evidence.csv",
        caption=f"../report/{points}_evidence.rst",
        category="device",
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
            **DEVICE_PNG,
            **DEVICE_SVG,
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
            **DEVICE_PNG,
            **DEVICE_SVG,
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
