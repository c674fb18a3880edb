"""Folders in which numba and matplotlib may keep what they have compiled, wherever the package is installed."""

import os
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).parent


def use_writable_caches() -> None:
    """Have numba and matplotlib use a folder among the temporary files where their own cannot be written.

    Numba keeps machine code beside the source or in the home folder and refuses to work where it can do neither.
    Folders named by NUMBA_CACHE_DIR and MPLCONFIGDIR stay as they are. Call it before either is imported.
    """
    scratch = Path(tempfile.gettempdir()) / f"rramgan-{os.getuid()}"
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home fails where there is none
    if not _is_writable(PACKAGE) and not _is_writable(home / ".cache"):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(scratch / "numba"))
    if not _is_writable(home / ".config"):
        os.environ.setdefault("MPLCONFIGDIR", str(scratch / "matplotlib"))


def _is_writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself if it is not there; by trying, as rights mislead."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
