"""The job that trains: killed at any moment, it ends in the same bytes, and what it lacks is said in a sentence."""

import json
import subprocess
import sys
import time

import pytest
import torch
import train_model
from motifcnn.adapters.entry import from_command_line
from motifcnn.data.dataset import write_dataset
from motifcnn.experiment import lookup
from motifcnn.training import loop
from repository import ROOT
from toys.config_file import write_config
from toys.gattaca import gattaca
from toys.networks import TRAINING, conv, dense

DECLARED = {"layers": [conv(8, 7, activation="studied", pool=4, dropout=0.1), dense(16, dropout=0.5)]}


@pytest.fixture(scope="module")
def dataset():
    return gattaca(300, 100, 100)


def command(dataset_path, folder, epochs):
    config = write_config(
        folder / "config.yaml",
        grid=[{"architectures": ["toy"], "activations": ["relu"]}],
        protocol={"training": {**TRAINING, "epochs": epochs, "checkpoint_every": 1}},
        compute={"device": "cpu", "precision": "fp32", "threads": 1},
        define={"architectures": {"toy": DECLARED}},
    )
    arguments = {"dataset": dataset_path, "architecture": "toy", "activation": "relu", "config": config}
    files = ("model", "metrics", "history", "precision-recall", "record", "checkpoint")
    arguments |= {name: folder / name for name in files}
    script = ROOT / "workflow" / "scripts" / "train_model.py"
    return [sys.executable, script, *(x for k, v in arguments.items() for x in (f"--{k}", str(v)))]


def test_killed_job_ends_in_the_same_bytes(dataset, tmp_path):
    write_dataset(tmp_path / "d.h5", dataset)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir()
    killed.mkdir()
    subprocess.run(command(tmp_path / "d.h5", whole, 30), check=True, capture_output=True)

    process = subprocess.Popen(
        command(tmp_path / "d.h5", killed, 30), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    checkpoint = killed / "checkpoint" / "checkpoint.safetensors"
    while not checkpoint.exists() and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    process.wait()
    assert checkpoint.exists()
    assert not (killed / "model").exists()

    done = subprocess.run(command(tmp_path / "d.h5", killed, 30), check=True, capture_output=True, text=True)
    assert json.loads((killed / "record").read_text())["resumed_from_epoch"] >= 1
    assert "epoch 30/30" in done.stderr
    for name in ("model", "metrics", "history", "precision-recall"):
        assert (whole / name).read_bytes() == (killed / name).read_bytes(), name
    assert not (killed / "checkpoint").exists()


def test_a_full_gpu_ends_with_the_settings_to_change(dataset, tmp_path, monkeypatch, capsys):
    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has ...")

    write_dataset(tmp_path / "d.h5", dataset)
    monkeypatch.setattr(loop, "_predict_with_loss", full)
    monkeypatch.setattr(sys, "argv", [str(x) for x in command(tmp_path / "d.h5", tmp_path, 2)[1:]])
    with pytest.raises(SystemExit) as end:
        from_command_line(train_model.main, lookup)
    assert end.value.code == 1
    assert capsys.readouterr().err == (
        "error: cpu ran out of memory; lower protocol: training: batch_size, set compute: "
        "precision: bf16, or let fewer jobs run at once (--cores 1, or --resources gpu=1; see docs/gpu.md)\n"
    )
    assert not (tmp_path / "model").exists()
