"""Tabulate what line resistance does to tiles of every size, metal and window."""

from rramgan.crossbar.survey import survey
from rramgan.device.window import Window
from rramgan.jobs import logged_to
from rramgan.tables import write_table
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    grid = snakemake.params.survey
    windows = [Window(low * MICRO, high * MICRO) for low, high in grid["windows_uS"]]
    driven = [False, True] if grid["both_sides"] else [False]
    table = survey(grid["tiles"], grid["segment_ohm"], windows, driven, grid["schemes"], grid["terminal_ohm"], seed=0)
    write_table(snakemake.output.survey, table)
