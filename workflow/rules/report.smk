# The report of a study: one page from its tables and figures. `make report` writes it; it holds run times, which differ
# from run to run, so it is no part of what `all` makes.


class Values(dict):
    """Values of wildcards as functions of rules take them, by attribute or by key."""

    __getattr__ = dict.__getitem__


def filled(path, training):
    """A path that a rule reads, its wildcards those of a training of this study; or the paths of a function of them."""
    values = dict(part.split("~", 1) for part in training.split("/")) | {"run": RUN}
    values["inputs"] = noise_inputs(config, values["noise"])
    if callable(path):
        paths = path(Values(values))
        return [paths] if isinstance(paths, str) else list(paths)
    return [re.sub(r"{(\w+)(?:,[^}]*)?}", lambda wildcard: str(values[wildcard[1]]), str(path))]


def sources_of(rule):
    """Names of the rules that make what a rule reads in a training of any protocol."""
    examples = {training.partition("/")[0]: training for training in TRAININGS}.values()
    paths = {path for read in rule.input for training in examples for path in filled(read, training)}
    return [other.name for other in workflow.rules if any(other.is_producer(path) for path in paths)]


# In the order of the flow, as the files are included.
RULE_SOURCES = {rule.name: sources_of(rule) for rule in workflow.rules if rule.benchmark}
DEFAULT = complete(load_yaml(ROOT / "config" / "config.yaml"), CONFIG_SCHEMA)
DEFAULT |= resolve_designs(DEFAULT)


rule write_report:
    input:
        tables=in_study(TABLES),
        summary="results/{run}/summary.csv",
        figures=expand("results/{{run}}/figures/{name}.png", name=DRAWN),
        captions=[path for name, drawing in DRAWN.items() if (path := caption(drawing.caption or name))],
        template=ROOT / "src" / "rramgan" / "report" / "page.html",
        modules=modules("write_report.py"),
    output:
        page="results/{run}/report.html",
    log:
        "logs/{run}/write_report.log",
    conda:
        "../../environment.yml"
    params:
        benchmarks="benchmarks/{run}",
        default=DEFAULT,
        root=str(ROOT),
        rules=RULE_SOURCES,
        drawings={name: asdict(drawing) for name, drawing in DRAWN.items()},
    message:
        "Writing the report"
    script:
        "../scripts/write_report.py"


rule page:
    input:
        in_study(["report.html"]),
