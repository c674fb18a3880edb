# The report of a study: one page from its tables and figures. `make report` writes it; it holds run times, which differ
# from run to run, so it is no part of what `all` makes.


# In the order of the flow, as the files are included.
RULE_SOURCES = {rule.name: sources_of(rule) for rule in workflow.rules if rule.benchmark}
DEFAULT = complete(load_yaml(ROOT / "config" / "config.yaml"), CONFIG_SCHEMA)
DEFAULT |= resolve_designs(DEFAULT)
CHOSEN = [f"CONFIG={os.path.relpath(path)}" for path in workflow.overwrite_configfiles[-1:]]
# The Makefile is where the workflow is.
REPORT_COMMAND = " ".join(["make report", *CHOSEN]) if AT_HOME else "the same command with the target page"


rule write_report:
    input:
        tables=in_study(TABLES),
        summary="results/{run}/summary.csv",
        figures=expand("results/{{run}}/figures/{name}.png", name=DRAWN),
        captions=[path for name, drawing in DRAWN.items() if (path := caption(drawing.caption or name))],
        template=ROOT / "src" / "rramgan" / "report" / "page.html",
    output:
        page="results/{run}/report.html",
    log:
        "logs/{run}/write_report.log",
    group:
        of_tables
    conda:
        "../../environment.yml"
    params:
        code=code("write_report.py"),
        benchmarks="benchmarks/{run}",
        default=DEFAULT,
        rules=RULE_SOURCES,
        drawings={name: asdict(drawing) for name, drawing in DRAWN.items()},
    message:
        "Writing the report"
    script:
        "../scripts/write_report.py"


rule page:
    input:
        in_study(["report.html"]),
