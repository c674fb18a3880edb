"""Record the trace of one noise source for one seed; noises of one kind draw the same numbers."""

from rramgan.device.model import DeviceModel
from rramgan.jobs import job, made_by
from rramgan.noise import NOISES, OperatingPoint
from rramgan.streams import stream

with job(snakemake):
    params, seed = snakemake.params, int(snakemake.wildcards.seed)
    source = NOISES.build(snakemake.wildcards.noise, params.noise)
    point = OperatingPoint.of(params.device, DeviceModel.load(snakemake.input.model))
    trace = source.record(point, params.rows, params.inputs, stream(seed, "noise", source.kind))
    trace.save(snakemake.output.trace, made_by(snakemake, seed))
