"""What a protocol says reaches the training: each test is about a mistake of one line that would go unnoticed else."""

from pathlib import Path

import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.networks import model_file
from motifcnn.training import loop, outcomes
from motifcnn.training.prediction_scores import evaluate
from torch import nn
from toys.gattaca import gattaca
from toys.networks import TRAINING, conv, same_weights

CPU = torch.device("cpu")
DECLARED = {"layers": [conv(4, 7, activation="studied", pool=5, dropout=0.2)]}
# Every further epoch is one of no improvement.
PLATEAU = {"monitor": "val_loss", "factor": 1e-9, "patience": 1, "floor": 0.0, "min_delta": 100.0}


@pytest.fixture(scope="module")
def dataset():
    return gattaca(60, 30, 30)


def fresh(dataset, protocol=TRAINING):
    return model_file.untrained(model_file.describe("toy", DECLARED, "relu", "relu", dataset, 1, protocol))


def run(dataset, **changes):
    protocol = TRAINING | {"stop": None, "keep": "last"} | changes
    network = fresh(dataset, protocol)
    return network, loop.train(network, dataset, protocol, CPU)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"name": "adam", "lr": 0.02, "betas": [0.5, 0.6], "eps": 0.3},
            {"lr": 0.02, "betas": (0.5, 0.6), "eps": 0.3},
        ),
        ({"name": "sgd", "lr": 0.02, "momentum": 0.7}, {"lr": 0.02, "momentum": 0.7}),
    ],
)
def test_the_optimiser_has_what_the_protocol_says(dataset, given, expected):
    network = fresh(dataset)
    optimizer = loop._make_optimizer(network, given, loop._Penalty(network, TRAINING["l2"]))
    for group in optimizer.param_groups:
        assert {key: group[key] for key in expected} == expected


def test_the_schedule_reaches_the_optimiser(dataset):
    two, _ = run(dataset, epochs=2, schedule=PLATEAU)
    four, outcome = run(dataset, epochs=4, schedule=PLATEAU)
    rate = TRAINING["optimizer"]["lr"]
    assert [epoch["learning_rate"] for epoch in outcome.history] == [rate, rate, rate * 1e-9, rate * 1e-18]
    for one, other in zip(two.parameters(), four.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-6)
    assert not same_weights(two, run(dataset, epochs=4)[0])


def test_dropout_draws_anew_in_every_epoch(dataset, monkeypatch):
    seeds = []
    monkeypatch.setattr(loop, "seed_draws", lambda network, seed: seeds.append(seed))
    run(dataset, epochs=3)
    assert len(set(seeds)) == 3


def test_the_best_is_kept_when_the_epochs_run_out(dataset):
    quick = {
        "epochs": 6,
        "optimizer": TRAINING["optimizer"] | {"lr": 0.3},
        "l2": TRAINING["l2"] | {"weight": 0.0},
    }
    best, outcome = run(dataset, **quick, keep="best")
    assert outcome.stopped == "epochs"
    assert outcome.best_epoch < 6
    scores, _ = loop.evaluate_split(best, dataset.valid, dataset.targets, "trapezoid", CPU)
    assert scores["loss"] == pytest.approx(outcome.history[outcome.best_epoch - 1]["val_loss"], rel=1e-5)
    assert scores["loss"] < outcome.history[-1]["val_loss"]


def test_both_losses_have_the_penalty(dataset):
    still = {"optimizer": TRAINING["optimizer"] | {"lr": 1e-12}, "epochs": 1}
    network, outcome = run(dataset, **still, l2={"weight": 3.0, "scope": "kernels"})
    _, without = run(dataset, **still, l2={"weight": 0.0, "scope": "kernels"})
    penalty = 3 * sum(p.square().sum().item() for p in network.parameters() if p.dim() > 1)
    for name in ("train_loss", "val_loss"):
        assert outcome.history[0][name] == pytest.approx(without.history[0][name] + penalty, rel=1e-5)


@pytest.mark.parametrize("method", ["trapezoid", "average_precision"])
def test_the_area_is_that_of_the_protocol_s_method(dataset, method):
    network, outcome = run(dataset, epochs=1)
    scores = outcomes.score(network, dataset, outcome, TRAINING, method, CPU).metrics
    for name in ("valid", "test"):
        split = getattr(dataset, name)
        logits = loop.predict(network, torch.from_numpy(split.sequence)).numpy()
        assert scores[name]["aupr"] == evaluate(split.label, logits, dataset.targets, method)["aupr"]
    areas = [
        evaluate(split.label, logits, dataset.targets, each)["aupr"]
        for each in ("trapezoid", "average_precision")
    ]
    assert areas[0] != areas[1]


class Own(nn.Module):
    """A network of a user's own."""

    def __init__(self, length, targets, activation):
        super().__init__()
        self.first, self.activation = nn.Conv1d(4, 6, 5, padding=2), activation
        self.last = nn.Linear(6, targets)

    def forward(self, x):
        return self.last(self.activation(self.first(x)).amax(2))


class OneColumn(Own):
    def forward(self, x):
        return super().forward(x)[:, :1]


def own(dataset, name):
    about = {"module": f"test_loop_protocol:{name}"}
    return model_file.untrained(model_file.describe("own", about, "relu", "relu", dataset, 1, TRAINING))


def test_an_own_network_is_tried_out_on_two_sequences_before_it_is_trained(dataset, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    network, sizes = own(dataset, "Own"), []
    network.network.register_forward_pre_hook(lambda _, given: sizes.append(len(given[0])))
    outcome = loop.train(network, dataset, TRAINING, CPU)
    assert sizes[0] == 2
    assert outcome.history[-1]["train_loss"] < outcome.history[0]["train_loss"]

    epochs = []
    with pytest.raises(UserError, match="OneColumn"):
        loop.train(own(dataset, "OneColumn"), dataset, TRAINING, CPU, on_epoch=epochs.append)
    assert not epochs
