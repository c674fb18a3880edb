"""Random inputs of the generator: software sources and currents of simulated devices.

The kinds of NOISES are those of the modules imported here; a new source is a class in one of them.

>>> from rramgan.noise import NOISES
>>> from rramgan.streams import stream
>>> NOISES.kinds["uniform"](std=2.0).generate(None, rows=1000, inputs=3, rng=stream(0, "noise")).z.std().round(1)
np.float32(2.0)
"""

from rramgan.noise import bits as bits
from rramgan.noise import device as device
from rramgan.noise import flicker as flicker
from rramgan.noise import read_chain as read_chain
from rramgan.noise import recorded as recorded
from rramgan.noise import software as software
from rramgan.noise import telegraph as telegraph
from rramgan.noise.sources import NOISES, NoiseSource, OperatingPoint
from rramgan.noise.trace import Trace

__all__ = ["NOISES", "NoiseSource", "OperatingPoint", "Trace"]
