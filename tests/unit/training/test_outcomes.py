"""What is written about a training: every number from where it should be, in files of a known form."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import torch
from motifcnn.core.versions import git_state, versions
from motifcnn.networks import model_file
from motifcnn.training import outcomes
from motifcnn.training.devices import device_name
from motifcnn.training.loop import Outcome, evaluate_split
from motifcnn.training.prediction_scores import constant_loss, precision_recall_points
from toys.gattaca import gattaca
from toys.networks import TRAINING, conv, shipped_activations

CPU = torch.device("cpu")
DECLARED = {"layers": [conv(4, 7, activation="studied", pool=5)]}


def entry(epoch, **more):
    values = {
        "train_loss": 0.5,
        "val_loss": 0.25,
        "val_auroc": None,
        "val_aupr": 1 / 3,
        "learning_rate": 1e-10,
    }
    return {"epoch": epoch, **values, **more}


OUTCOME = Outcome([entry(1), entry(2), entry(3)], 2, "patience", [2.0, 4.0, 60.0], 1)


@pytest.fixture(scope="module")
def dataset():
    return gattaca(20, 30, 40)


def untrained(dataset, name="relu", activation=None, logit=0.0):
    """A network in eval mode whose output has a bias."""
    described = model_file.describe("toy", DECLARED, name, activation or name, dataset, 3, TRAINING)
    network = model_file.untrained(described).eval()
    with torch.no_grad():
        network.output.bias += logit
    return network


def test_scores(dataset):
    network = untrained(dataset)
    found = outcomes.score(network, dataset, OUTCOME, {"some": "protocol"}, "average_precision", CPU)
    valid, _ = evaluate_split(network, dataset.valid, dataset.targets, "average_precision", CPU)
    test, logits = evaluate_split(network, dataset.test, dataset.targets, "average_precision", CPU)
    assert valid != test
    assert found.metrics == {
        "architecture": "toy",
        "activation": "relu",
        "seed": 3,
        "targets": ["a", "b"],
        "dataset": "toy",
        "valid": valid,
        "test": test,
        "epochs": 3,
        "best_epoch": 2,
        "stopped": "patience",
        "parameters": model_file.count_parameters(network),
        "protocol": {"some": "protocol"},
    }
    assert found.history is OUTCOME.history
    assert found.curves.equals(precision_recall_points(dataset.test.label, logits, dataset.targets))


def test_what_only_some_runs_have(dataset):
    network = untrained(dataset, "learnt", shipped_activations()["learnable_exponential"])
    found = outcomes.score(network, dataset, OUTCOME, {}, "trapezoid", CPU, "strict").metrics
    assert (found["setting"], found["activation"]) == ("strict", "learnt")
    assert found["learned"] == {"convolutions.0.activation.scale": 1.0}


def test_a_loss_above_that_of_a_constant_is_a_warning(dataset, capsys):
    network = untrained(dataset, logit=20.0)
    found = outcomes.score(network, dataset, OUTCOME, {}, "trapezoid", CPU)
    assert found.warning == outcomes._warning(found.metrics["valid"], constant_loss(dataset.valid.label))
    assert capsys.readouterr().err == f"warning: {found.warning}\n"
    # Labels of the validation split are what is compared with: with all of them 1 the logit is right.
    ones = replace(dataset.valid, label=np.ones_like(dataset.valid.label))
    assert str(constant_loss(ones.label)) == "0.0"
    likely = outcomes.score(
        untrained(dataset, logit=-20.0), replace(dataset, valid=ones), OUTCOME, {}, "trapezoid", CPU
    )
    assert re.match(
        r"the validation loss is (19|20)[.\d]*, .* gives -?0: nothing was learned", likely.warning
    )


@pytest.mark.parametrize(
    ("loss", "auroc", "said"),
    [
        (0.5, 0.9, None),
        (0.49, None, None),
        (0.51, 0.6, "nothing was learned; "),
        (0.51, None, "nothing was learned; "),
        (0.51, 0.61, "by its auROC of 0.61 the network learned something, but it is too sure of it; "),
    ],
)
def test_which_warning(loss, auroc, said):
    found = outcomes._warning({"loss": loss, "auroc_mean": auroc}, 0.5)
    if said is None:
        assert found is None
    else:
        assert found.startswith(f"the validation loss is {loss}, while predicting each target's frequency ")
        assert f"gives 0.5: {said}" in found


def test_the_files_of_scores(dataset, tmp_path):
    scores = outcomes.score(untrained(dataset), dataset, OUTCOME, {}, "trapezoid", CPU)
    history = [entry(1, b=1.0, a=0.1), entry(2, b=2.0, a=0.12345678949)]
    paths = [tmp_path / name for name in ("m.json", "h.tsv", "p.tsv")]
    outcomes.write_scores(*paths, scores._replace(history=history))
    assert json.loads(paths[0].read_text()) == json.loads(json.dumps(scores.metrics))
    assert paths[1].read_bytes().decode() == (
        "epoch\ttrain_loss\tval_loss\tval_auroc\tval_aupr\tlearning_rate\ta\tb\n"
        "1\t0.5\t0.25\t\t0.333333333\t1e-10\t0.1\t1\n"
        "2\t0.5\t0.25\t\t0.333333333\t1e-10\t0.123456789\t2\n"
    )
    lines = paths[2].read_bytes().decode().split("\n")
    assert lines[0] == "\t".join(scores.curves.columns)
    assert len(lines) == len(scores.curves) + 2


COMPUTE = {"device": "auto", "precision": "fp32", "threads": 2}


def record(folder, outcome, sequences, warning=None):
    outcomes.write_record(
        folder / "record.json", outcome, sequences, {"batch_size": 8}, COMPUTE, CPU, 77.5, warning
    )
    return json.loads((folder / "record.json").read_text())


def test_the_record(tmp_path):
    assert record(tmp_path, OUTCOME, 17) == {
        "seconds": {"train": 66.0, "total": 77.5},
        "seconds_per_epoch": [2.0, 4.0, 60.0],
        # The median epoch of 4 s has three steps: 8 + 8 + 1 sequences.
        "milliseconds_per_step": pytest.approx(4000 / 3),
        "resumed_from_epoch": 1,
        "device": "cpu",
        "device_name": device_name(CPU),
        "precision": "fp32",
        "threads": 2,
        "versions": versions(),
        "git": git_state(),
        "compute": COMPUTE,
    }
    assert record(tmp_path, OUTCOME, 16)["milliseconds_per_step"] == pytest.approx(2000)
    assert record(tmp_path, OUTCOME, 16, "so and so")["warning"] == "so and so"
    none = record(tmp_path, Outcome([], 0, "epochs"), 16)
    assert (none["milliseconds_per_step"], none["seconds"]["train"]) == (None, 0)
