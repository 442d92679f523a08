"""How much memory there is, to say so before something too big is begun."""

import os
from pathlib import Path

from .amounts import amount
from .errors import UserError

# Limits of a container or a cluster job: version 2 of control groups, then version 1.
_LIMITS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
    ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
)


def free_memory() -> int | None:
    """Return how much memory a process may still take (bytes), or None where the system does not say."""
    found = []
    try:
        table = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
        found.append(1024 * int(table["MemAvailable"].split()[0]))
    except (OSError, ValueError, KeyError, IndexError):
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for limit, used in _LIMITS:
        try:
            found.append(max(0, int(Path(limit).read_text()) - int(Path(used).read_text())))
        except (OSError, ValueError):
            continue  # there is no such file, or it says "max"
    return min(found, default=None)


def check_memory(needed: float, what: str, advice: str) -> None:
    """Refuse to begin what needs more memory than there is.

    Parameters
    ----------
    needed
        Bytes.
    what, advice
        What needs it, and what to do instead, for the sentence.

    Raises
    ------
    UserError
        There is less.
    """
    free = free_memory()
    if free is not None and needed > free:
        raise UserError(
            f"{what} would take {amount(needed)} of memory, of which {amount(free)} are free; {advice}"
        )
