"""What every job of the pipeline does around its work: a log of its own, one sentence for bad input, provenance."""

import hashlib
import json
import logging
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

from rramgan import __version__
from rramgan.errors import InputError
from rramgan.extensions import load_extensions


@contextmanager
def job(snakemake):
    """Run the block of a script with its own log, which it yields, and the extensions of the configuration."""
    with logged_to(
        snakemake.log[0], made=[str(path) for path in snakemake.input if "results" in Path(path).parts]
    ) as log:
        load_extensions(snakemake.config["extensions"])
        yield log


def made_by(snakemake, seed: int | None = None) -> dict:
    """Provenance of a script's results."""
    return provenance(snakemake.config["fingerprint"], seed)


@contextmanager
def logged_to(path, made: Iterable[str] = ()):
    """Send log messages and tracebacks of the block to the file `path`; an InputError ends the job in its sentence.

    If it is about one of the files that other jobs have `made`, it says how to have that file anew.
    """
    logging.basicConfig(filename=path, filemode="w", level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logging.captureWarnings(True)
    try:
        yield logging.getLogger("rramgan")
    except InputError as error:
        spoiled = any(str(error).startswith(f"{file}: ") for file in made)
        sentence = f"{error}; delete this file and run again to have it made anew" if spoiled else str(error)
        logging.error("%s", sentence)
        sys.exit(f"error: {sentence}")
    except Exception:
        logging.exception("failed")
        sys.exit(f"error: failed unexpectedly; the traceback is in {Path(path)}")


def fingerprint(configuration) -> str:
    """SHA-256 of a configuration (any JSON-able value), whatever the order of its keys."""
    return hashlib.sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest()


def provenance(config_sha256: str, seed: int | None = None) -> dict:
    """What made a result: package version, fingerprint of the resolved configuration and device, and seed."""
    return {"rramgan_version": __version__, "config_sha256": config_sha256, "seed": seed}
