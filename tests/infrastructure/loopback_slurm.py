"""A Slurm of one node on loopback, with a pretend GPU, that lives as long as a test.

Slurm's job steps read their configuration in /etc/slurm and nowhere else, so it has to lie there. `why_not` says what
speaks against that; `Slurm` writes the files, never over others, and removes them.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

ETC = Path("/etc/slurm")
NAMES = ("slurm.conf", "gres.conf", "cgroup.conf")
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "scontrol")
DAEMONS = ("slurmctld", "slurmd", "slurmdbd", "slurmrestd")
# The first line of all that is written to /etc/slurm, with the process that will remove it.
MARK = "# Of motif-filters' tests, which remove it; process {pid}.\n"
MARKED = re.compile(re.escape(MARK).replace(r"\{pid\}", r"(\d+)"))

# No munge, accounting or cgroups; listening on the loopback address only, since auth/none trusts whoever calls.
CONF = """\
ClusterName=loopback
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/none
CredType=cred/none
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
MinJobAge=86400
KillWait=2
SlurmdParameters=config_overrides
GresTypes=gpu
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16000 Gres=gpu:fake:2 State=UNKNOWN
PartitionName=cpu Nodes={host} Default=YES State=UP
PartitionName=gpu Nodes={host} State=UP
"""
GRES = """\
AutoDetect=off
NodeName={host} Name=gpu Type=fake File=/dev/null
NodeName={host} Name=gpu Type=fake File=/dev/zero
"""
CGROUP = "CgroupPlugin=cgroup/v1\n"


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def left_behind(path: Path) -> bool:
    """Whether a file of /etc/slurm is one of ours whose test was killed."""
    marked = MARKED.match(path.read_text(errors="replace"))
    return bool(marked) and not is_alive(int(marked[1]))


def running_daemons() -> list[str]:
    names = []
    for path in Path("/proc").glob("[0-9]*/comm"):
        with contextlib.suppress(OSError):
            names.append(path.read_text().strip())
    return sorted(set(names) & set(DAEMONS))


def why_not() -> str | None:
    """Return why no Slurm can be brought up here, or None."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        return f"Slurm is not installed: no {', '.join(missing)}"
    if os.geteuid() != 0:
        return "only root may write /etc/slurm"
    if "SLURM_CONF" in os.environ:
        return f"SLURM_CONF={os.environ['SLURM_CONF']}: this machine belongs to a cluster"
    if daemons := running_daemons():
        return f"a Slurm is running here: {', '.join(daemons)}"
    for path in (ETC / name for name in NAMES):
        if path.is_symlink() or (path.exists() and not left_behind(path)):
            return f"{path} is there already: this machine belongs to a cluster, or another test is running"
    return None


def processes_of(folder: Path) -> list[str]:
    """Return the command lines of running processes that name a folder."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(path.read_text(errors="replace").replace("\0", " "))
    return [line for line in lines if str(folder) in line]


def free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def ask(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


class Slurm:
    """A context: Slurm is up inside it, and gone after it, with its files.

    Parameters
    ----------
    folder
        Empty folder for its state and the logs of its daemons.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.daemons: list[subprocess.Popen] = []
        self.written: list[Path] = []
        self.made_etc = False

    def __enter__(self) -> "Slurm":
        try:
            self.configure()
            self.start("slurmctld", "-D", "-c")
            self.start("slurmd", "-D", "-c")
            self.wait_until_idle()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def configure(self) -> None:
        host = socket.gethostname().partition(".")[0]
        controller_port, node_port = free_ports(2)
        values = {
            "host": host,
            "folder": self.folder,
            "controller_port": controller_port,
            "node_port": node_port,
        }
        for name in ("state", "spool"):
            (self.folder / name).mkdir(parents=True)
        self.made_etc = not ETC.exists()
        ETC.mkdir(exist_ok=True)
        for name, text in zip(NAMES, (CONF, GRES, CGROUP), strict=True):
            path = ETC / name
            if path.exists() and left_behind(path):
                path.unlink()
            # Exclusively: who comes second fails, and changes nothing.
            with path.open("x") as file:
                self.written.append(path)
                file.write(MARK.format(pid=os.getpid()) + text.format(**values))

    def start(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.log").open("w") as log:
            options = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log, "start_new_session": True}
            self.daemons.append(subprocess.Popen(command, **options))

    def wait_until_idle(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert all(daemon.poll() is None for daemon in self.daemons), self.logs()
            done = subprocess.run(["sinfo", "--noheader", "--format=%T"], capture_output=True, text=True)
            if done.stdout.strip() == "idle":
                return
            time.sleep(0.2)
        raise AssertionError(f"no node after 30 s\n{self.logs()}")

    def logs(self) -> str:
        return "\n".join(f"{path}:\n{path.read_text()}" for path in self.folder.glob("*.log"))

    def stop(self) -> None:
        """Cancel all jobs, end the daemons by their process ids, remove what was written."""
        try:
            if len(self.daemons) == 2 and all(daemon.poll() is None for daemon in self.daemons):
                subprocess.run(["scancel", "--user=root"], timeout=30, capture_output=True)
                deadline = time.monotonic() + 20
                while time.monotonic() < deadline and ask("squeue", "--noheader"):
                    time.sleep(0.2)
        finally:
            for daemon in reversed(self.daemons):
                daemon.send_signal(signal.SIGTERM)
                try:
                    daemon.wait(10)
                except subprocess.TimeoutExpired:
                    daemon.kill()
                    daemon.wait()
            for path in self.written:
                path.unlink(missing_ok=True)
            if self.made_etc:
                with contextlib.suppress(OSError):
                    ETC.rmdir()
