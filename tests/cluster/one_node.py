"""A SLURM of one node on the loopback host, with its own munge, without accounting, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

CONTROLLER_PORT, NODE_PORT = 16817, 16818
START_TIMEOUT_s = 30
CONFIGURATION = """
ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
SlurmdParameters=config_overrides
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmdTimeout=60
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_MB} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def installed() -> str:
    """Why SLURM is not here and cannot be installed; nothing if it is, perhaps now."""
    needed = ("slurmctld", "slurmd", "munged")
    os.environ["PATH"] += ":/usr/sbin"
    if not all(map(shutil.which, needed)):
        if os.geteuid() or not shutil.which("apt-get"):
            return "SLURM is not installed; installing it needs root and apt"
        install = ["apt-get", "install", "-y", "--no-install-recommends", "slurm-wlm", "munge"]
        subprocess.run(["apt-get", "update"], capture_output=True)
        subprocess.run(install, capture_output=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    missing = [name for name in needed if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} could not be installed by apt"
    return "the daemons of SLURM need root" if os.geteuid() else ""


class OneNode:
    """The daemons, started by `with` and stopped at its end; SLURM_CONF leads every command to them."""

    def __init__(self, folder: Path, cpus: int = 1, memory_MB: int = 4000):
        self.folder, self.daemons = folder, {}
        for name in ("", "state", "spool"):
            (folder / name).mkdir(mode=0o755, exist_ok=True)
        (folder / "munge.key").write_bytes(os.urandom(1024))
        (folder / "munge.key").chmod(0o400)
        host = socket.gethostname().split(".")[0]
        ports = {"controller_port": CONTROLLER_PORT, "node_port": NODE_PORT}
        text = CONFIGURATION.format(folder=folder, host=host, cpus=cpus, memory_MB=memory_MB, **ports)
        (folder / "slurm.conf").write_text(text)
        os.environ["SLURM_CONF"] = str(folder / "slurm.conf")

    def __enter__(self):
        paths = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid", "seed-file": "munge.seed"}
        self.start(
            "munged", "--foreground", "--force", *(f"--{name}={self.folder / path}" for name, path in paths.items())
        )
        time.sleep(1)
        self.start("slurmctld", "-D", "-c")
        self.start_node()
        return self

    def start(self, name, *arguments):
        """Start one daemon in the foreground of its own session."""
        with (self.folder / f"{name}.out").open("ab") as out:
            self.daemons[name] = subprocess.Popen([name, *arguments], stdout=out, stderr=out, start_new_session=True)

    def start_node(self):
        """Start slurmd and wait until its node takes jobs."""
        self.start("slurmd", "-D")
        end = time.monotonic() + START_TIMEOUT_s
        while not {"idle", "mixed", "allocated"} & set(slurm("sinfo", "--noheader", "--format=%T").split()):
            if time.monotonic() > end:
                raise TimeoutError(f"the node does not come up; see {self.folder}")
            time.sleep(0.5)

    def kill_node(self):
        """Kill slurmd as a crash would."""
        self.daemons["slurmd"].send_signal(signal.SIGKILL)
        self.daemons["slurmd"].wait()

    def __exit__(self, *_):
        slurm("scancel", "--me")
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
            daemon.wait()


def slurm(*command) -> str:
    """What a command of SLURM prints."""
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
