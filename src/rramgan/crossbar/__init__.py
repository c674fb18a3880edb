"""Arrays of devices: tiles, differential pairs, reads, programming and wires.

>>> import numpy as np
>>> from rramgan.crossbar.mapping import encode
>>> from rramgan.device.window import Window
>>> (encode(np.array([[1.0, -0.5]]), w_max=1.0, window=Window(100e-6, 200e-6)) * 1e6).round().tolist()
[[[200.0, 125.0]], [[100.0, 175.0]]]
"""
