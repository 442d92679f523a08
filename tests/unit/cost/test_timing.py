"""Timing a training: what is trained, and the arithmetic with a clock of our own."""

import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.cost import timing
from motifcnn.cost.sizes import Size
from toys.networks import conv, dense

PROTOCOL = {
    "optimizer": {"name": "adam", "lr": 0.001, "betas": [0.95, 0.999], "eps": 1e-8},
    "initialisation": "glorot_uniform",
    "output_bias": 0.05,
    "l2": {"weight": 1e-6, "scope": "kernels"},
    "batch_norm": {"eps": 1e-8, "momentum": 0.9},
    "batch_size": 20,
    "epochs": 100,
    "stop": {"monitor": "val_loss", "patience": 20},
    "keep": "best",
    "order": ["pool", "dropout"],
    "schedule": None,
    "checkpoint_every": 5,
}
SIZE = Size(length=60, targets=3, train=1000, valid=200, test=300)
DESCRIPTION = {
    "architecture": "net",
    "declaration": {
        "layers": [
            conv(8, 7, activation="studied", pool=4),
            dense(16),
        ]
    },
    "activation": "exponential",
    "activation_module": None,
}
CPU = torch.device("cpu")


def make(**changes):
    return timing.make_network({**DESCRIPTION, **changes}, SIZE, PROTOCOL)


def test_a_network_is_made_for_the_dataset():
    network = make()
    assert network(torch.zeros((2, 60), dtype=torch.uint8)).shape == (2, 3)
    assert timing.count_filters(network, SIZE) == (8,)


def test_filters_are_counted_layer_by_layer():
    layers = [conv(8, 7, activation="studied", pool=4), conv(5, 3)]
    assert timing.count_filters(make(declaration={"layers": layers}), SIZE) == (8, 5)


def test_a_network_that_cannot_be_made_is_told():
    with pytest.raises(UserError, match="nowhere"):
        make(declaration={"module": "nowhere:Net"})


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
def test_real_training_neither_stops_early_nor_diverges(stop):
    """With a rate at which an exponential network would leave the finite numbers."""
    protocol = PROTOCOL | {
        "optimizer": PROTOCOL["optimizer"] | {"lr": 1e6},
        "stop": stop,
        "schedule": {"monitor": "val_loss", "factor": 0.2, "patience": 1, "floor": 1e-7, "min_delta": 1e-4},
    }
    assert timing.seconds_per_sequence(make(), SIZE, protocol, CPU, torch.float32) > 0
