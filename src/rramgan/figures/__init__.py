"""Figures; every one reads tables and simulates nothing.

>>> from rramgan.figures.style import engineering
>>> engineering(1e-7, "s")
'100 ns'
"""
