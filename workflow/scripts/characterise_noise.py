"""Tabulate distribution, autocorrelation, spectrum and moments of the recorded traces."""

import pandas as pd

from rramgan.conditions import condition_of
from rramgan.jobs import logged_to
from rramgan.noise.quality import autocorrelation, distribution, moments, spectrum
from rramgan.tables import read_arrays, write_table

with logged_to(snakemake.log[0]):
    traces = {condition_of(path)["noise"]: read_arrays(path, ["z"])["z"] for path in snakemake.input.traces}
    tabulated = {
        "distribution": distribution,
        "autocorrelation": autocorrelation,
        "spectrum": lambda z: spectrum(z, snakemake.params.sample_interval_s),
        "moments": lambda z: pd.DataFrame([moments(z)]),
    }
    for name, tabulate in tabulated.items():
        tables = [tabulate(z).assign(noise=noise) for noise, z in traces.items()]
        write_table(snakemake.output[name], pd.concat(tables))
