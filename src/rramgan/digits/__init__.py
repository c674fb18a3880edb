"""Real handwritten digits: where they come from, and who may see which of them.

Deal out the digits that ship:

>>> from rramgan.digits import MlxtendDigits
>>> split = MlxtendDigits().split()
>>> len(split.gan_training), len(split.reference)
(240, 100)
"""

from rramgan.digits.designs import DIGITS, DigitDesign, IdxDigits, MlxtendDigits, MnistDigits
from rramgan.digits.idx import load_idx
from rramgan.digits.images import CLASSES, PIXELS, SIDE, Digits, check_images, to_bytes, to_unit
from rramgan.digits.split import DigitSplit, split_digits

__all__ = [
    "CLASSES",
    "DIGITS",
    "PIXELS",
    "SIDE",
    "DigitDesign",
    "DigitSplit",
    "Digits",
    "IdxDigits",
    "MlxtendDigits",
    "MnistDigits",
    "check_images",
    "load_idx",
    "split_digits",
    "to_bytes",
    "to_unit",
]
