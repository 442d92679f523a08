"""The arithmetic of an estimate, by hand, with speeds of our own."""

import pytest
import yaml
from motifcnn.cost.dry_run import Invocation, Job
from motifcnn.cost.estimate import Estimate, NetworkOnDataset, Row, Speed, estimate, network_of
from motifcnn.cost.estimate_text import Machine, aligned, duration, in_words
from motifcnn.cost.sizes import Size
from motifcnn.experiment.config import make_plan
from repository import ROOT

SIZE = Size(length=200, targets=12, train=1000, valid=100, test=400)
KEY = NetworkOnDataset("small", "shallow", "relu")
# 100 ms per step of 50 sequences.
SPEED = Speed(seconds_per_sequence=0.002, parameters=1000, filters=(30, 50))
EPOCHS = 2


@pytest.fixture
def plan(monkeypatch):
    monkeypatch.chdir(ROOT)
    return make_plan(yaml.safe_load((ROOT / "tests/workflow/config-tiny.yaml").read_text()))


def job(rule, seed=1, threads=1, **wildcards):
    return Job(rule, KEY._asdict() | {"seed": str(seed)} | wildcards, threads)


def row_of(found, rule):
    return next(row for row in found.rows if row.rule == rule)


def test_jobs_are_costed_by_their_steps_and_filters(plan):
    jobs = [job("train_model"), job("train_model", seed=2), job("extract_filters"), job("match_motifs")]
    found = estimate(jobs, plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False)
    # 4 s, and 2 ms for each sequence: 2 epochs of 1,000, then 100 to validate and 400 to test.
    training = 4 + 0.002 * (EPOCHS * 1000 + 100 + 400)
    assert row_of(found, "train_model") == Row("train_model", 2, pytest.approx(2 * training), 0.0, 0)
    # The test set twice, as the untrained network is one of the controls.
    extraction = 3 + 0.002 * 400 * 2
    assert row_of(found, "extract_filters").core_seconds == pytest.approx(extraction)
    # Trained, untrained and shuffled filters, 10 ms each.
    matching = 2 + 0.01 * 30 * 3
    assert row_of(found, "match_motifs").core_seconds == pytest.approx(matching)
    assert found.core_seconds == pytest.approx(2 * training + extraction + matching)
    assert found.gpu_seconds == 0
    # The two trainings do not wait for each other.
    assert found.longest == pytest.approx(training + extraction + matching)


def test_importance_takes_a_pass_of_the_test_set_per_filter(plan):
    found = estimate([job("score_importance")], plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False)
    # A quarter of a step's 2 ms for each of 400 sequences and 30 filters.
    assert found.core_seconds == pytest.approx(3 + 0.0005 * 400 * 30)


def test_threads_count_as_cores_and_a_gpu_counts_apart(plan):
    jobs = [job("train_model", threads=4), job("match_motifs")]
    on_cpu = estimate(jobs, plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False)
    on_gpu = estimate(jobs, plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=True)
    training = 4 + 0.002 * 2500
    assert row_of(on_cpu, "train_model").core_seconds == pytest.approx(4 * training)
    assert on_gpu.gpu_seconds == pytest.approx(training)
    assert on_gpu.core_seconds == pytest.approx(2.9)


def test_controls_that_are_left_out_cost_nothing(plan):
    plan.config["protocol"]["controls"] = []
    jobs = [job("extract_filters"), job("match_motifs")]
    found = estimate(jobs, plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False)
    assert found.core_seconds == pytest.approx(3 + 0.8 + 2 + 0.3)


def test_what_is_not_known_is_left_out_and_counted(plan):
    other = {"dataset": "peaks"}
    jobs = [
        job("train_model"),
        job("train_model", **other),
        job("score_matches", **other),
        Job("download_file", {}, 1),
    ]
    found = estimate(jobs, plan, {"small": SIZE, "peaks": None}, {KEY: SPEED}, on_gpu=False)
    assert row_of(found, "train_model") == Row("train_model", 2, pytest.approx(9.0), 0.0, 1)
    assert row_of(found, "download_file").uncosted == 1
    assert row_of(found, "score_matches").uncosted == 0


def test_deeper_layers_have_filters_of_their_own(plan):
    for layer, filters in (("", 30), ("layer-2/", 50)):
        found = estimate(
            [job("match_motifs", layer=layer)], plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False
        )
        # 10 ms for each trained, untrained and shuffled filter.
        assert found.core_seconds == pytest.approx(2 + 0.01 * filters * 3)


def test_disk_is_that_of_what_is_made(plan):
    layers = [job("extract_filters", layer=""), job("extract_filters", layer="layer-2/")]
    jobs = [job("train_model"), job("train_model", seed=2), *layers]
    dataset = Job("simulate_dataset", {"dataset": "small"}, 1)
    found = estimate([*jobs, dataset], plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False)
    run = 4 * 1000 + 5500 * 12 + 25_000
    # 5 kB for each of 30 filters of the first layer and 50 of the second.
    assert found.result_bytes == pytest.approx(2 * run + 5000 * (30 + 50) + 0.41 * 200 * 1500)
    assert found.checkpoint_bytes == 4 * 4 * 1000
    assert estimate(jobs[:1], plan, {"small": SIZE}, {KEY: SPEED}, on_gpu=False).result_bytes == run


def made_of(core_seconds, gpu_seconds=0.0, longest=0.0):
    return Estimate((Row("any", 1, core_seconds, gpu_seconds, 0),), longest, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("cores", "gpus", "work", "expected"),
    [
        # One core does one thing after the other.
        (1, 1, (100, 0, 30), 100),
        # Four jobs of 25 s on four cores take 25 s; the bound has 25 + 3/4 of the longest.
        (4, 1, (100, 0, 25), 25 + 18.75),
        # However many cores, the longest chain has to be gone through.
        (10**9, 1, (100, 0, 25), 25),
        # A GPU and cores work beside each other or wait for each other.
        (4, 2, (100, 60, 20), 25 + 30 + 20),
    ],
)
def test_the_time_is_an_upper_bound(cores, gpus, work, expected):
    assert made_of(*work).wall(cores, gpus) == pytest.approx(expected)


def test_only_jobs_of_a_run_have_a_key():
    assert network_of(job("train_model")) == KEY
    assert network_of(Job("simulate_dataset", {"dataset": "small"}, 1)) is None


@pytest.mark.parametrize(
    ("invocation", "gpus", "machine"),
    [
        (Invocation({}, 8, None, 1), 0, Machine("it", False, 8, 1)),
        # The profile lets one job use a GPU at a time, or more than there are GPUs.
        (Invocation({}, 8, None, 1), 2, Machine("it", True, 8, 1)),
        (Invocation({}, 8, None, 4), 2, Machine("it", True, 8, 2)),
        (Invocation({}, 8, None, None), 2, Machine("it", True, 8, 2)),
        # Every job of a cluster has cores of its own, two for each training.
        (Invocation({}, None, 100, 1), 0, Machine("it", False, 200, 100, 100)),
    ],
)
def test_what_is_used_at_once(invocation, gpus, machine):
    assert Machine.of(invocation, "it", gpus, threads=2) == machine


def text(plan, jobs, sizes=None, speeds=None, shares=(), on_gpu=False, cluster_jobs=None):
    sizes, speeds = sizes or {"small": SIZE}, speeds if speeds is not None else {KEY: SPEED}
    found = estimate(jobs, plan, sizes, speeds, on_gpu)
    return in_words(
        found, jobs, plan, sizes, speeds, shares, Machine("Some chip", on_gpu, 1, 1, cluster_jobs)
    )


def test_the_text_says_what_is_left_and_how_long_it_takes(plan):
    speeds = {KEY: Speed(0.9, 1000, (30,), runs=2)}
    said = text(plan, [job("train_model"), job("train_model", seed=2), Job("all", {}, 1)], speeds=speeds)
    # 0.9 s for each of 2,500 sequences, of which 2,000 are epochs; 45 s per step of 50.
    assert "tiny: 2 trainings to do\n" in said
    assert "small    shallow          2      45000.0        0.50  2 finished runs\n" in said
    assert "\ntrain_model     2       1.25\ntotal           2       1.25\n" in said
    assert "On Some chip, 1 thread.\n" in said
    assert (
        "Time: about 75 min on 1 core; at most, since early stopping usually ends a training sooner.\n"
        in said
    )


def test_finished_trainings_say_what_early_stopping_saves(plan):
    said = text(plan, [job("train_model")], speeds={KEY: Speed(0.9, 1000, (30,))}, shares=[0.4, 0.6])
    assert "1 training to do; 2 are finished\n" in said
    assert "timed now" in said
    assert "2 finished trainings took 50% of the epochs; at that rate about 19 min." in " ".join(said.split())


def test_hours_of_a_gpu_stand_apart(plan):
    said = text(
        plan, [job("train_model"), job("match_motifs")], speeds={KEY: Speed(0.9, 1000, (30,))}, on_gpu=True
    )
    lines = [line.split() for line in said.splitlines()]
    assert ["rule", "jobs", "CPU", "hours", "GPU", "hours"] in lines
    assert ["train_model", "1", "0.00", "0.63"] in lines
    assert ["total", "2", "0.00", "0.63"] in lines
    assert "on 1 core and 1 GPU" in said


def test_the_text_says_what_it_leaves_out(plan):
    jobs = [job("train_model"), Job("window_peaks", {"dataset": "small"}, 1)]
    said = " ".join(text(plan, jobs, sizes={"small": None}, speeds={}).split())
    assert "on 1 core, without 1 of the trainings, of which nothing is known yet." in said
    assert "at most" not in said
    assert "Not in the figures: window_peaks;" in said
    assert "How many sequences small has is known once results/tiny/small/dataset.h5 is there" in said


def test_for_a_cluster_it_ends_with_a_time_limit_to_paste(plan):
    slow, fast = KEY, KEY._replace(activation="exponential")
    jobs = [job("train_model"), job("train_model", activation="exponential"), job("match_motifs")]
    # 4 s, and 0.9 s for each of 2,500 sequences: 37.57 minutes, and twice that.
    speeds = {slow: Speed(0.9, 1000, (30,)), fast: Speed(0.1, 1000, (30,))}
    said = text(plan, jobs, speeds=speeds, cluster_jobs=200)
    assert said.endswith("\n  train_model: {runtime: 76 * attempt}\n")
    assert yaml.safe_load(said.splitlines()[-1]) == {"train_model": {"runtime": "76 * attempt"}}
    for other in (
        text(plan, jobs, speeds=speeds),
        text(plan, jobs[2:], speeds=speeds, cluster_jobs=200),
        text(plan, jobs[:1], sizes={"small": None}, speeds={}, cluster_jobs=200),
    ):
        assert "attempt" not in other


def test_nothing_left(plan):
    assert text(plan, []) == "tiny: nothing is left to do.\n"


def test_columns_of_numbers_stand_to_the_right():
    table = aligned(("name", "number", "mixed"), [("a", "1", "?"), ("bb", "1,234", "0.10 + ?")])
    assert table.splitlines() == [
        "name  number     mixed",
        "----  ------  --------",
        "a          1         ?",
        "bb     1,234  0.10 + ?",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (600, "10 min"), (3600 * 5.25, "5.2 h"), (86400 * 3, "3.0 days")]
)
def test_durations(seconds, words):
    assert duration(seconds) == words
