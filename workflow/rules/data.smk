# Real digits, divided between the GAN and its judge.


rule prepare_digits:
    input:
        files=[config["digits"][key] for key in ("images", "labels") if key in config["digits"]],
        modules=modules("prepare_digits.py"),
    output:
        digits="results/{run}/digits.npz",
    log:
        "logs/{run}/prepare_digits.log",
    benchmark:
        "benchmarks/{run}/prepare_digits.tsv"
    conda:
        "../../environment.yml"
    params:
        digits=config["digits"],
    message:
        "Dividing the digits between the GAN and its judge"
    script:
        "../scripts/prepare_digits.py"
