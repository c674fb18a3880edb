"""What a device is: static I-V, kinetics, pulses, window, and the model file that holds them.

>>> from rramgan.device.static import OHMIC
>>> float(OHMIC.current(0.2, g0_S=100e-6, temperature_C=25.0))
2e-05
"""
