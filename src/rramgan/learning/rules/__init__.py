"""Learning rules: what becomes of a gradient.

A rule is a named design. For every layer of a training it starts one update, a function of the layer and its gradient
that keeps what the rule has to remember of this layer. The kinds of RULES are those of the modules imported here.

>>> import numpy as np
>>> from rramgan.learning.network import Gradient, SoftwareLayer
>>> from rramgan.learning.rules import RULES
>>> layer, update = SoftwareLayer([[1.0]]), RULES.kinds["sgd"](learning_rate=0.25).start(None, updates=1)
>>> update(layer, Gradient(np.empty((1, 0)), np.array([[2.0]])))
>>> layer.weights
array([[0.5]])
"""

from rramgan.learning.rules.base import RULES, Rule, Update
from rramgan.learning.rules.pulses import DeadZone, Manhattan, MomentumSign, OuterProduct, StochasticSign
from rramgan.learning.rules.software import Adam, GradientDescent, SignDescent
from rramgan.learning.rules.sums import Accumulate

__all__ = [
    "RULES",
    "Accumulate",
    "Adam",
    "DeadZone",
    "GradientDescent",
    "Manhattan",
    "MomentumSign",
    "OuterProduct",
    "Rule",
    "SignDescent",
    "StochasticSign",
    "Update",
]
