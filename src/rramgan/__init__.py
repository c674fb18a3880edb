"""Train generative adversarial networks in place on passive RRAM crossbar arrays, and count the energy."""

__version__ = "0.1.0"
