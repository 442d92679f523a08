"""Amounts in words; needs no other package, so that a plan can be made where only Snakemake is installed."""

_PREFIXES = ((18, "EB"), (15, "PB"), (12, "TB"), (9, "GB"), (6, "MB"), (3, "kB"))


def amount(value: int, unit: str = "B") -> str:
    """Return `value` in words, such as 1.8 GB or 4,400,000 rows."""
    if unit != "B":
        return f"{value:,} {unit}"
    for power, prefix in _PREFIXES:
        if value >= 10**power:
            return f"{value / 10**power:.1f} {prefix}"
    return f"{value} bytes"


def duration(seconds: float) -> str:
    """Return a time in words, to about two digits."""
    for limit, unit, digits, name in ((90, 1, 0, "s"), (90 * 60, 60, 0, "min"), (48 * 3600, 3600, 1, "h")):
        if seconds < limit:
            return f"{seconds / unit:.{digits}f} {name}"
    return f"{seconds / 86400:.1f} days"
