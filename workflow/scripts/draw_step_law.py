"""Draw the step law of a device known from staircases."""

import pandas as pd

from rramgan.device.kinetics import POLARITIES
from rramgan.device.model import DeviceModel
from rramgan.figures.pulses import step_law
from rramgan.figures.style import save
from rramgan.jobs import logged_to
from rramgan.tables import read_table
from rramgan.units import MICRO

with logged_to(snakemake.log[0]):
    model, window = DeviceModel.load(snakemake.input.model).kinetics, snakemake.params.window
    columns = ("mean_S", "spread", "cycle_spread")
    law = pd.concat(
        pd.DataFrame({name: getattr(model, name)[polarity] for name in columns}).assign(
            polarity=polarity, g0_S=model.grid_S
        )
        for polarity in POLARITIES
    )
    measured = read_table(snakemake.input.measured)
    figure = step_law(law, measured, (window["g_min_uS"] * MICRO, window["g_max_uS"] * MICRO))
    save(figure, snakemake.output.step_law, snakemake.output.step_law_svg)
