"""Trainings"""

import signal
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from motifcnn.adapters import parent
from motifcnn.adapters.entry import from_snakemake
from motifcnn.core import memory
from motifcnn.core.files import read_json
from motifcnn.data.dataset import read_dataset, write_dataset
from motifcnn.networks import model_file
from motifcnn.report.provenance import read_provenance
from motifcnn.training import checkpoint, loop, outcomes
from motifcnn.training.devices import enough_memory
from motifcnn.training.prediction_scores import constant_loss
from repository import ROOT
from toys.gattaca import gattaca
from toys.networks import TRAINING, conv
from toys.refusals import refused

from .promises import promise

CPU = torch.device("cpu")
DECLARED = {"layers": [conv(4, 7, activation="studied", pool=4)]}


@pytest.fixture(scope="module")
def dataset():
    return gattaca(100, 40, 40)


def train(dataset, folder=None, lr=0.005, is_orphan=lambda: False, **changes):
    optimizer = changes.pop("optimizer", TRAINING["optimizer"])
    protocol = TRAINING | changes | {"optimizer": optimizer | {"lr": lr}}
    about = model_file.describe("toy", DECLARED, "relu", "relu", dataset, 1, protocol)
    network = model_file.untrained(about)
    return (
        network,
        protocol,
        loop.train(network, dataset, protocol, CPU, checkpoints=folder, is_orphan=is_orphan),
    )


@promise(
    "a protocol by which the loss becomes large, but not NaN",
    "a warning in log, record and report that nothing was learned",
    {
        "a learning rate of 1": {"lr": 1.0},
        "a learning rate of 100": {"lr": 100.0},
        "a learning rate of 10^10": {"lr": 1e10},
        "a penalty of 10^30": {"l2": {"weight": 1e30, "scope": "kernels_and_output_bias"}},
        "an output bias of 10^30": {"output_bias": 1e30},
    },
)
def test_a_training_that_learns_nothing(case, dataset, tmp_path, capsys):
    network, protocol, outcome = train(dataset, epochs=3, keep="last", **case)
    scores = outcomes.score(network, dataset, outcome, protocol, "trapezoid", CPU)
    found = scores.metrics["valid"]["loss"]
    assert scores.warning.startswith(
        f"the validation loss is {found:.3g}, while predicting each target's frequency"
    )
    assert scores.warning.endswith(
        ": nothing was learned; lower protocol: training: optimizer: lr, or train longer"
    )
    assert capsys.readouterr().err == f"warning: {scores.warning}\n"
    compute = {"precision": "fp32", "threads": 1}
    outcomes.write_scores(tmp_path / "metrics.json", tmp_path / "history", tmp_path / "curves", scores)
    outcomes.write_record(tmp_path / "record.json", outcome, 100, protocol, compute, CPU, 1.0, scores.warning)
    assert read_json(tmp_path / "record.json")["warning"] == scores.warning
    assert "warning" not in (tmp_path / "metrics.json").read_text()
    told = read_provenance([tmp_path / "metrics.json"], [tmp_path / "record.json"]).learned_nothing
    assert told == (f"toy relu on {dataset.name}, seed 1",)


@promise(
    "a protocol by which the loss becomes NaN or infinite",
    "one sentence with batch and epoch, and what to change",
    {
        "a learning rate of 10^30": {"lr": 1e30},
        "a learning rate of 10^300": {"lr": 1e300},
        "a learning rate of 10^30, and momentum": {
            "lr": 1e30,
            "optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": False, "weight_decay": 0.0},
        },
    },
)
def test_a_training_that_runs_out_of_numbers(case, dataset):
    with refused(
        "; lower protocol: training: optimizer: lr, or", start="the loss is not a finite number in batch "
    ):
        train(dataset, epochs=3, **case)


def test_no_warning_where_something_is_learned(capsys):
    dataset = gattaca(400, 100, 100)
    network, protocol, outcome = train(dataset, epochs=12, lr=0.01)
    assert outcomes.score(network, dataset, outcome, protocol, "trapezoid", CPU).warning is None
    assert capsys.readouterr().err == ""


def test_a_network_that_is_too_sure_has_learned_something(dataset, monkeypatch, capsys):
    network, protocol, outcome = train(dataset, epochs=1)
    scores = {"auroc_mean": 0.85, "loss": 1.25}
    monkeypatch.setattr(
        outcomes, "evaluate_split", lambda *_: (scores, np.zeros_like(dataset.test.label, float))
    )
    warning = outcomes.score(network, dataset, outcome, protocol, "trapezoid", CPU).warning
    assert "the validation loss is 1.25, while" in warning
    assert "by its auROC of 0.85 the network learned something" in warning
    assert "nothing was learned" not in warning
    scores["auroc_mean"] = None
    warning = outcomes.score(network, dataset, outcome, protocol, "trapezoid", CPU).warning
    assert "nothing was learned" in warning
    capsys.readouterr()


def test_the_loss_of_a_constant_prediction():
    label = np.array([[1, 0], [0, 0], [0, 0], [0, 0]], np.uint8)
    entropy = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    assert constant_loss(label) == pytest.approx(entropy / 2)


@promise(
    "Snakemake is gone, seen after an epoch",
    "the training saves that epoch, ends with a sentence, and goes on from there",
    {"after epoch 1": 1, "after epoch 2": 2, "after epoch 3": 3},
)
def test_an_orphan_saves_and_ends(case, dataset, tmp_path):
    asked = iter(range(1, 9))
    with refused(
        f"Snakemake, which started this training, is gone, so it ends after epoch {case}, which is saved"
    ):
        train(dataset, tmp_path, checkpoint_every=5, is_orphan=lambda: next(asked) == case)
    resumed, _, outcome = train(dataset, tmp_path, checkpoint_every=5)
    assert outcome.resumed_from_epoch == case
    whole, _, _ = train(dataset)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], tensor), name


PARENT = """
import subprocess, sys, time
subprocess.Popen([*{shell!r}, sys.executable, "-c", {child!r}])
time.sleep(60)
"""
CHILD = f"""
import sys, time
sys.path.insert(0, {str(ROOT / "workflow/scripts")!r})
from motifcnn.adapters import parent
parent.watch_snakemake()
print("here", parent.snakemake_is_gone(), flush=True)
for _ in range(200):
    if parent.snakemake_is_gone():
        print("gone", flush=True)
        break
    time.sleep(0.05)
"""


@promise(
    "SIGKILL to Snakemake alone",
    "its job notices",
    {
        "a job of its own": [],
        "a job in a shell that has activated an environment": ["bash", "-c", '"$@"; true', "-"],
    },
)
def test_a_job_notices_that_snakemake_is_gone(case):
    code = PARENT.format(child=CHILD, shell=case)
    with subprocess.Popen(
        [sys.executable, "-c", code, "snakemake"], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as snakemake:
        assert snakemake.stdout.readline() == "here False\n"
        snakemake.send_signal(signal.SIGKILL)
        assert snakemake.stdout.readline() == "gone\n"


def test_on_the_command_line_nothing_is_watched(monkeypatch):
    monkeypatch.setattr(parent, "_watched", None)
    assert not parent.snakemake_is_gone()


def other_split(dataset, name, **arrays):
    return replace(dataset, **{name: replace(getattr(dataset, name), **arrays)})


@promise(
    "a checkpoint of another training",
    "it is not used, and the log says why",
    {
        "the labels of training inverted": lambda data: (other_split(data, "train", label=1 - data.train.label), {}),
        "the labels of validation inverted": lambda data: (other_split(data, "valid", label=1 - data.valid.label), {}),
        "other sequences": lambda data: (other_split(data, "train", sequence=data.train.sequence[::-1].copy()), {}),
        "other sequences of validation": lambda data: (
            other_split(data, "valid", sequence=data.valid.sequence[::-1].copy()), {}
        ),
        "other names of targets": lambda data: (replace(data, targets=("b", "a")), {}),
        "another batch size": lambda data: (data, {"batch_size": 25}),
        "another learning rate": lambda data: (data, {"lr": 0.004}),
        "another penalty": lambda data: (data, {"l2": {"weight": 1e-5, "scope": "kernels_and_output_bias"}}),
        "another measure to stop by": lambda data: (data, {"stop": {"monitor": "val_aupr", "patience": 20}}),
        "weights kept otherwise": lambda data: (data, {"keep": "last"}),
    },
)  # fmt: skip
def test_a_checkpoint_of_another_training(case, dataset, tmp_path, capsys):
    train(dataset, tmp_path, epochs=2)
    assert train(dataset, tmp_path, epochs=2)[2].resumed_from_epoch == 2
    other, changes = case(dataset)
    assert train(other, tmp_path, epochs=2, **changes)[2].resumed_from_epoch is None
    said = f"the checkpoint {tmp_path / checkpoint.FILE} is not used: it belongs to a training with another network, "
    assert said in capsys.readouterr().err


@promise("20 random bytes changed in a checkpoint", "it is resumed or not used; a model that can be read", 20)
def test_changed_bytes_of_a_checkpoint(dataset, tmp_path):
    train(dataset, tmp_path, epochs=2)
    path = tmp_path / checkpoint.FILE
    whole = path.read_bytes()
    for seed in range(20):
        rng, content = np.random.default_rng(seed), bytearray(whole)
        # The description, where damage can be told.
        for place in rng.integers(0, int.from_bytes(whole[:8], "little"), 20):
            content[place] ^= rng.integers(1, 256)
        path.write_bytes(bytes(content))
        train(dataset, tmp_path, epochs=3)


@promise("a dataset.h5 that is larger than the memory", "one sentence before it is read", 1)
def test_a_dataset_of_more_than_the_memory(dataset, tmp_path, monkeypatch):
    path = tmp_path / "dataset.h5"
    write_dataset(path, dataset)
    monkeypatch.setattr(memory, "free_memory", lambda: 1000)
    with refused(
        f"the dataset {path} would take ", " of memory, of which 1.0 kB are free; use a machine with more"
    ):
        read_dataset(path)


@promise(
    "a network that does not fit into the memory of a CPU",
    "one sentence with what to change",
    {"10^12 filters": 10**12, "10^18 filters": 10**18},
)
def test_a_network_of_more_than_the_memory(case, dataset):
    layers = {"layers": [conv(case, 7, activation="studied", pool=4)]}
    about = model_file.describe("toy", layers, "relu", "relu", dataset, 1, TRAINING)
    with refused("cpu ran out of memory; use smaller layers, or"), enough_memory(CPU, "use smaller layers"):
        model_file.untrained(about)


def job(folder):
    return SimpleNamespace(
        log=[],
        threads=1,
        params={},
        input={},
        output={"table": str(folder / "a.tsv"), "others": [str(folder / "b[1].h5")]},
    )


@promise(
    "hidden files of a write that was killed",
    "the next run of that job clears them, and those alone",
    {
        "of an output": (".a.tsv.k3j_9xq0.tsv", True),
        "of one of a list": (".b[1].h5.k3j_9xq0.h5", True),
        "of another job": (".c.tsv.k3j_9xq0.tsv", False),
        "an output itself": ("a.tsv", False),
        "the user's own": (".a.tsv.mine", False),
    },
)
def test_what_a_killed_write_has_left(case, tmp_path):
    name, cleared = case
    (tmp_path / name).touch()
    from_snakemake(lambda: None, job(tmp_path))
    assert (tmp_path / name).exists() != cleared
