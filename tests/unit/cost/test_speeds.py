"""Speeds of networks: from finished runs where they are comparable, else timed."""

import pytest
import torch
import yaml
from motifcnn.core.files import write_json
from motifcnn.core.run_key import RunKey
from motifcnn.cost import speeds
from motifcnn.cost.dry_run import Job
from motifcnn.cost.estimate import NetworkOnDataset
from motifcnn.cost.sizes import Size
from motifcnn.cost.speeds import Finished, finished_runs, measure_speeds
from motifcnn.experiment.config import make_plan
from motifcnn.training.devices import device_name
from repository import ROOT

CPU = torch.device("cpu")
SIZE = Size(length=80, targets=3, train=420, valid=60, test=120)
RELU, EXPONENTIAL = (NetworkOnDataset("small", "shallow", name) for name in ("relu", "exponential"))
# 4 filters of 19 letters, 5 of 3 positions; 16 units on the 20 positions that pooling leaves; 3 targets. Batch norm has
# two each.
PARAMETERS = 4 * (19 * 4 + 2) + 5 * (3 * 4 + 2) + 16 * (20 * 5 + 2) + 3 * (16 + 1)


@pytest.fixture
def plan(monkeypatch):
    monkeypatch.chdir(ROOT)
    return make_plan(yaml.safe_load((ROOT / "tests/workflow/config-tiny.yaml").read_text()))


def finish(folder, run, milliseconds, epochs, **changes):
    files = folder / "results/tiny" / run.dataset / run.architecture / run.activation / f"seed-{run.seed}"
    here = {"device": "cpu", "device_name": device_name(CPU), "precision": "fp32", "threads": 1}
    write_json(files / "record.json", {"milliseconds_per_step": milliseconds} | here | changes)
    write_json(files / "metrics.json", {"epochs": epochs})


def train_job(run):
    return Job("train_model", {name: str(value) for name, value in run.wildcards.items()}, 1)


def test_finished_runs_are_read_unless_they_are_to_be_trained_again(plan, tmp_path):
    first, second, third, fourth = plan.runs
    finish(tmp_path, first, 5.0, 1)
    finish(tmp_path, second, 6.0, 2)
    finish(tmp_path, third, 7.0, 2, device_name="another")
    found = finished_runs(plan, [train_job(second), train_job(fourth)], CPU, tmp_path)
    # The configuration has two epochs.
    assert found == {first: Finished(5.0, 0.5), third: Finished(None, 1.0)}


def test_what_is_not_finished_is_timed(plan, monkeypatch):
    monkeypatch.setattr(speeds, "seconds_per_sequence", lambda *_: 0.25)
    jobs = [train_job(run) for run in plan.runs] + [Job("make_report", {"part": ""}, 1)]
    # Of three finished trainings with ReLU one was done elsewhere.
    finished = {
        RunKey(*RELU, seed=1): Finished(20.0, 1.0),
        RunKey(*RELU, seed=2): Finished(40.0, 1.0),
        RunKey(*RELU, seed=3): Finished(None, 1.0),
        RunKey(*EXPONENTIAL, seed=1): Finished(None, 1.0),
    }
    found = measure_speeds(jobs, plan, {"small": SIZE}, finished, CPU, torch.float32)
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
    plan.activations["cube"] = {"module": "timed_by_test:Cube"}
    key = NetworkOnDataset("small", "mine", "cube")
    found = measure_speeds([train_job(RunKey(*key, seed=1))], plan, {"small": SIZE}, {}, CPU, torch.float32)
    assert found[key].seconds_per_sequence > 0
    assert (found[key].filters, found[key].parameters) == ((7,), 4 * 7 * 5 + 7 + 7 * 3 + 3)


def test_networks_of_a_dataset_of_unknown_size_are_left_out(plan):
    jobs = [train_job(run) for run in plan.runs]
    assert measure_speeds(jobs, plan, {"small": None}, {}, CPU, torch.float32) == {}
