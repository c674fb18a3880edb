# Real digits, dealt out to the GAN, the judges and the reference.


rule prepare_digits:
    input:
        files=lambda wildcards: DIGITS.build(wildcards.digits, config["digits"][wildcards.digits]).files,
    output:
        digits="results/{run}/digits/digits~{digits}/split.npz",
    log:
        "logs/{run}/prepare_digits/digits~{digits}.log",
    benchmark:
        "benchmarks/{run}/prepare_digits/digits~{digits}.tsv"
    group:
        of_preparation
    conda:
        "../../environment.yml"
    params:
        code=code("prepare_digits.py"),
        design=lambda wildcards: config["digits"][wildcards.digits],
    message:
        "Dealing out the digits {wildcards.digits}"
    script:
        "../scripts/prepare_digits.py"
