"""Where the story is shown."""

import io
import logging

import pytest
from rich.console import Console
from snakemake.settings.types import OutputSettings
from snakemake_logger_plugin_progress import LogHandler, display
from snakemake_logger_plugin_progress.display import LiveDisplay, PrintedLines, _summary
from snakemake_logger_plugin_progress.story import Story
from toys.snakemake_messages import finish, plan, record, start

EPOCH = "a: epoch {}/40, loss 0.5, validation loss 0.6, auPR 0.7 [{} s]\n"


@pytest.fixture
def story(tmp_path) -> Story:
    """One training of twelve epochs so far, and thirteen jobs without a log."""
    log = tmp_path / "train.log"
    story = Story()
    story.tell(plan(train_model=1, plot_figure=13))
    story.tell(start(0, log=[str(log)]))
    log.write_text("".join(EPOCH.format(number, 10 * number) for number in range(1, 13)))
    for number in range(1, 14):
        story.tell(start(number, "plot_figure", f"Drawing {number}", ["nowhere.log"]))
    return story


def test_a_terminal_shows_each_job_and_all_of_them(story):
    console = Console(file=io.StringIO(), force_terminal=True, width=100, height=30, color_system=None)
    console.print(LiveDisplay(console, story)._render())
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert lines[1].startswith("Training cnn-2")
    assert lines[1].endswith("12/40, loss 0.5, auPR 0.7, at most 5 min left")
    assert lines[2].startswith("Drawing 1 ")
    assert lines[2].endswith(" 0 s")
    assert lines[13] == "and 2 more"
    assert lines[14].startswith("All jobs")
    assert lines[14].endswith("0/14 after 0 s")
    assert len(lines) == 15
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("left", "words"), [((90.0, True), "about 2 min"), ((90.0, False), "at least 2 min")]
)
def test_an_estimate_of_a_part_is_a_lower_bound(story, monkeypatch, left, words):
    monkeypatch.setattr(Story, "seconds_left", lambda self: left)
    assert _summary(story) == f"0/14 after 0 s, {words} left"


def test_a_log_gets_lines_with_the_time_and_now_and_then_what_is_running(story, monkeypatch):
    monkeypatch.setattr(display, "_SECONDS_BETWEEN_LINES", 0.01)
    console = Console(file=io.StringIO(), width=40)
    lines = PrintedLines(console, story)
    said = []
    monkeypatch.setattr(lines, "print", lambda text, level: (said.append(text), lines.stop()))
    lines.start()
    lines._thread.join(10)
    first = said[0].splitlines()
    assert first[0] == "0/14 after 0 s:"
    assert first[1] == "  Training cnn-2: epoch 12/40, loss 0.5, auPR 0.7, at most 5 min left"
    assert first[2] == "  Drawing 1: 0 s"
    assert first[-1] == "  and 2 more"
    monkeypatch.undo()
    lines.print("a line longer than the console is wide, which stays one line", logging.INFO)
    clock, text = console.file.getvalue().split("  ", 1)
    assert len(clock) == 8
    assert text == "a line longer than the console is wide, which stays one line\n"


def test_what_snakemake_says_otherwise_is_shown_in_its_words(capsys):
    handler = LogHandler(OutputSettings(), None)
    handler.setFormatter(logging.Formatter("as Snakemake has it: %(message)s"))
    # A finished job of which nothing is known is a mistake of ours, but no message may be lost.
    for message in (record(None, "Note: mind the gap"), finish(99)):
        handler.emit(message)
    handler.close()
    err = capsys.readouterr().err
    assert "as Snakemake has it: Note: mind the gap\n" in err
    assert "as Snakemake has it: Finished jobid: 99\n" in err
