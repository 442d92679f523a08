"""What a run's story is, told by messages as Snakemake sends them."""

import os

import pytest
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_logger_plugin_progress import story as module
from snakemake_logger_plugin_progress.story import Story
from toys.snakemake_messages import fail, finish, plan, record, start


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    times = {"now": 0.0}
    monkeypatch.setattr(module.time, "monotonic", lambda: times["now"])
    return times


def test_a_run_from_plan_to_end(clock):
    story = Story()
    assert story.tell(plan(train_model=2, all=1)) == "3 jobs to do: 2 train_model"
    assert story.tell(start(7)) == story.tell(start(8, doing="Training cnn-50")) == ""
    assert [job.doing for job in story.running.values()] == ["Training cnn-2", "Training cnn-50"]
    clock["now"] = 65.0
    assert story.tell(finish(8)) == "[1/3] Training cnn-50 (65 s)"
    assert list(story.running) == [7]
    clock["now"] = 600.0
    assert story.tell(finish(7)) == "[2/3] Training cnn-2 (10 min)"
    story.tell(start(9, "all", None, ()))
    # It does nothing, but counts.
    assert story.tell(finish(9)) == ""
    assert (story.done, story.failed, story.running) == (3, 0, {})


def test_the_rest_takes_as_long_as_what_is_done(clock):
    story = Story()
    story.tell(plan(simulate_dataset=1, train_model=10, make_report=1))
    story.tell(start(0, "simulate_dataset"))
    clock["now"] = 4.0
    story.tell(finish(0))
    story.tell(start(1))
    story.tell(start(2))
    assert story.seconds_left() is None
    clock["now"] = 104.0
    story.tell(finish(1))
    # Nine more of 100 s, of which one should just end, two at once; nothing is known of the report.
    assert story.seconds_left() == (pytest.approx((9 * 100 - 100) / 2), False)
    clock["now"] = 304.0
    assert story.seconds_left() == (pytest.approx((9 * 100 - 100) / 2), False)


def test_what_is_left_without_trainings(clock):
    story = Story()
    story.tell(plan(match_motifs=3, make_report=1, all=1))
    story.tell(start(1, "match_motifs"))
    assert story.seconds_left() is None
    clock["now"] = 10.0
    story.tell(finish(1))
    assert story.seconds_left() == (20.0, False)
    story.tell(start(2, "make_report"))
    clock["now"] = 15.0
    story.tell(finish(2))
    assert story.seconds_left() == (20.0, True)


EPOCH = "cnn-2: epoch 3/40, loss 0.5, auPR 0.7 [30 s]\n"


@pytest.mark.parametrize(
    ("rule", "changed", "epoch"),
    [("train_model", True, 3), ("train_model", False, None), ("plot_figure", True, None)],
)
def test_how_far_a_training_is_stands_in_the_log_it_has_written_since(tmp_path, rule, changed, epoch):
    log = tmp_path / "train.log"
    log.write_text(EPOCH)
    os.utime(log, (1, 1))
    story = Story()
    story.tell(start(1, rule, log=[str(log)]))
    if changed:
        log.write_text(EPOCH)
    training = story.running[1].training()
    assert (training and training.epoch) == epoch


def test_a_job_that_is_tried_again_has_not_failed(clock):
    story = Story()
    story.tell(plan(train_model=2))
    story.tell(start(1))
    story.tell(start(2))
    for job in (1, 2):
        assert story.tell(fail(job)) == "Failed after 0 s: Training cnn-2"
    assert story.failed == 2
    story.tell(start(1))
    assert story.failed == 1
    story.tell(finish(1))
    assert (story.done, story.failed) == (1, 1)


def test_a_failed_job_shows_the_end_of_its_log_once(tmp_path, clock):
    log = tmp_path / "train.log"
    log.write_text("".join(f"epoch {number}\n" for number in range(30)) + "error: the loss is not finite\n")
    story = Story()
    story.tell(plan(train_model=1))
    story.tell(start(1))
    clock["now"] = 30.0
    told = story.tell(fail(1, str(log), "nowhere.log")).splitlines()
    assert told[0] == "Failed after 30 s: Training cnn-2"
    assert told[1] == f"  the end of {log}:"
    assert told[2:22] == [f"    epoch {number}" for number in range(11, 30)] + [
        "    error: the loss is not finite"
    ]
    assert told[22:] == ["  the end of nowhere.log:", "    (there is no such file)"]
    assert story.tell(fail(1, str(log))) == ""
    assert (story.failed, story.running) == (1, {})
    quiet = Story(show_failed_logs=False)
    quiet.tell(start(1))
    assert quiet.tell(fail(1, str(log))) == "Failed after 0 s: Training cnn-2"


def test_a_dry_run_lists_what_each_job_does_and_counts_once():
    story = Story(dryrun=True)
    assert story.tell(plan(train_model=1)) == "1 job to do: 1 train_model"
    assert story.tell(start(1, reason="Missing output files: model")) == "  Training cnn-2"
    reasons = "Missing output files: model; Code has changed since last execution"
    assert story.tell(start(2, reason=reasons)).splitlines() == [
        "  Training cnn-2",
        "      because: Code has changed since last execution",
    ]
    assert story.tell(plan(train_model=1)) == ""
    assert story.running == {}


def test_our_sentences_lose_snakemakes_frame_and_its_other_words_stay():
    story = Story()
    framed = 'WorkflowError in file "/x/common.smk", line 45:\nseeds is -2\nfix it\n  File "/x/common.smk", in <module>'
    assert story.tell(record(LogEvent.ERROR, framed)) == "error: seeds is -2\nfix it"
    assert story.tell(record(None, "Building DAG of jobs...")) == ""
    assert story.tell(record(LogEvent.WORKFLOW_STARTED)) == ""
    for event, words in ((None, "Note: the disk is slow"), (LogEvent.ERROR, "MissingInputException: a.bed")):
        assert story.tell(record(event, words)) is None
