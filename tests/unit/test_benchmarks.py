"""The benchmarks run to their end, here as small as can be: their figures need a machine of their own."""

import argparse
import contextlib
import csv
import subprocess
import sys

import bench_gpu
import pytest
import torch
from repository import ROOT

BENCHMARKS = ROOT / "benchmarks"


def run(script, *arguments):
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines(), delimiter="\t"))


def test_gpu():
    small = ["--networks", "cnn-2", "--processes", 2, "--steps", 3, "--rounds", 1, "--sequences", 140]
    rows = run("bench_gpu.py", "--device", "cpu", *small)
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
    # How many times one training alone, which was not asked for.
    assert rows[6]["ratio"] == ""
    epoch, projected = float(rows[-2]["value"]), float(rows[-1]["value"])
    # Ten trainings of 100 epochs, two at once, and what each takes besides its epochs.
    assert 500 * epoch / 60 < projected * 1.01


def test_the_ratio_of_several_trainings_is_to_one_alone(monkeypatch):
    class Team(contextlib.nullcontext):
        """Trainings that get in each other's way: n of them make 10 n / (n + 1) steps per second."""

        def __init__(self, size, **task):
            super().__init__(self)
            self.size = size

        def steps_per_second(self):
            return 10 * self.size / (self.size + 1)

    def ratios(*processes):
        rows = []
        monkeypatch.setattr(
            bench_gpu, "row", lambda *values: rows.append(dict(zip(bench_gpu.COLUMNS, values, strict=True)))
        )
        arguments = argparse.Namespace(
            networks=["cnn-2"], processes=processes, steps=1, rounds=1, device="cpu"
        )
        bench_gpu.share(arguments)
        return [row["ratio"] for row in rows]

    monkeypatch.setattr(bench_gpu, "Team", Team)
    assert ratios(1, 2, 4) == pytest.approx([1, 4 / 3, 8 / 5])
    assert ratios(4, 8) == ["", ""]
    assert ratios(4, 1, 2) == ["", pytest.approx(1), pytest.approx(4 / 3)]


def test_threads():
    rows = run("bench_threads.py", "--architectures", "cnn-2", "--cores", 2, "--steps", 2, "--rounds", 1)
    assert [(row["jobs"], row["threads_of_each"]) for row in rows] == [("1", "2"), ("2", "1")]
    assert rows[0]["times_one_job"] == "1.00"


def test_a_card_that_is_not_there(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["bench_gpu.py", "--device", "cuda"])
    with pytest.raises(SystemExit, match="1"):
        bench_gpu.main()
    assert capsys.readouterr().err.startswith("error: compute: device: cuda was asked for")
