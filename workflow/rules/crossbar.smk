# The arrays of every seed, drawn once and shared by all conditions.


rule instantiate_crossbar:
    output:
        devices="results/{run}/crossbar/inputs~{inputs}/seed~{seed}/devices.npz",
    log:
        "logs/{run}/instantiate_crossbar/inputs~{inputs}/seed~{seed}.log",
    benchmark:
        "benchmarks/{run}/instantiate_crossbar/inputs~{inputs}/seed~{seed}.tsv"
    group:
        of_seed
    conda:
        "../../environment.yml"
    params:
        code=code("instantiate_crossbar.py"),
        hidden=config["network"]["hidden_units"],
        crossbar=config["crossbar"],
        window=DEVICE["window"],
    message:
        "Drawing the devices of all layers ({wildcards.inputs} inputs, seed {wildcards.seed})"
    script:
        "../scripts/instantiate_crossbar.py"


rule survey_wires:
    output:
        survey="results/{run}/crossbar/wire_survey.csv",
    log:
        "logs/{run}/survey_wires.log",
    benchmark:
        "benchmarks/{run}/survey_wires.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("survey_wires.py"),
        survey=config["wire_survey"],
    message:
        "Solving the wires of tiles of every size, metal and window"
    script:
        "../scripts/survey_wires.py"
