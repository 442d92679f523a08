"""The lines that a training writes into its log, an epoch each, and how far it is by them.

Needs no other package, so that a run can be followed where only Snakemake is installed.
"""

import re
from typing import NamedTuple

_EPOCH = re.compile(r"epoch (\d+)/(\d+), (loss .*) \[(\d+) s\]$", re.MULTILINE)


def epoch_line(title: str, epoch: int, epochs: int, scores: str, seconds: float) -> str:
    """Return the line on an epoch out of at most `epochs`, ended `seconds` after the training began or went on.

    `scores` are names and numbers, such as "loss 0.5, auPR 0.7", the loss first.
    """
    return f"{title}: epoch {epoch}/{epochs}, {scores} [{seconds:.0f} s]"


class TrainingProgress(NamedTuple):
    """How far a training is: epochs done, of at most how many, the last one's scores by name, seconds per epoch."""

    epoch: int
    epochs: int
    scores: dict[str, str]
    seconds_per_epoch: float

    @property
    def seconds_left(self) -> float:
        """Seconds until the last epoch, if the training does not stop before."""
        return (self.epochs - self.epoch) * self.seconds_per_epoch


def read_training_progress(log: str) -> TrainingProgress | None:
    """Read from the log of a training how far it is; None before its first epoch has ended."""
    lines = _EPOCH.findall(log)
    if not lines:
        return None
    last, epochs, scores, seconds = lines[-1]
    # Of a training that was interrupted, the seconds are those since it went on.
    resumed = next(
        i for i in reversed(range(len(lines))) if i == 0 or int(lines[i - 1][3]) > int(lines[i][3])
    )
    done = len(lines) - resumed
    shown = dict(score.rsplit(" ", 1) for score in scores.split(", "))
    return TrainingProgress(int(last), int(epochs), shown, int(seconds) / done)
