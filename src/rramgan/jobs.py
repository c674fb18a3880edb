"""What every job of the pipeline does around its work: a log of its own, one sentence for bad input, provenance."""

import hashlib
import json
import logging
import sys
from contextlib import contextmanager
from pathlib import Path

from . import __version__
from .errors import InputError


@contextmanager
def logged_to(path):
    """Send log messages and tracebacks of the block to the file `path`; an InputError ends the job in its sentence."""
    logging.basicConfig(filename=path, filemode="w", level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logging.captureWarnings(True)
    try:
        yield logging.getLogger("rramgan")
    except InputError as error:
        logging.error("%s", error)
        sys.exit(f"error: {error}")
    except Exception:
        logging.exception("failed")
        sys.exit(f"error: failed unexpectedly; the traceback is in {Path(path)}")


def provenance(parameters, seed: int | None = None) -> dict:
    """What made a result: package version, SHA-256 of the job's `parameters` (any JSON-able value), and seed."""
    canonical = json.dumps(parameters, sort_keys=True)
    return {
        "rramgan_version": __version__,
        "parameters_sha256": hashlib.sha256(canonical.encode()).hexdigest(),
        "seed": seed,
    }
