"""Notice that Snakemake, which started this job, is no more."""

import os
from pathlib import Path

from ..core.processes import command_of, parent_of, start_of

# The process that is watched, and when it started; None where nothing is.
_watched: tuple[int, str] | None = None


def watch_snakemake() -> None:
    """Watch the nearest process above this one that is Snakemake, or else the parent."""
    global _watched
    process = parent = os.getppid()
    # Between the two there may be a shell that has activated an environment.
    while process > 1 and not _is_snakemake(process):
        process = parent_of(process)
    process = process if process > 1 else parent
    _watched = (process, start_of(process))


def snakemake_is_gone() -> bool:
    """Tell whether what is watched has ended; never where nothing is, as on the command line."""
    if _watched is None:
        return False
    process, started = _watched
    if started:
        return start_of(process) != started
    return os.getppid() != process  # without /proc, the parent is all that is known


def _is_snakemake(process: int) -> bool:
    return any(Path(word).name == "snakemake" for word in command_of(process))
