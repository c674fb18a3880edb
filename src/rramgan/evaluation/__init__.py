"""What a trained generator is worth: judges, metrics on equal terms, anchors, and intervals over seeds.

>>> from rramgan.evaluation.statistics import mean_interval
>>> [round(value, 2) for value in mean_interval([0.80, 0.84, 0.85])]
[0.83, 0.76, 0.9]
"""
