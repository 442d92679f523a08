"""The arithmetic of an estimate, worked out by hand with made-up speeds."""

from dataclasses import replace

import pytest
from motifcnn.cost.estimate import Estimate
from motifcnn.cost.timing import Speed
from motifcnn.cost.work import Job
from motifcnn.experiment.attribution import read_attribution
from toys.left_jobs import NETWORK, SIZE, job

# 100 ms per step of 50 sequences.
SPEED = Speed(seconds_per_sequence=0.002, parameters=1000, filters=(30, 50))
# 4 s, and 2 ms for each sequence: 2 epochs of 1,000, then 100 to validate and 400 to test.
TRAINING = 4 + 0.002 * (2 * 1000 + 100 + 400)


def estimate(plan, *jobs, on_gpu=False, sizes=None):
    return Estimate(plan, jobs, sizes or {"small": SIZE}, {NETWORK: SPEED}, on_gpu)


def core_seconds(plan, *jobs, on_gpu=False):
    return estimate(plan, *jobs, on_gpu=on_gpu).core_seconds(jobs)


def test_jobs_are_costed_by_their_steps_and_filters(plan):
    train, again = job("train_model"), job("train_model", seed=2)
    extract, match = job("extract_filters", "train_model"), job("match_motifs", "extract_filters")
    found = estimate(plan, train, again, extract, match)
    assert found.trainings == [train, again]
    # The test set twice, as the untrained network is one of the controls; then trained, untrained and shuffled
    # filters, 10 ms each.
    extraction, matching = 3 + 0.002 * 400 * 2, 2 + 0.006 * 30 * 3
    assert found.seconds == pytest.approx(
        {train: TRAINING, again: TRAINING, extract: extraction, match: matching}
    )
    assert found.core_seconds([train, again, match]) == pytest.approx(2 * TRAINING + matching)
    assert found.gpu_seconds(found.jobs) == 0
    # The two trainings do not wait for each other.
    assert found.longest_chain == pytest.approx(TRAINING + extraction + matching)


def test_importance_takes_a_pass_of_the_test_set_per_filter(plan):
    # A quarter of a step's 2 ms for each of 400 sequences and 30 filters.
    assert core_seconds(plan, job("score_importance")) == pytest.approx(3 + 0.0005 * 400 * 30)


@pytest.mark.parametrize(
    ("method", "options", "steps"),
    [
        ("saliency", {}, 1),
        ("smoothgrad", {"samples": 5}, 5),
        ("integrated_gradients", {"n_references": 4, "steps": 6}, 24),
        ("deep_shap", {"references": "zeros"}, 2.5),
        ("mutagenesis", {}, 0.1 * 200),
    ],
)
def test_attribution_takes_steps_for_each_sequence(plan, method, options, steps):
    section = {
        "methods": {"mine": {"method": method, **options}},
        "target": None,
        "sequences": 50,
        "modisco": None,
    }
    plan.attribution.update(read_attribution(section, {}))
    [attributed] = [replace(job("score_importance"), rule="attribute_sequences", method="mine")]
    # 2 ms a step; 50 of the 400 test sequences.
    assert core_seconds(plan, attributed) == pytest.approx(5 + 0.002 * 50 * steps, abs=1e-9)
    # A score and four hypothetical ones in four bytes, for each of 200 letters.
    assert estimate(plan, attributed).result_bytes == 50 * 200 * 5 * 4


def test_threads_count_as_cores_and_a_gpu_counts_apart(plan):
    plan.config["compute"]["threads"] = 4
    jobs = job("train_model"), job("match_motifs")
    assert core_seconds(plan, *jobs) == pytest.approx(4 * TRAINING + 2.54)
    on_gpu = estimate(plan, *jobs, on_gpu=True)
    assert on_gpu.gpu_seconds(jobs) == pytest.approx(TRAINING)
    assert on_gpu.core_seconds(jobs) == pytest.approx(2.54)


def test_controls_that_are_left_out_cost_nothing(plan):
    plan.config["protocol"]["controls"] = []
    seconds = core_seconds(plan, job("extract_filters"), job("match_motifs"))
    assert seconds == pytest.approx(3 + 0.8 + 2 + 0.18)


def test_what_is_not_known_is_left_out(plan):
    known, unknown = job("train_model"), job("train_model", dataset="peaks")
    score, download = job("score_matches", dataset="peaks"), Job("download_file", (), ("file",))
    windows = Job("window_peaks", (), ("dataset.h5",), dataset="peaks")
    found = estimate(plan, known, unknown, score, download, windows, sizes={"small": SIZE, "peaks": None})
    assert [found.seconds[each] for each in (unknown, download, windows)] == [None] * 3
    assert found.core_seconds(found.jobs) == pytest.approx(TRAINING + 2)
    assert found.result_bytes == 4 * 1000 + 5500 * 12 + 25_000


@pytest.mark.parametrize(("layer", "filters"), [(1, 30), (2, 50)])
def test_deeper_layers_have_filters_of_their_own(plan, layer, filters):
    # 10 ms for each trained, untrained and shuffled filter.
    assert core_seconds(plan, job("match_motifs", layer=layer)) == pytest.approx(2 + 0.006 * filters * 3)


def test_disk_is_that_of_what_is_made(plan):
    trainings = [job("train_model"), job("train_model", seed=2)]
    dataset = Job("simulate_dataset", (), ("dataset.h5",), dataset="small")
    found = estimate(plan, dataset, *trainings, job("extract_filters"), job("extract_filters", layer=2))
    run = 4 * 1000 + 5500 * 12 + 25_000
    # 5 kB for each of 30 filters of the first layer and 50 of the second.
    assert found.result_bytes == pytest.approx(2 * run + 5000 * (30 + 50) + 0.41 * 200 * 1500)
    assert found.checkpoint_bytes == 4 * 4 * 1000
    assert estimate(plan, trainings[0]).result_bytes == run


def test_sequences_are_held_in_memory_a_byte_per_letter(plan):
    larger = SIZE._replace(length=1000)
    jobs = job("train_model"), job("train_model", dataset="larger"), job("train_model", dataset="unknown")
    found = estimate(plan, *jobs, sizes={"small": SIZE, "larger": larger, "unknown": None})
    assert found.sequence_memory == (1000 + 12) * 1500
    assert estimate(plan, job("match_motifs")).sequence_memory == 0


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
def test_the_time_is_an_upper_bound(monkeypatch, plan, cores, gpus, work, expected):
    core_seconds, gpu_seconds, longest = work
    monkeypatch.setattr(Estimate, "core_seconds", lambda *_: core_seconds)
    monkeypatch.setattr(Estimate, "gpu_seconds", lambda *_: gpu_seconds)
    monkeypatch.setattr(Estimate, "longest_chain", longest)
    assert estimate(plan).wall(cores, gpus) == pytest.approx(expected)
