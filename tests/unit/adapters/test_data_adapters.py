"""The command lines of window_peaks.py, simulate_dataset.py and import_released.py."""

import json
import subprocess
import sys

import numpy as np
import pytest
from motifcnn.core.sequences import decode
from motifcnn.data.dataset import read_dataset
from repository import ROOT
from toys.config_file import write_config
from toys.released_arrays import LETTERS, arrays, write

SCRIPTS = ROOT / "workflow" / "scripts"
PEAKS = "chr{n}\t100\t200\nchr{n}\t400\t500\n"


def run(script, *arguments):
    command = [sys.executable, str(SCRIPTS / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def config(tmp_path):
    rng = np.random.default_rng(1)
    letters = {f"chr{n}": decode(rng.integers(0, 4, 3000, dtype=np.uint8)) for n in (1, 2, 3)}
    (tmp_path / "genome.fa").write_text("".join(f">{name}\n{text}\n" for name, text in letters.items()))
    (tmp_path / "a.bed").write_text("".join(PEAKS.format(n=n) for n in (1, 2, 3)))
    declaration = {
        "type": "peaks",
        "genome": str(tmp_path / "genome.fa"),
        "peaks": {"A": str(tmp_path / "a.bed")},
        "chromosomes": {"valid": ["chr2"], "test": ["chr3"]},
        "bin": 50,
        "window": 150,
        "negatives": {"kind": "gc_matched", "ratio": 1},
    }
    define = {"datasets": {"mine": declaration}}
    return write_config(tmp_path / "config.yaml", datasets=["mine"], define=define)


def test_peaks_to_dataset(tmp_path, config):
    output, windows, counts = (tmp_path / name for name in ("dataset.h5", "windows.bed", "counts.json"))
    done = run(
        "window_peaks.py", "--config", config, "--dataset-name", "mine", "--dataset", output,
        "--windows", windows, "--counts", counts,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = "A: read 6, cut at end 0, not in genome 0, with summit 0, without bin 0\nwindows around each bin: 12 bins"
    assert said in done.stdout
    dataset = read_dataset(output)
    assert (dataset.name, dataset.targets, dataset.length, dataset.seed) == ("mine", ("A",), 150, 1)
    assert dataset.versions.keys() >= {"pysam", "pyBigWig", "bioframe"}
    rows = [line.split("\t") for line in windows.read_text().splitlines()]
    assert len(rows) == sum(len(getattr(dataset, split).label) for split in ("train", "valid", "test"))
    assert rows[0][3:] == ["train", "0", "+"]
    assert all(int(row[2]) - int(row[1]) == 150 for row in rows)
    assert json.loads(counts.read_text())["splits"]["test"]["positives"] == {"A": 4}


def test_a_user_error_is_one_sentence(tmp_path, config):
    (tmp_path / "a.bed").write_text("chr1\tfive\t10\n")
    output = tmp_path / "dataset.h5"
    done = run("window_peaks.py", "--config", config, "--dataset-name", "mine", "--dataset", output)
    assert done.returncode == 1
    assert done.stderr == (
        f"error: line 1 of {tmp_path}/a.bed has the start 'five', but it must be a whole number, 0 or more; "
        "a header line must begin with #\n"
    )
    assert not output.exists()


def test_released_to_dataset(tmp_path):
    released, output = write(tmp_path / "data.npz", arrays("AGCT")), tmp_path / "dataset.h5"
    declaration = {"type": "released", "file": str(released), "targets": ["A", "B"], "channels": "AGCT"}
    config = write_config(
        tmp_path / "config.yaml",
        datasets=["theirs"],
        define={"datasets": {"theirs": declaration | {"reverse_complement": "none"}}},
    )
    done = run(
        "import_released.py", "--config", config, "--dataset-name", "theirs", "--released", released,
        "--dataset", output,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "train: 3 sequences, positive: A 2, B 2"
    assert [decode(row) for row in read_dataset(output).test.sequence] == LETTERS["test"]


def test_lookalikes_are_not_planted_in_negatives(tmp_path):
    # CEBPG has nearly the motif of CEBPB, HOXD13 another.
    negatives = {"motifs": ["MA0838.1", "MA0909.1"], "exclude_lookalikes": 0.1}
    declaration = {"type": "simulate", "n_sequences": 100, "motifs": ["CEBPB"], "negatives": negatives}
    define = {"datasets": {"mine": declaration}}
    config = write_config(tmp_path / "config.yaml", datasets=["mine"], define=define)
    output = tmp_path / "dataset.h5"
    done = run("simulate_dataset.py", "--config", config, "--dataset-name", "mine", "--dataset", output)
    assert done.returncode == 0, done.stderr
    planted = read_dataset(output).train.motif["motif_id"]
    assert set(planted) == {b"MA0466.2", b"MA0909.1"}
