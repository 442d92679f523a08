"""The whole workflow for real, on a few sequences."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from .conftest import TINY, copy_repository, planned, snakemake

pytestmark = pytest.mark.workflow

RUN = "small/shallow/relu/seed-1"
OF_A_RUN = [
    "model.safetensors", "metrics.json", "history.tsv", "precision_recall.tsv", "record.json",
    "filters.meme", "filters.h5", "controls/untrained.meme", "controls/shuffled.meme", "tomtom.tsv",
    "controls/untrained.tomtom.tsv", "controls/shuffled.tomtom.tsv", "matches.tsv", "summary.json",
    "filters.jaspar", "importance.tsv", "layer-2/filters.meme", "layer-2/controls/untrained.tomtom.tsv",
    "layer-2/summary.json",
]  # fmt: skip
OF_THE_EXPERIMENT = [
    "report.html", "tables/table1.tsv", "tables/table1.html", "tables/table1.md", "tables/table1.tex",
    "tables/motifs_found.tsv", "tables/statements.tsv", "tables/statements.md", "figures/matches.svg",
    "figures/small/learning_curves.png", "figures/small/precision_recall.png", "figures/small/logos-1.png",
    "figures/small/importance.png", "figures/small/redundancy.png", "figures/small/targets.png", "small/dataset.h5",
    "small/data.json", "small/controls/ground_truth/summary.json",
]  # fmt: skip


def test_from_simulation_to_report(tmp_path):
    folder = copy_repository(tmp_path)
    told = snakemake(folder, "--logger=progress", "--configfile", TINY)
    jobs = int(re.search(r"^\S+  (\d+) jobs to do: 1 simulate_dataset, ", told, re.MULTILINE)[1])
    # `all` comes last and is not told.
    assert [int(number) for number in re.findall(rf"\[(\d+)/{jobs}\]", told)] == list(range(1, jobs))
    assert re.search(r"\] Training on small: shallow relu, seed 1 \(\d+ s\)$", told, re.MULTILINE)
    results = folder / "results/tiny"
    for name in (*OF_THE_EXPERIMENT, *(f"{RUN}/{name}" for name in OF_A_RUN)):
        assert (results / name).stat().st_size > 0, name
    assert not (results / RUN / "checkpoint").exists()
    assert not list(results.rglob(".*")), "a temporary file was left"

    summary = json.loads((results / RUN / "summary.json").read_text())
    key = [summary[name] for name in ("dataset", "architecture", "activation", "seed")]
    assert key == ["small", "shallow", "relu", 1]
    assert list(summary["variants"]) == ["shuffled", "trained", "untrained"]
    truth = json.loads((results / "small/controls/ground_truth/summary.json").read_text())
    assert truth["variants"]["trained"]["match_relevant"] == 1

    page = (results / "report.html").read_text()
    assert "<title>Tiny</title>" in page
    assert "shallow" in page
    assert "<figcaption>A sheet of three {panels}. Each logo is one filter" in page

    assert planned(snakemake(folder, "--dry-run", "--configfile", TINY)) == {}
    snakemake(folder, "--configfile", TINY, "--report", "snakemake-report.zip")
    assert (folder / "snakemake-report.zip").stat().st_size > 0


@pytest.mark.slow
def test_a_killed_training_ends_in_the_same_bytes(tmp_path):
    """SIGKILL to Snakemake and its job in the midst of a training, then the same command again."""
    model = f"results/tiny/{RUN}/model.safetensors"
    metrics = f"results/tiny/{RUN}/metrics.json"
    longer = "protocol={training: {epochs: 60, checkpoint_every: 1, stop: null}}"
    arguments = ("--configfile", TINY, "--config", longer, "--", model)
    whole, killed = copy_repository(tmp_path / "whole"), copy_repository(tmp_path / "killed")
    snakemake(whole, *arguments)

    job = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=killed,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    checkpoint = (killed / model).parent / "checkpoint"
    deadline = time.monotonic() + 120
    # A name with a dot in front is a file in the making.
    while not list(checkpoint.glob("[!.]*")) and time.monotonic() < deadline:
        assert job.poll() is None
        time.sleep(0.02)
    os.killpg(job.pid, signal.SIGKILL)
    job.wait()
    assert not (killed / model).exists()
    assert list(checkpoint.glob("[!.]*"))

    snakemake(killed, "--configfile", TINY, "--unlock")
    snakemake(killed, *arguments)
    assert (killed / model).read_bytes() == (whole / model).read_bytes()
    assert (killed / metrics).read_bytes() == (whole / metrics).read_bytes()
    record = json.loads((killed / model).with_name("record.json").read_text())
    assert record["resumed_from_epoch"] >= 1
    assert not checkpoint.exists()
