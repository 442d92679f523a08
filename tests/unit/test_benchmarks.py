"""The benchmarks run to their end, here as small as can be: their figures need a machine of their own."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(script, *arguments):
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines(), delimiter="\t"))


def test_gpu(tmp_path):
    small = ["--networks", "cnn-2", "--processes", 2, "--steps", 3, "--rounds", 1, "--sequences", 140]
    rows = run("bench_gpu.py", "--device", "cpu", *small, "--output", tmp_path / "gpu.tsv")
    assert rows == list(csv.DictReader((tmp_path / "gpu.tsv").open(), delimiter="\t"))
    assert [(row["measurement"], row["precision"], row["variant"]) for row in rows] == [
        *(("step", precision, who) for precision in ("fp32", "tf32", "bf16") for who in ("textbook", "ours")),
        ("together", "fp32", "2 at once"),
        ("p2", "fp32", "2 at once"),
        ("p2", "fp32", "projected"),
    ]
    speed = {(row["precision"], row["variant"]): float(row["value"]) for row in rows if row["target"] != "5"}
    for row in rows[1:6:2]:
        ratio = speed[row["precision"], "ours"] / speed[row["precision"], "textbook"]
        assert float(row["ratio"]) == pytest.approx(ratio, rel=1e-2)
        assert row["target"] == "8"
    epoch, projected = float(rows[-2]["value"]), float(rows[-1]["value"])
    # Ten trainings of 100 epochs, two at once, and what each takes besides its epochs.
    assert 500 * epoch / 60 < projected * 1.01


def test_threads():
    rows = run("bench_threads.py", "--architectures", "cnn-2", "--cores", 2, "--steps", 2, "--rounds", 1)
    assert [(row["jobs"], row["threads_of_each"]) for row in rows] == [("1", "2"), ("2", "1")]
    assert rows[0]["times_one_job"] == "1.00"


def test_a_card_that_is_not_there():
    command = [sys.executable, str(BENCHMARKS / "bench_gpu.py"), "--device", "cuda"]
    without = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(command, capture_output=True, text=True, env=without)
    assert done.returncode == 1
    assert done.stderr.startswith("error: compute: device: cuda was asked for")
