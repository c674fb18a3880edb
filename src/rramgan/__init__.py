"""Train generative adversarial networks in place on passive RRAM crossbar arrays, and count the energy."""

from rramgan.caches import use_writable_caches

__version__ = "0.1.0"

use_writable_caches()
