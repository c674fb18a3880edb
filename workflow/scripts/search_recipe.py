"""Search arrays and rules for good digits below the bill of digital logic, and recommend one."""

from pathlib import Path

from rramgan.candidates import Candidates, Files, Settings
from rramgan.device.model import DeviceModel
from rramgan.device.pulses import PulsePair
from rramgan.jobs import job
from rramgan.search import Search, recommended, tabulate
from rramgan.tables import write_table, write_yaml

with job(snakemake):
    files, params, out = snakemake.input, snakemake.params, snakemake.output
    by_seed = {
        seed: Files(files.digits, files.classifier, trace, devices)
        for seed, trace, devices in zip(params.seeds, files.traces, files.devices, strict=True)
    }
    candidates = Candidates(
        by_seed, DeviceModel.load(files.model), PulsePair.load(files.pulses), Settings(**params.settings)
    )
    # The journal of an unfinished search lies beside its outputs, which Snakemake removes when a job is stopped.
    unfinished = Path(out.journal).with_suffix(".unfinished")
    search = Search.of(params.search, params.seeds[0])
    study = search.run(unfinished, candidates, snakemake.threads)
    trials = tabulate(study)
    write_table(out.trials, trials)
    best = search.designs(study.trials[recommended(trials)])
    write_yaml(out.recipe, {family: {"searched": design} for family, design in best.items()})
    unfinished.rename(out.journal)
