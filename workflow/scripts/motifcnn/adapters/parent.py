"""Notice that Snakemake, which started this job, is no more."""

import os
from pathlib import Path

# The process that is watched, and when it started; None where nothing is.
_watched: tuple[int, str] | None = None


def watch_snakemake() -> None:
    """Watch the nearest process above this one that is Snakemake, or else the parent."""
    global _watched
    process = parent = os.getppid()
    # Between the two there may be a shell that has activated an environment.
    while process > 1 and not _is_snakemake(process):
        process = _parent_of(process)
    process = process if process > 1 else parent
    _watched = (process, _started(process))


def snakemake_is_gone() -> bool:
    """Tell whether what is watched has ended; never where nothing is, as on the command line."""
    if _watched is None:
        return False
    process, started = _watched
    if started:
        return _started(process) != started
    return os.getppid() != process  # without /proc, the parent is all that is known


def _is_snakemake(process: int) -> bool:
    try:
        words = Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    except OSError:
        return False
    return any(Path(word).name == "snakemake" for word in words)


def _fields(process: int) -> list[str]:
    """Return what /proc says of a process, from its state on; nothing if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []
    return [] if fields[0] in "ZX" else fields


def _parent_of(process: int) -> int:
    return int((_fields(process) or ["", "0"])[1])


def _started(process: int) -> str:
    return (_fields(process) or [""] * 20)[19]
