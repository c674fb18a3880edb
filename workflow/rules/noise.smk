# Inputs of the generator: a trace per source and seed, and what the traces look like.


rule generate_noise:
    input:
        model=MODEL_OF_SEED,
        recordings=lambda wildcards: recordings(config, wildcards.noise),
    output:
        trace="results/{run}/noise/noise~{noise}/seed~{seed}/trace.npz",
    log:
        "logs/{run}/generate_noise/noise~{noise}/seed~{seed}.log",
    benchmark:
        "benchmarks/{run}/generate_noise/noise~{noise}/seed~{seed}.tsv"
    group:
        of_trace
    conda:
        "../../environment.yml"
    params:
        code=code("generate_noise.py"),
        noise=lambda wildcards: config["noises"][wildcards.noise],
        rows=lambda wildcards: trace_rows(config, wildcards.noise),
        inputs=lambda wildcards: noise_inputs(config, wildcards.noise),
        device={key: DEVICE[key] for key in ("window", "read", "temperature_C")},
    message:
        "Recording {wildcards.noise} noise (seed {wildcards.seed})"
    script:
        "../scripts/generate_noise.py"


rule characterise_noise:
    input:
        model=MODEL_OF_SEED.replace("{seed}", str(SEEDS[0])),
        traces=expand("results/{{run}}/noise/noise~{noise}/seed~{seed}/trace.npz", noise=NOISES, seed=SEEDS[0]),
    output:
        distribution="results/{run}/noise/distribution.csv",
        autocorrelation="results/{run}/noise/autocorrelation.csv",
        cross_correlation="results/{run}/noise/cross_correlation.csv",
        spectrum="results/{run}/noise/spectrum.csv",
        moments="results/{run}/noise/moments.csv",
        entropy=report(
            "results/{run}/noise/entropy.csv",
            caption="../report/entropy.rst",
            category="Noise",
            labels={"table": "Min-entropy"},
        ),
        tests=report(
            "results/{run}/noise/tests.csv",
            caption="../report/tests.rst",
            category="Noise",
            labels={"table": "Tests of randomness"},
        ),
        sp800_22=report(
            "results/{run}/noise/sp800_22.csv",
            caption="../report/sp800_22.rst",
            category="Noise",
            labels={"table": "Tests of SP 800-22"},
        ),
    log:
        "logs/{run}/characterise_noise.log",
    benchmark:
        "benchmarks/{run}/characterise_noise.tsv"
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("characterise_noise.py"),
        noises={name: config["noises"][name] for name in NOISES},
        device={key: DEVICE[key] for key in ("window", "read", "temperature_C")},
    message:
        "Distribution, correlation, spectrum, tests and entropy of every noise source"
    script:
        "../scripts/characterise_noise.py"
