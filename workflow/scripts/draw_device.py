"""Draw the figures of the device from its tables."""

from rramgan.device.description import DeviceDescription
from rramgan.device.pulses import PulsePair
from rramgan.figures.device_figures import DEVICE_FIGURES
from rramgan.figures.style import save
from rramgan.jobs import job
from rramgan.tables import read_json, read_table

with job(snakemake):
    files, device = snakemake.input, DeviceDescription(snakemake.params.device)
    pulses = PulsePair.of(read_json(files.chosen_pulses))
    tables = {name: read_table(files[name]) for name in snakemake.params.tables}
    for name in snakemake.params.figures:
        save(DEVICE_FIGURES[name](tables, device, pulses), snakemake.output[name], snakemake.output[f"{name}_svg"])
