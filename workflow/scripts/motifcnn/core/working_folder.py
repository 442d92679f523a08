"""The folder that a run works in: whether it can, and what to do about the lock that a killed run has left there.

Snakemake notes which files a run reads and writes in `.snakemake/locks`, but not which process it is. `./run`
notes that beside them.
"""

import json
import os
import shutil
import socket
import sys
from pathlib import Path

from .errors import UserError
from .processes import start_of

_HOLDER = "holder.json"


def check_folder(folder: Path) -> None:
    """Check that Snakemake can work in a folder.

    Raises
    ------
    UserError
        It cannot.
    """
    if "{" in str(folder) or "}" in str(folder):
        raise UserError(f"the path {folder} has braces, which Snakemake fills in; rename the folder")
    for path in (folder, folder / ".snakemake", folder / "results"):
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            raise UserError(
                f"{path} is not yours to write to; work in a clone of your own, or name one with --directory"
            )


def take_over(folder: Path, process: int) -> None:
    """Note that a process is about to run Snakemake; offer to remove the lock of one that is no more.

    Parameters
    ----------
    folder
        `.snakemake` of the working folder.
    process
        Number of the process.

    Raises
    ------
    UserError
        A killed run has left its lock, and nobody is there to answer, or the answer is no.
    """
    locks, note = folder / "locks", folder / _HOLDER
    holder = _read(note)
    if locks.is_dir() and any(locks.iterdir()) and holder and not _lives(*holder):
        said = f"the last run in {folder.parent} was killed and left its lock; no process holds it any more"
        if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
            raise UserError(
                f"{said}: run './run --unlock', with the same --configfile if you gave one, and try again"
            )
        print(f"{said}. Remove it and go on? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            raise UserError("the lock is left as it is; ./run --unlock removes it")
        shutil.rmtree(locks)
    if holder and _lives(*holder):
        return  # it may end well without us; Snakemake itself tells whether the two get in each other's way
    folder.mkdir(exist_ok=True)
    note.write_text(json.dumps([socket.gethostname(), process, start_of(process)]), encoding="utf-8")


def _read(note: Path) -> tuple[str, int, str] | None:
    try:
        host, process, started = json.loads(note.read_text(encoding="utf-8"))
        return str(host), int(process), str(started)
    except (OSError, ValueError, TypeError):
        return None


def _lives(host: str, process: int, started: str) -> bool:
    """Tell whether a process still runs; one on another machine may."""
    if host != socket.gethostname():
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return start_of(process) == started
