"""Speeds of networks: from comparable finished runs, or else timed, with a fake clock for the arithmetic."""

import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.core.files import write_json
from motifcnn.core.run_key import RunKey
from motifcnn.cost import timing
from motifcnn.cost.timing import Finished, finished_runs, measure_speeds
from motifcnn.experiment.dataset_kinds import Size
from motifcnn.training.devices import device_name
from toys.networks import TRAINING

PROTOCOL = TRAINING | {"epochs": 100, "checkpoint_every": 5}
SIZE = Size(length=60, targets=3, train=1000, valid=200, test=300)
CPU = torch.device("cpu")
# Of the tiny configuration's dataset, whose networks have 4 filters of 19 letters and 5 of 3 positions, 16 units on the
# 20 positions that pooling leaves, and 3 targets. Batch norm has two parameters each.
SMALL = Size(length=80, targets=3, train=420, valid=60, test=120)
PARAMETERS = 4 * (19 * 4 + 2) + 5 * (3 * 4 + 2) + 16 * (20 * 5 + 2) + 3 * (16 + 1)
RELU, EXPONENTIAL = (RunKey("small", "shallow", name) for name in ("relu", "exponential"))


def finish(folder, run, milliseconds, epochs, **changes):
    files = folder / "results/tiny" / run.dataset / run.architecture / run.activation / f"seed-{run.seed}"
    here = {"device": "cpu", "device_name": device_name(CPU), "precision": "fp32", "threads": 1}
    write_json(files / "record.json", {"milliseconds_per_step": milliseconds} | here | changes)
    write_json(files / "metrics.json", {"epochs": epochs})


def test_finished_runs_are_read_unless_they_are_to_be_trained_again(plan, tmp_path):
    first, second, third, fourth = plan.runs
    finish(tmp_path, first, 5.0, 1)
    finish(tmp_path, second, 6.0, 2)
    finish(tmp_path, third, 7.0, 2, device_name="another")
    found = finished_runs(plan, [second, fourth], CPU, tmp_path)
    # The configuration has two epochs.
    assert found == {first: Finished(5.0, 0.5), third: Finished(None, 1.0)}


def test_what_is_not_finished_is_timed(plan, monkeypatch):
    monkeypatch.setattr(timing, "seconds_per_sequence", lambda *_: 0.25)
    # Of three finished trainings with ReLU one was done elsewhere.
    finished = {
        RELU._replace(seed=1): Finished(20.0, 1.0),
        RELU._replace(seed=2): Finished(40.0, 1.0),
        RELU._replace(seed=3): Finished(None, 1.0),
        EXPONENTIAL._replace(seed=1): Finished(None, 1.0),
    }
    found = measure_speeds([RELU, EXPONENTIAL, RELU], plan, {"small": SMALL}, finished, CPU, torch.float32)
    assert found.keys() == {RELU, EXPONENTIAL}
    # 20 ms, of the faster run, for each of the 9 steps that 420 sequences make.
    assert found[RELU].seconds_per_sequence == pytest.approx(0.020 * 9 / 420)
    assert (found[RELU].runs, found[RELU].filters, found[RELU].parameters) == (2, (4, 5), PARAMETERS)
    assert (found[EXPONENTIAL].runs, found[EXPONENTIAL].seconds_per_sequence) == (0, 0.25)


def test_a_user_s_own_modules_are_timed_by_real_training(plan, tmp_path, monkeypatch):
    (tmp_path / "timed_by_test.py").write_text(
        "from torch import nn\n\n\n"
        "class Cube(nn.Module):\n    def forward(self, maps):\n        return maps**3\n\n\n"
        "class Net(nn.Module):\n    def __init__(self, length, targets, activation):\n        super().__init__()\n"
        "        self.first = nn.Conv1d(4, 7, 5, padding=2)\n        self.activation = activation\n"
        "        self.output = nn.Linear(7, targets)\n\n"
        "    def forward(self, x):\n        return self.output(self.activation(self.first(x)).mean(2))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plan.architectures["mine"] = {"module": "timed_by_test:Net"}
    plan.activations["cube"] = "timed_by_test:Cube"
    key = RunKey("small", "mine", "cube")
    found = measure_speeds([key], plan, {"small": SMALL}, {}, CPU, torch.float32)
    assert found[key].seconds_per_sequence > 0
    assert (found[key].filters, found[key].parameters) == ((7,), 4 * 7 * 5 + 7 + 7 * 3 + 3)


def test_of_networks_that_are_equally_fast_one_is_timed(plan, monkeypatch):
    seconds = iter([0.25, 0.5])
    monkeypatch.setattr(timing, "seconds_per_sequence", lambda *_: next(seconds))
    # gelu falls before it rises, so that it comes before the pooling and costs more.
    plan.activations.update(gelu="gelu", sigmoid="sigmoid")
    gelu, sigmoid = (RELU._replace(activation=name) for name in ("gelu", "sigmoid"))
    found = measure_speeds([RELU, gelu, sigmoid], plan, {"small": SMALL}, {}, CPU, torch.float32)
    speeds = [(found[key].seconds_per_sequence, found[key].timed_with) for key in (RELU, gelu, sigmoid)]
    assert speeds == [(0.25, "relu"), (0.5, "gelu"), (0.25, "relu")]


def test_networks_of_a_dataset_of_unknown_size_are_left_out(plan):
    assert measure_speeds([RELU], plan, {"small": None}, {}, CPU, torch.float32) == {}


def test_a_network_that_cannot_be_made_is_refused(plan):
    plan.architectures["shallow"] = {"module": "nowhere:Net"}
    with pytest.raises(UserError, match="nowhere"):
        measure_speeds([RELU], plan, {"small": SMALL}, {}, CPU, torch.float32)


def timed(monkeypatch, seconds_per_step, size=SIZE):
    """Return the result, and what was trained, where every step takes so long."""
    trained = []

    def train(network, dataset, protocol, device, precision, on_epoch):
        trained.append((len(dataset.train.label), len(dataset.valid.label), protocol))
        for epoch in range(protocol["epochs"]):
            # The first epoch is slower, and so is one of the others.
            slower = {0: 10, 1: 2}.get(epoch, 1)
            clock[0] += slower * seconds_per_step * len(dataset.train.label) / protocol["batch_size"]
            on_epoch({})

    clock = [0.0]
    monkeypatch.setattr(timing, "train", train)
    monkeypatch.setattr(timing.time, "process_time", lambda: clock[0])
    monkeypatch.setattr(timing.torch, "get_num_threads", lambda: 1)
    return timing.seconds_per_sequence(None, size, PROTOCOL, CPU, torch.float32), trained


def test_the_fastest_epoch_after_the_first_counts(monkeypatch):
    # 20 ms per step of 20 sequences.
    seconds, trained = timed(monkeypatch, 0.02)
    assert seconds == pytest.approx(0.001)
    # Five steps first; then half a second's worth, 25 of 20 ms; a fifth of the sequences validate.
    assert [rows for *rows, _ in trained] == [[100, 20], [500, 100]]


def test_a_slow_network_is_not_trained_for_longer_than_it_has_to(monkeypatch):
    seconds, trained = timed(monkeypatch, 2.0)
    assert seconds == pytest.approx(0.1)
    assert len(trained) == 1


def test_no_more_sequences_than_the_dataset_has(monkeypatch):
    _, trained = timed(monkeypatch, 1e-6)
    assert trained[-1][0] == SIZE.train
    _, trained = timed(monkeypatch, 1e-6, SIZE._replace(train=30))
    assert [rows for rows, *_ in trained] == [40]


def test_threads_share_the_seconds_of_a_cpu(monkeypatch):
    monkeypatch.setattr(timing, "_random_dataset", lambda *_: None)
    ticks = iter([0.0, 8.0, 14.0])
    monkeypatch.setattr(timing.time, "process_time", lambda: next(ticks))
    monkeypatch.setattr(timing.torch, "get_num_threads", lambda: 3)
    monkeypatch.setattr(timing, "train", lambda *_, on_epoch: [on_epoch({}) for _ in range(3)])
    assert timing._epoch(None, None, PROTOCOL, CPU, torch.float32) == 2.0


@pytest.mark.parametrize("stop", [None, {"monitor": "val_auroc", "patience": 1}])
def test_real_training_neither_stops_early_nor_diverges(plan, stop):
    """With a rate at which an exponential network would leave the finite numbers."""
    network = timing._untrained(EXPONENTIAL, plan, SMALL)
    protocol = PROTOCOL | {
        "optimizer": PROTOCOL["optimizer"] | {"lr": 1e6},
        "stop": stop,
        "schedule": {"monitor": "val_loss", "factor": 0.2, "patience": 1, "floor": 1e-7, "min_delta": 1e-4},
    }
    assert timing.seconds_per_sequence(network, SMALL, protocol, CPU, torch.float32) > 0
