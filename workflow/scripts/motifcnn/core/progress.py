"""Show progress on stderr: a bar on a terminal, a line now and then in a log."""

import sys
import time
from typing import Self

from tqdm import tqdm

from .amounts import amount
from .training_log import epoch_line

_SECONDS_BETWEEN_LINES = 30.0


class _Bar:
    """A bar on a terminal that is closed at the end of a `with` block; nothing elsewhere."""

    def __init__(self, title: str, total: int | None, **options):
        self.title, self.total, self.started = title, total, time.monotonic()
        self.on_terminal = sys.stderr.isatty()
        self.bar = tqdm(desc=title, total=total, disable=not self.on_terminal, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.bar.close()


class Meter(_Bar):
    """Shows how many bytes or rows are done; use as a context manager.

    Parameters
    ----------
    title
        What is being done.
    total
        How much there is to do; None if unknown.
    unit
        `B` for bytes, otherwise a word in the plural.
    done
        How much of it was done before.
    """

    def __init__(self, title: str, total: int | None, unit: str, done: int = 0):
        shown = unit if unit == "B" else f" {unit}"
        super().__init__(title, total, initial=done, unit=shown, unit_scale=True, unit_divisor=1000)
        self.unit, self.done, self.first, self.printed = unit, done, done, None
        self.last_line = self.started

    def __exit__(self, *_) -> None:
        super().__exit__()
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
        line = f"{self.title}: {amount(self.done, self.unit)}{of}{share}, {speed}/s [{seconds:.0f} s]"
        print(line, file=sys.stderr, flush=True)


class EpochBar(_Bar):
    """Shows how far a training of at most `epochs` is, in a log a line per epoch; use as a context manager."""

    def __init__(self, title: str, epochs: int):
        super().__init__(title, epochs, unit="epoch")

    def update(self, epoch: dict) -> None:
        """Show a finished epoch, an entry of the history."""
        scores = f"loss {epoch['train_loss']:.4f}, validation loss {epoch['val_loss']:.4f}"
        if epoch["val_aupr"] is not None:
            scores += f", auPR {epoch['val_aupr']:.4f}"
        self.bar.update(epoch["epoch"] - self.bar.n)
        self.bar.set_postfix_str(scores)
        if not self.on_terminal:
            seconds = time.monotonic() - self.started
            print(
                epoch_line(self.title, epoch["epoch"], self.total, scores, seconds),
                file=sys.stderr,
                flush=True,
            )
