"""Freeing a folder that a killed run of Snakemake has left locked: `python -m rramgan.unlock`, as `make` does.

A killed run cannot take its lock away, and the next one refuses to start. The lock is removed if no process of this
computer runs Snakemake in this folder, and if the last run was started on this computer.
"""

import re
import socket
import sys
from pathlib import Path

import psutil

HOST = re.compile(r"^\s*host: (\S+)", re.MULTILINE | re.IGNORECASE)
"""Where the log of a run says on which computer it was started."""


def unlock(folder: Path) -> str:
    """Remove a lock that a killed run has left in `folder`; returns what was done, or why not, empty without a lock."""
    locks = list((folder / ".snakemake" / "locks").glob("*"))
    if not locks:
        return ""
    if alive := runs_in(folder):
        return f"{folder}: in use by the running process {alive[0]}"
    last = max((folder / ".snakemake" / "log").glob("*.log"), key=lambda path: path.stat().st_mtime, default=None)
    host = HOST.search(last.read_text(encoding="utf-8", errors="replace")) if last else None
    if host and host[1] != socket.gethostname():
        return f"{folder}: locked by a run on {host[1]}; if it is over, run snakemake --unlock"
    for lock in locks:
        lock.unlink()
    return f"{folder}: freed of the lock that a killed run has left"


def runs_in(folder: Path) -> list[int]:
    """Processes other than this one and its parents that run Snakemake in `folder`."""
    own = {process.pid for process in (psutil.Process(), *psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        try:
            snakemake = any("snakemake" in Path(word).name for word in process.cmdline()[:4])
            if snakemake and process.pid not in own and Path(process.cwd()) == folder.resolve():
                found.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return found


if __name__ == "__main__":
    sys.stderr.write("".join(f"{line}\n" for line in filter(None, [unlock(Path.cwd())])))
