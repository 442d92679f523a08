"""From a trained network to summary.json, through the three adapters."""

import json
import subprocess
import sys
from pathlib import Path

import extract_filters
import numpy as np
import pytest
import score_matches
import torch
import write_ground_truth
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, Split, write_dataset
from motifcnn.interpretation.filter_tables import read_arrays, read_matches
from motifcnn.motifs.jaspar import JASPAR_2016, read_counts, read_database
from motifcnn.motifs.meme import read_meme
from motifcnn.motifs.tomtom.match import COLUMNS, match, write_rows
from motifcnn.networks import model_file
from repository import ROOT
from toys.config_file import write_config
from toys.networks import TRAINING, conv

SCRIPTS = Path(extract_filters.__file__).parent
TARGETS = ("SP1", "MAX")
LAYERS = {"layers": [conv(3, 7, activation="studied", pool=10)]}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a dataset and a network whose first filter looks for GGGCGGG."""
    folder = tmp_path_factory.mktemp("run")
    generator = np.random.default_rng(1)

    def split(n):
        return Split(generator.integers(0, 4, (n, 60), np.uint8), generator.integers(0, 2, (n, 2), np.uint8))

    dataset = Dataset(split(5), split(5), split(1500), TARGETS, "small")
    write_dataset(folder / "dataset.h5", dataset)
    description = model_file.describe(
        architecture="tiny",
        declaration=LAYERS,
        activation="relu",
        activation_spec="relu",
        dataset=dataset,
        seed=4,
        training=TRAINING,
    )
    network = model_file.untrained(description)
    weight = network.convolutions[0].weight.data
    weight[0] = -1
    for position, letter in enumerate((2, 2, 2, 1, 2, 2, 2)):
        weight[0, letter, position] = 1
    weight[1] = -1  # never active
    model_file.save(folder / "model.safetensors", network)
    metrics = {"dataset": "small", "architecture": "tiny", "activation": "relu", "seed": 4, "parameters": 9}
    metrics |= {"targets": list(TARGETS), "best_epoch": 1, "epochs": 2}
    metrics |= {"test": {"auroc_mean": 0.5, "aupr_mean": None}}
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return folder


def extract(run, folder, **more):
    extract_filters.main(
        model=run / "model.safetensors",
        dataset=run / "dataset.h5",
        motifs=folder / "filters.meme",
        arrays=folder / "filters.h5",
        untrained_motifs=folder / "controls/untrained.meme",
        shuffled_motifs=folder / "controls/shuffled.meme",
        device="cpu",
        **more,
    )


def test_extract_filters(run, tmp_path):
    extract(run, tmp_path)
    motifs = read_meme(tmp_path / "filters.meme")
    assert [motif.id for motif in motifs] == ["filter0", "filter1", "filter2"]
    arrays = read_arrays(tmp_path / "filters.h5")
    assert arrays["dead"].tolist() == [False, True, False]
    # The window of 19 is centred on the filter of 7.
    assert arrays["ppm"][0, 6:13].argmax(axis=1).tolist() == [2, 2, 2, 1, 2, 2, 2]
    assert motifs[0].nsites == motifs[0].width == 13
    assert (motifs[1].probabilities == 0.25).all()
    shuffled = read_meme(tmp_path / "controls/shuffled.meme")
    assert [m.width for m in shuffled] == [m.width for m in motifs]
    assert (shuffled[0].probabilities != motifs[0].probabilities).any()
    before = read_arrays(tmp_path / "filters.h5", "untrained")
    # The third filter was left as it was initialised.
    np.testing.assert_array_equal(before["counts"][2], arrays["counts"][2])
    assert (before["counts"][0] != arrays["counts"][0]).any()


def test_same_bytes_again(run, tmp_path):
    for name in ("one", "two"):
        extract(run, tmp_path / name)
    for file in ("filters.meme", "filters.h5", "controls/untrained.meme", "controls/shuffled.meme"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_options_reach_the_extraction(run, tmp_path):
    extract(run, tmp_path, filters={"window": "receptive_field", "clip": None, "reference": "theoretical"})
    assert [motif.width for motif in read_meme(tmp_path / "filters.meme")] == [7, 7, 7]
    # Seven matches, less the running mean of 0, divided by the running deviation of 1.
    assert read_arrays(tmp_path / "filters.h5")["reference"][0] == pytest.approx(7)


def test_nothing_is_written_after_an_error(run, tmp_path):
    with pytest.raises(UserError, match="convolutions 1 to 1"):
        extract(run, tmp_path, layer=2)
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_on_the_gpu_is_said_in_a_sentence(run, tmp_path, monkeypatch):
    def out_of_memory(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(extract_filters, "motifs_of_layer", out_of_memory)
    with pytest.raises(UserError, match="cpu ran out of memory; set compute: device: cpu"):
        extract(run, tmp_path)
    assert list(tmp_path.iterdir()) == []


def score(folder, tomtom, motifs=("filters.meme",), variants=("trained",), **more):
    """Score tables of matches of motifs in `folder`; return the summary."""
    score_matches.main(
        variants=variants,
        motifs=[folder / name for name in motifs],
        tomtom=tomtom,
        matches=folder / "matches.tsv",
        summary=folder / "summary.json",
        **more,
    )
    return json.loads((folder / "summary.json").read_text())


def matched(motifs):
    """Write the matches of a file of motifs beside it, and return the path."""
    write_rows(motifs.with_suffix(".tsv"), match(read_meme(motifs), read_database(JASPAR_2016)))
    return motifs.with_suffix(".tsv")


def test_score_matches(run, tmp_path):
    extract(run, tmp_path)
    names = ("filters.meme", "controls/untrained.meme", "controls/shuffled.meme")
    arrays = tmp_path / "filters.h5"
    variants = ("trained", "untrained", "shuffled")
    tables = [matched(tmp_path / name) for name in names]
    more = {"metrics": run / "metrics.json", "counts": tmp_path / "filters.jaspar"}
    summary = score(tmp_path, tables, names, variants, arrays=arrays, **more)
    key = [summary[name] for name in ("architecture", "n_filters", "auroc", "aupr")]
    assert key == ["tiny", 3, 0.5, None]
    trained = summary["variants"]["trained"]
    assert trained["motifs"]["SP1"] >= 1
    assert (trained["motifs_total"], trained["dead"]) == (2, 1)
    matches = read_matches(tmp_path / "matches.tsv")
    assert matches["variant"].tolist() == ["trained"] * 3 + ["untrained"] * 3 + ["shuffled"] * 3
    assert matches["relevant_tf"][0] == "SP1"
    assert matches["best_name"][0] != ""
    n_sites = read_arrays(arrays)["n_sites"]
    assert matches["n_sites"][0] == matches["n_sites"][6] == n_sites[0]
    # Counts of the sites that there were, without the dead filter; MEME's nsites are widths.
    exported = [(motif.id, motif.nsites) for motif in read_counts(tmp_path / "filters.jaspar")]
    assert exported == [(f"filter{i}", n_sites[i]) for i in np.flatnonzero(n_sites)]
    assert len(exported) == 2
    assert read_counts(tmp_path / "filters.jaspar")[0].name == "SP1"


def test_ground_truth(run, tmp_path):
    motifs = tmp_path / "filters.meme"
    write_ground_truth.main(dataset=run / "dataset.h5", motifs=motifs)
    found = [(m.id, m.name, m.nsites) for m in read_meme(motifs)]
    assert found == [("MA0079.3", "SP1", 11), ("MA0058.3", "MAX", 10)]
    options = {"relevant": "strict", "engine": "numpy"}
    dataset = {"dataset": run / "dataset.h5", "dataset_name": "small"}
    summary = score(tmp_path, [matched(motifs)], matching=options, **dataset)
    assert (summary["dataset"], summary["architecture"]) == ("small", "ground_truth")
    assert "auroc" not in summary
    assert summary["variants"]["trained"]["motifs"] == {"SP1": 1, "MAX": 1}
    assert summary["variants"]["trained"]["match_relevant"] == 1
    # No rows at all.
    rows = tmp_path / "none.tsv"
    rows.write_text("\t".join(COLUMNS) + "\n")
    assert score(tmp_path, [rows], **dataset)["variants"]["trained"]["match_any"] == 0


def test_what_cannot_be_scored(run, tmp_path):
    with pytest.raises(UserError, match="--dataset for ground truth"):
        score(tmp_path, [], [], [])
    with pytest.raises(UserError, match="give as many of each"):
        score(tmp_path, ["a.tsv"], variants=["trained", "shuffled"], metrics=run / "metrics.json")


def test_command_line_says_what_is_wrong(tmp_path):
    config = write_config(tmp_path / "config.yaml", protocol={"filters": {"clip": 3}})
    files = {"model": "none.safetensors", "dataset": "d.h5", "motifs": "m.meme", "config": config}
    command = [sys.executable, SCRIPTS / "extract_filters.py"]
    for name, file in files.items():
        command += [f"--{name}", tmp_path / file]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1
    assert done.stderr.startswith("error: protocol.filters.clip")
    assert not (tmp_path / "m.meme").exists()
