"""The benchmarks run to their end, here as small as can be: their figures need a machine of their own."""

import argparse
import contextlib
import csv
import subprocess
import sys

import bench_gpu
import h5py
import make_bundle
import numpy as np
import pytest
import scipy.io
import torch
from motifcnn.core.sequences import encode, reverse_complement
from motifcnn.data.deepsea.truncation import truncate
from motifcnn.motifs.factors import FACTORS, read_factors
from repository import ROOT

BENCHMARKS = ROOT / "benchmarks"


def run(script, *arguments):
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(done.stdout.splitlines(), delimiter="\t"))


def test_attribution():
    rows = run(
        "bench_attribution.py", "--networks", "cnn-local", "--sequences", 3, "--length", 110, "--naive"
    )
    assert len(rows) == 7
    assert {row["network"] for row in rows} == {"cnn-local"}
    assert all(float(row["seconds"]) > 0 for row in rows)


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


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A made-up bundle with a two-thousandth of the windows: 1,100, 2 and 114."""
    folder = tmp_path_factory.mktemp("bundle")
    make_bundle.make_bundle(folder, 1 / 2000, seed=3)
    return folder


@pytest.fixture(scope="module")
def columns():
    return {name: factor.deepsea_index for name, factor in read_factors(FACTORS).items()}


class TestMadeUpBundle:
    def test_full_scale_has_the_published_counts(self):
        windows, bound, positives = make_bundle.bundle_sizes("train", 1)
        assert (2 * windows, 2 * bound) == (4_400_000, 270_382)
        assert (2 * positives["CEBPB"], 2 * positives["STAT1"]) == (85_354, 4_516)
        windows, bound, positives = make_bundle.bundle_sizes("test", 1)
        assert (2 * windows, 2 * bound, 2 * positives["MAX"]) == (455_024, 23_768, 7_496)
        # Published are its rows alone; 8,000 × 270,382 / 4,400,000 = 491.6.
        windows, bound, _ = make_bundle.bundle_sizes("valid", 1)
        assert (2 * windows, 2 * bound) == (8_000, 492)

    def test_positives_are_exactly_as_many_as_asked_for(self):
        # Nearly all places are taken, so that most draws have to be repeated.
        label = make_bundle.draw_bound(np.random.default_rng(1), 50, 10, [10, 9, 8, 1])
        assert label.sum(1).tolist() == [10, 9, 8, 1]
        assert label.any(0).sum() == 10

    def test_the_layout_is_that_of_the_real_files(self, bundle):
        with h5py.File(bundle / "train.mat") as file:
            assert {name: array.shape for name, array in file.items()} == {
                "trainxdata": (1000, 4, 2200),
                "traindata": (919, 2200),
            }
        # SciPy reads what we have written without it.
        test = scipy.io.loadmat(bundle / "test.mat")
        assert (test["testxdata"].shape, test["testdata"].shape) == ((228, 4, 1000), (228, 919))
        assert {test[name].dtype for name in ("testxdata", "testdata")} == {np.dtype("uint8")}
        assert (test["testxdata"].sum(1) == 1).all()

    def test_truncation_gets_the_planned_counts(self, bundle, columns, tmp_path):
        sizes = {split: make_bundle.bundle_sizes(split, 1 / 2000) for split in ("train", "valid", "test")}
        expected = {
            "features": 919,
            "rows": {split: 2 * windows for split, (windows, _, _) in sizes.items()},
            "kept": {split: 2 * bound for split, (_, bound, _) in sizes.items()},
            "positives": {
                split: {name: 2 * n for name, n in positives.items()}
                for split, (*_, positives) in sizes.items()
            },
        }
        files = {split: bundle / f"{split}.mat" for split in sizes}
        checks = truncate(files, tmp_path / "dataset.h5", columns, expected=expected)
        assert len(checks) == 3 * (4 + 12)
        assert [check for check in checks if not check["equal"]] == []
        with h5py.File(tmp_path / "dataset.h5") as file:
            codes, label = file["train/sequence"][:], file["train/label"][:]
        half = len(codes) // 2
        assert (codes[half:] == reverse_complement(codes[:half])).all()
        assert (label[half:] == label[:half]).all()
        # MAFK's matrix MA0496.1 holds TCAGCA; it is planted in the middle of its own windows alone.
        near = codes[:, 300:700]
        word = encode("TCAGCA")
        both = [
            (np.lib.stride_tricks.sliding_window_view(near, 6, 1) == w).all(2).any(1)
            for w in (word, reverse_complement(word))
        ]
        found, mafk = both[0] | both[1], label[:, list(columns).index("MAFK")] == 1
        assert found[mafk].mean() > 2 * found[~mafk].mean()

    def test_the_same_seed_gives_the_same_files(self, bundle, tmp_path):
        for seed, same in ((3, True), (4, False)):
            make_bundle.make_bundle(tmp_path / str(seed), 1 / 2000, seed)
            for split in ("valid", "test"):
                name = f"{split}.mat"
                assert ((tmp_path / str(seed) / name).read_bytes() == (bundle / name).read_bytes()) is same

    @pytest.mark.parametrize("scale", ["0", "1.5"])
    def test_a_scale_that_makes_no_sense(self, scale, monkeypatch, capsys):
        monkeypatch.setattr(sys, "argv", ["make_bundle.py", "--folder", "nowhere", "--scale", scale])
        with pytest.raises(SystemExit):
            make_bundle.main()
        assert (
            f"argument --scale: it is {scale}, but must be above 0 and at most 1" in capsys.readouterr().err
        )
