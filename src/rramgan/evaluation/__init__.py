"""What a trained generator is worth: judges, metrics on equal terms, anchors, and intervals over seeds.

>>> from rramgan.evaluation.statistics import mean_interval
>>> [round(value, 2) for value in mean_interval([0.90, 0.94, 0.95])]
[0.93, 0.86, 1.0]
"""
