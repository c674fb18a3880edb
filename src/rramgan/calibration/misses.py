"""How far a fitted law, integrated pulse by pulse, misses the measured paths of every device."""

import numpy as np
import pandas as pd

MISS = 0.05
"""Miss of a device's staircase, as a share of the range of states, beyond which the law is not its law."""

CHANCE = 3.0
"""Times the scatter that cycle-to-cycle noise alone gives a staircase by which it may miss as well."""

MOST_MISSED = 0.3
"""Share of the devices that the law may miss; of more it is not the law."""


def misses(table: pd.DataFrame, range_S: float) -> pd.DataFrame:
    """Miss of every device as a share of `range_S` (S): `device_id`, `miss`, `chance`, `fails`.

    `miss` is the rms of measured less predicted without the noise of readings, which neighbouring readings do not
    share: the mean product of neighbours. `chance` is the rms that cycle-to-cycle noise alone gives. `fails` says
    that the miss is neither small nor chance.
    """
    rows = []
    for device_id, own in table.groupby("device_id"):
        residual = own["residual_S"].to_numpy() / range_S
        product = np.mean(residual[1:] * residual[:-1]) if len(residual) > 1 else 0.0
        miss = float(np.sqrt(max(product, 0.0)))
        chance = float(np.sqrt(np.mean(np.square(own["scatter_S"]))) / range_S)
        fails = bool(miss > np.hypot(MISS, CHANCE * chance))
        rows.append({"device_id": device_id, "miss": miss, "chance": chance, "fails": fails})
    return pd.DataFrame(rows, columns=["device_id", "miss", "chance", "fails"])
