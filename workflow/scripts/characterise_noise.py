"""Tabulate distribution, correlations, spectrum beside its theory, moments and randomness of the recorded traces."""

from rramgan.conditions import condition_of
from rramgan.device.model import DeviceModel
from rramgan.jobs import job
from rramgan.noise import NOISES, OperatingPoint
from rramgan.noise.quality import characterise
from rramgan.noise.trace import Trace
from rramgan.streams import stream
from rramgan.tables import write_table


def theory(name, trace, seed):
    """The law of the spectrum of a trace, by the devices that were drawn for it."""
    source = NOISES.build(name, snakemake.params.noises[name])
    point = OperatingPoint.of(snakemake.params.device, DeviceModel.load(snakemake.input.model))
    inputs = trace.z.shape[1]
    return lambda frequency_Hz: source.density_of_record(
        point, inputs, stream(seed, "noise", source.kind), frequency_Hz
    )


with job(snakemake):
    paths = {condition_of(path)["noise"]: path for path in snakemake.input.traces}
    traces = {name: Trace.load(path) for name, path in paths.items()}
    theories = {name: theory(name, trace, int(condition_of(paths[name])["seed"])) for name, trace in traces.items()}
    for name, table in characterise(traces, theories).items():
        write_table(snakemake.output[name], table)
