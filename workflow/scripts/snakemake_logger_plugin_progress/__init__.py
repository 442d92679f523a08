"""Snakemake's logger plugin `progress`: which jobs run, how far each training is, and how much is left.

`./run` loads it. On a terminal it keeps a line per running job and one for the whole run below the messages,
elsewhere it prints lines. What it does not know, it leaves to Snakemake's own formatter.
"""

import logging

from rich.console import Console
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.base import LogHandlerBase

from .display import LiveDisplay, PrintedLines
from .story import Story


class LogHandler(LogHandlerBase):
    """Tells what happens in a run; Snakemake's own filter has applied `--quiet` before."""

    def __post_init__(self) -> None:
        settings = self.common_settings
        console = Console(stderr=not settings.stdout, no_color=settings.nocolor or None, highlight=False)
        self.story = Story(settings.dryrun, settings.show_failed_logs)
        self.shows_progress = not settings.dryrun and not {Quietness.ALL, Quietness.PROGRESS} & set(
            settings.quiet or ()
        )
        self.display = (LiveDisplay if console.is_terminal else PrintedLines)(console, self.story)

    def emit(self, record: logging.LogRecord) -> None:
        """Show a message of Snakemake's in our words, or in its own."""
        try:
            told = self.story.tell(record)
            text = self.format(record) if told is None else told
        except Exception:
            # Snakemake's messages may change; what they say must reach the user.
            text = self.format(record)
        if text:
            self.display.print(text, record.levelno)
        if self.shows_progress and self.story.running:
            self.display.start()

    def close(self) -> None:
        """Leave the terminal as it was."""
        self.display.stop()
        super().close()

    @property
    def writes_to_stream(self) -> bool:
        """Whether it takes the place of Snakemake's own messages."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Whether it writes a file."""
        return False

    @property
    def has_filter(self) -> bool:
        """Whether it does without Snakemake's filter."""
        return False

    @property
    def has_formatter(self) -> bool:
        """Whether it does without Snakemake's formatter."""
        return False

    @property
    def needs_rulegraph(self) -> bool:
        """Whether it needs the graph of rules."""
        return False
