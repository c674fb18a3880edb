# What goes to a cluster as one job, none shorter than `shortest_job_s`; a run on one machine knows no such groups.


def groups(name, seconds, first):
    """The group of each of the names in `seconds`; their first bundle goes with the group `first`."""
    numbers = bundled(seconds, SHORTEST_JOB_s)
    return {key: f"{name}_{number}" if number else first for key, number in numbers.items()}


PREPARATION, TABLES_GROUP = "preparation", "tables"
GROUP_OF_TRAINING = groups(
    "trainings",
    {
        training: training_s(row.protocol, STEPS[row.protocol])
        for training, row in zip(TRAININGS, STUDY.dataframe.itertuples())
    },
    first="trainings_0",
)
# Both in order of seeds, so that the traces of the first bundle find their devices in the first.
GROUP_OF_SEED = groups("devices", {str(seed): START_s for seed in SEEDS}, first=PREPARATION)
GROUP_OF_TRACE = groups(
    "traces", {(str(seed), noise): START_s for seed in SEEDS for noise in NOISES}, first=PREPARATION
)
GROUP_OF_CONDITION = groups(
    "evaluations", {condition: START_s * len(SEEDS) for condition in CONDITIONS}, first=TABLES_GROUP
)
# Snakemake asks by this name how many unconnected jobs of a group it may send as one: profiles/slurm.
GROUPS = (GROUP_OF_TRAINING, GROUP_OF_SEED, GROUP_OF_TRACE, GROUP_OF_CONDITION)
workflow.parent_groupids.update(
    dict.fromkeys([PREPARATION, TABLES_GROUP, *chain.from_iterable(group.values() for group in GROUPS)], "bundle")
)


def sent_with(find):
    """For a function of wildcards that says the group of a job, the same where a profile asks for groups."""
    return lambda wildcards: find(wildcards) if workflow.group_settings.group_components else None


of_preparation = sent_with(lambda wildcards: PREPARATION)
of_tables = sent_with(lambda wildcards: TABLES_GROUP)
of_seed = sent_with(lambda wildcards: GROUP_OF_SEED[wildcards.seed])
of_trace = sent_with(lambda wildcards: GROUP_OF_TRACE[wildcards.seed, wildcards.noise])
of_condition = sent_with(lambda wildcards: GROUP_OF_CONDITION[CONDITION_PATTERN.format(**wildcards)])


def of_training(protocol):
    """For a protocol, the group of one of its trainings."""
    return sent_with(
        lambda wildcards: GROUP_OF_TRAINING[
            TRAINING_PATTERN.format(**{"array": "none", **wildcards, "protocol": protocol})
        ]
    )


def training_minutes(protocol):
    """For a protocol, the minutes asked for one of its trainings: five times what it takes, doubled when repeated."""
    return lambda wildcards, attempt: 2 ** (attempt - 1) * ceil(5 * training_s(protocol, STEPS[protocol]) / 60)


onstart:
    # While Snakemake 9 limits the rate of jobs, it sets a timer whenever it looks for new ones, and looks again when the
    # timer goes off: by the hundredth job it looks a hundred times a second. Jobs that run here need no limit.
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None
    if "rramgan.slurm" in (getattr(workflow.executor_settings, "status_cmd", None) or ""):
        try:
            slurm.check()
        except InputError as error:
            raise WorkflowError(str(error)) from None
