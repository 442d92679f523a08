"""How far something is that counts bytes or rows: a bar on a terminal, now and then a line in a log."""

import sys
import time

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 30.0


class Meter:
    """Shows progress on stderr; use as a context manager.

    Parameters
    ----------
    title
        What is going on.
    total
        How much there is to do, or None where that is not known.
    unit
        `B` for bytes, otherwise a word.
    done
        How much of it was done before.
    """

    def __init__(self, title: str, total: int | None, unit: str, done: int = 0):
        self.title, self.total, self.unit, self.done = title, total, unit, done
        self.on_terminal = sys.stderr.isatty()
        self.first, self.printed = done, None
        self.started = self.last_line = time.monotonic()
        self.bar = tqdm(
            desc=title,
            total=total,
            initial=done,
            unit=unit if unit == "B" else f" {unit}",
            unit_scale=True,
            unit_divisor=1000,
            disable=not self.on_terminal,
        )

    def __enter__(self) -> "Meter":
        return self

    def __exit__(self, *_) -> None:
        self.bar.close()
        if not self.on_terminal and self.printed != self.done:
            self._print_line()

    def advance(self, amount: int) -> None:
        """Count `amount` more."""
        self.done += amount
        self.bar.update(amount)
        if not self.on_terminal and time.monotonic() - self.last_line > _SECONDS_BETWEEN_LINES:
            self._print_line()

    def _print_line(self) -> None:
        self.last_line, self.printed = time.monotonic(), self.done
        seconds = max(self.last_line - self.started, 1e-9)
        share = f" ({self.done / self.total:.0%})" if self.total else ""
        of = f" of {amount(self.total, self.unit)}" if self.total else ""
        speed = amount(round((self.done - self.first) / seconds), self.unit)
        print(
            f"{self.title}: {amount(self.done, self.unit)}{of}{share}, {speed}/s [{seconds:.0f} s]",
            file=sys.stderr,
            flush=True,
        )


def amount(value: int, unit: str = "B") -> str:
    """Return `value` in words, such as 1.8 GB or 4,400,000 rows."""
    if unit != "B":
        return f"{value:,} {unit}"
    for power, prefix in ((9, "GB"), (6, "MB"), (3, "kB")):
        if value >= 10**power:
            return f"{value / 10**power:.1f} {prefix}"
    return f"{value} bytes"
