"""What a result owes to where it was made: processor, kernels and versions that decide how numbers are rounded."""

import platform
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_info

ROUNDING = ("numpy", "scipy", "numba", "scikit-learn")
"""Packages whose versions decide how numbers are rounded."""


def processor() -> str:
    """The processor that this runs on, as it calls itself."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.is_file() else []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def machine() -> dict[str, str]:
    """Processor, kernels of linear algebra and versions, by name: runs agree to the bit where these do."""
    import scipy.linalg  # noqa: F401  # loads its library, which is then known

    kernels = {
        f"{library['internal_api']} {library['version']} ({library.get('architecture', 'unknown')})"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    }
    return {
        "processor": processor(),
        "python": platform.python_version(),
        "kernels": ", ".join(sorted(kernels)),
        **{package: version(package) for package in ROUNDING},
    }
