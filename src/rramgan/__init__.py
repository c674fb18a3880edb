"""Train generative adversarial networks in place on passive RRAM crossbar arrays, and count the energy."""

from importlib.metadata import PackageNotFoundError, version

from rramgan.caches import use_writable_caches

RELEASE = "0.1.0"
"""The latest release, by which a checkout goes that is not installed."""

try:
    __version__ = version("rramgan")
except PackageNotFoundError:
    __version__ = RELEASE

use_writable_caches()
