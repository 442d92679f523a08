"""A line per epoch in the log, a bar on a terminal."""

import sys
import time

from tqdm import tqdm


class EpochBar:
    """Shows how far a training is; use as a context manager.

    Parameters
    ----------
    title
        What is trained.
    epochs
        The most that there can be.
    """

    def __init__(self, title: str, epochs: int):
        self.title, self.epochs = title, epochs
        self.on_terminal = sys.stderr.isatty()
        self.started = time.perf_counter()
        self.bar = tqdm(total=epochs, desc=title, unit="epoch", disable=not self.on_terminal)

    def __enter__(self) -> "EpochBar":
        return self

    def __exit__(self, *_) -> None:
        self.bar.close()

    def update(self, epoch: dict) -> None:
        """Show a finished epoch, a line of the history."""
        scores = f"loss {epoch['train_loss']:.4f}, validation loss {epoch['val_loss']:.4f}"
        if epoch["val_aupr"] is not None:
            scores += f", auPR {epoch['val_aupr']:.4f}"
        self.bar.update(epoch["epoch"] - self.bar.n)
        self.bar.set_postfix_str(scores)
        if not self.on_terminal:
            seconds = time.perf_counter() - self.started
            print(
                f"{self.title}: epoch {epoch['epoch']}/{self.epochs}, {scores} [{seconds:.0f} s]",
                file=sys.stderr,
            )
            sys.stderr.flush()
