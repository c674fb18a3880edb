"""How a device is found: measurements as laboratories file them, fits of each kind, what they have determined.

>>> import pandas as pd
>>> from rramgan.calibration.suspected_units import suspected_unit
>>> suspected_unit("temperature_C", pd.DataFrame({"temperature_C": [298.15, 313.15]}))
'kelvin'
"""
