"""Processes of this machine, as /proc tells of them; where there is none, nothing is known."""

from pathlib import Path


def command_of(process: int) -> list[str]:
    """Return the words of a process's command line; none if it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    except OSError:
        return []


def parent_of(process: int) -> int:
    """Return the number of a process's parent, 0 if that is unknown."""
    return int((_fields(process) or ["", "0"])[1])


def start_of(process: int) -> str:
    """Return when a process started, which tells it from a later one with its number; "" if it is gone."""
    return (_fields(process) or [""] * 20)[19]


def _fields(process: int) -> list[str]:
    """Return what /proc says of a process, from its state on; nothing if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []
    return [] if fields[0] in "ZX" else fields
