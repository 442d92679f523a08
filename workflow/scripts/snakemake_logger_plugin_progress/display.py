"""Where a run's story is shown: below the messages on a terminal, or as lines in a log."""

import logging
import threading
import time

from motifcnn.core.amounts import duration
from motifcnn.core.training_log import TrainingProgress
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .story import RunningJob, Story

_MOST_JOBS = 12
_BAR_WIDTH = 16
_SECONDS_BETWEEN_LINES = 60.0
_STYLES = {logging.WARNING: "yellow", logging.ERROR: "red", logging.CRITICAL: "red"}


class PrintedLines:
    """Messages with the time, and once a minute what is running."""

    def __init__(self, console: Console, story: Story):
        self.console, self.story = console, story
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def print(self, text: str, level: int) -> None:
        """Show a message of a level of logging."""
        clock = "" if self.story.dryrun else f"{time.strftime('%H:%M:%S')}  "
        self.console.out(clock + text, highlight=False)

    def start(self) -> None:
        """Begin to say what is running."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._say, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End that."""
        self._stopped.set()

    def _say(self) -> None:
        while not self._stopped.wait(_SECONDS_BETWEEN_LINES):
            jobs = list(self.story.running.values())
            if not jobs:
                continue
            lines = [f"{_summary(self.story)}:", *(f"  {_in_words(job)}" for job in jobs[:_MOST_JOBS])]
            if len(jobs) > _MOST_JOBS:
                lines.append(f"  and {len(jobs) - _MOST_JOBS} more")
            self.print("\n".join(lines), logging.INFO)


class LiveDisplay:
    """Messages, and below them a line per running job and one for the whole run."""

    def __init__(self, console: Console, story: Story):
        self.console, self.story = console, story
        self._live = Live(
            console=console,
            get_renderable=self._render,
            refresh_per_second=1,
            transient=True,
            redirect_stdout=False,
        )

    def print(self, text: str, level: int) -> None:
        """Show a message of a level of logging."""
        self.console.print(Text(text, _STYLES.get(level, "")), soft_wrap=True)

    def start(self) -> None:
        """Begin to show what is running."""
        if not self._live.is_started:
            self._live.start()

    def stop(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def _render(self) -> RenderableType:
        jobs = list(self.story.running.values())
        table = Table.grid(padding=(0, 1), expand=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(width=_BAR_WIDTH)
        table.add_column(no_wrap=True)
        for job in jobs[:_MOST_JOBS]:
            training = job.training()
            bar = _bar(training.epochs, training.epoch) if training else ""
            table.add_row(job.doing, bar, _how_far(job, training))
        if len(jobs) > _MOST_JOBS:
            table.add_row(f"and {len(jobs) - _MOST_JOBS} more", "", "")
        of_all = _bar(max(self.story.total, 1), self.story.done)
        table.add_row("All jobs", of_all, _summary(self.story), style="bold")
        return Group("", table)


def _bar(total: int, done: int) -> ProgressBar:
    return ProgressBar(total, done, width=_BAR_WIDTH, complete_style="green", finished_style="green")


def _summary(story: Story) -> str:
    """How much of a run is done and left."""
    failed = f", {story.failed} failed" if story.failed else ""
    rest = ""
    if (left := story.seconds_left()) is not None:
        seconds, is_all = left
        rest = f", {'about' if is_all else 'at least'} {duration(seconds)} left"
    return f"{story.done}/{story.total}{failed} after {duration(time.monotonic() - story.started)}{rest}"


def _how_far(job: RunningJob, training: TrainingProgress | None) -> str:
    """How far a running job is."""
    if training is None:
        return duration(job.seconds)
    scores = ", ".join(
        f"{name} {value}" for name, value in training.scores.items() if name != "validation loss"
    )
    return f"{training.epoch}/{training.epochs}, {scores}, at most {duration(training.seconds_left)} left"


def _in_words(job: RunningJob) -> str:
    training = job.training()
    return f"{job.doing}: {'epoch ' if training else ''}{_how_far(job, training)}"
