"""An estimate in words."""

import dataclasses
import sys

import pytest
import yaml
from motifcnn.cost.estimate import Estimate
from motifcnn.cost.invocation import Invocation
from motifcnn.cost.text import Machine, aligned, in_words
from motifcnn.cost.timing import Speed
from motifcnn.cost.work import Job
from toys.left_jobs import NETWORK, SIZE, job

# 45 s per step of 50 sequences; a training of 2 epochs of 1,000 sequences takes half an hour and a bit.
SLOW = Speed(0.9, 1000, (30,))


@pytest.mark.parametrize(
    ("invocation", "gpus", "machine"),
    [
        (Invocation({}, 8, None, 1), 0, Machine("it", 8, 0)),
        # The profile lets one job use a GPU at a time, or more than there are GPUs.
        (Invocation({}, 8, None, 1), 2, Machine("it", 8, 1)),
        (Invocation({}, 8, None, 4), 2, Machine("it", 8, 2)),
        (Invocation({}, 8, None, None), 2, Machine("it", 8, 2)),
        # Every job of a cluster has cores of its own, two for each training.
        (Invocation({}, 8, 100, 1), 0, Machine("it", 200, 0, 100)),
        (Invocation({}, 8, 100, 1), 2, Machine("it", 200, 100, 100)),
        # More at once than there are jobs makes nothing faster.
        (Invocation({}, 8, sys.maxsize, 1), 0, Machine("it", 2 * 500, 0, 500)),
    ],
)
def test_what_is_used_at_once(invocation, gpus, machine):
    assert Machine.of(invocation, "it", gpus, threads=2, jobs=500) == machine


def text(plan, *jobs, sizes=None, speeds=None, shares=(), gpus=0, cluster_jobs=None):
    speeds = {NETWORK: SLOW} if speeds is None else speeds
    estimate = Estimate(plan, jobs, sizes or {"small": SIZE}, speeds, gpus > 0)
    return in_words(estimate, Machine("Some chip", 1, gpus, cluster_jobs), shares)


def test_the_text_says_what_is_left_and_how_long_it_takes(plan):
    said = text(plan, job("train_model"), job("train_model", seed=2), speeds={NETWORK: SLOW._replace(runs=2)})
    # 0.9 s for each of 2,500 sequences, of which 2,000 are epochs; 45 s per step of 50.
    assert "tiny: 2 trainings to do\n" in said
    assert "small    shallow          2      45000.0        0.50  2 finished runs\n" in said
    assert "\ntrain_model     2       1.25\ntotal           2       1.25\n" in said
    assert "On Some chip, 1 thread.\n" in said
    assert (
        "Time: about 75 min on 1 core; at most, since early stopping usually ends a training sooner.\n"
        in said
    )
    # Twice 4 kB of weights, 5.5 kB for each of 12 targets and 25 kB; a checkpoint has four times the weights.
    assert (
        "Disk: less than 1 MB in results/tiny, and up to 16.0 kB more for each training under way.\n" in said
    )
    # 212 bytes for each of 1,500 sequences with labels.
    assert said.endswith(
        "Memory: for each training under way 0.5 to 1.7 GB on a CPU, and 318.0 kB for its sequences.\n"
    )


def test_finished_trainings_say_what_early_stopping_saves(plan):
    said = text(plan, job("train_model"), shares=[0.4, 0.6])
    assert "1 training to do; 2 are finished\n" in said
    assert "timed now" in said
    assert "2 finished trainings took 50% of the epochs; at that rate about 19 min." in " ".join(said.split())


def test_hours_of_a_gpu_stand_apart(plan):
    said = text(plan, job("train_model"), job("match_motifs"), gpus=1)
    lines = [line.split() for line in said.splitlines()]
    assert ["rule", "jobs", "CPU", "hours", "GPU", "hours"] in lines
    assert ["train_model", "1", "0.00", "0.63"] in lines
    assert ["total", "2", "0.00", "0.63"] in lines
    assert "on 1 core and 1 GPU" in said


def test_the_text_says_what_it_leaves_out(plan):
    windows = Job("window_peaks", (), ("dataset.h5",), dataset="small")
    said = " ".join(text(plan, job("train_model"), windows, sizes={"small": None}, speeds={}).split())
    assert "on 1 core, without 1 of the trainings, about which nothing is known yet." in said
    assert "at most" not in said
    assert "Not in the figures: window_peaks," in said
    assert "How many sequences small has is known once results/tiny/small/dataset.h5 exists" in said
    assert "Memory" not in said
    assert " bytes" not in said


def test_remarks_on_the_plan_are_part_of_the_text(plan):
    remarked = dataclasses.replace(plan, remarks=(("small", "small: no motif is known"),))
    assert "\nNote: small: no motif is known.\n" in text(remarked, job("train_model"))
    assert "Note" not in text(plan, job("train_model"))


def test_unknown_disk_is_not_taken_for_none(plan):
    windows = Job("window_peaks", (), ("dataset.h5",), dataset="peaks")
    sizes = {"small": SIZE, "peaks": None}
    said = text(plan, windows, sizes=sizes, speeds={})
    assert "Disk: what peaks and its trainings take in results/tiny is not known yet.\n" in said
    said = text(plan, job("train_model"), windows, sizes=sizes)
    assert "is not known yet; the rest takes less than 1 MB.\n" in said


def test_for_a_cluster_it_ends_with_a_time_limit_to_paste(plan):
    fast = NETWORK._replace(activation="exponential")
    jobs = [job("train_model"), job("train_model", activation="exponential"), job("match_motifs")]
    # 4 s, and 0.9 s for each of 2,500 sequences: 37.57 minutes, and twice that.
    speeds = {NETWORK: SLOW, fast: SLOW._replace(seconds_per_sequence=0.1)}
    said = text(plan, *jobs, speeds=speeds, cluster_jobs=200)
    assert said.endswith("\n  train_model: {runtime: 76 * attempt}\n")
    assert yaml.safe_load(said.splitlines()[-1]) == {"train_model": {"runtime": "76 * attempt"}}
    for other in (
        text(plan, *jobs, speeds=speeds),
        text(plan, *jobs[2:], speeds=speeds, cluster_jobs=200),
        text(plan, *jobs[:1], sizes={"small": None}, speeds={}, cluster_jobs=200),
    ):
        assert "attempt" not in other


def test_nothing_left(plan):
    assert text(plan) == "tiny: nothing is left to do.\n"


def test_columns_of_numbers_stand_to_the_right():
    table = aligned(("name", "number", "mixed"), [("a", "1", "?"), ("bb", "1,234", "0.10 + ?")])
    assert table.splitlines() == [
        "name  number     mixed",
        "----  ------  --------",
        "a          1         ?",
        "bb     1,234  0.10 + ?",
    ]
