"""From a trained network to attributions.h5 and on to attributions.tsv, through the adapters."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import attribute_sequences
import numpy as np
import plot_attribution_logos
import pytest
import score_attributions
import score_proxy
import tabulate_attributions
import torch
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, Split, write_dataset
from motifcnn.interpretation.attribution.attribution_file import read_attributions
from motifcnn.interpretation.off_simplex import off_simplex
from motifcnn.interpretation.planted_positions import score_positions
from motifcnn.networks import model_file
from repository import ROOT
from toys.config_file import write_config
from toys.networks import TRAINING, conv

TARGETS = ("SP1", "MAX", "never")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a dataset of 40 test sequences and an untrained network."""
    folder = tmp_path_factory.mktemp("run")
    generator = np.random.default_rng(1)

    def split(n):
        label = generator.integers(0, 2, (n, 3), np.uint8) * np.array([1, 1, 0], np.uint8)
        return Split(generator.integers(0, 5, (n, 30), np.uint8), label)

    test = split(40)
    information = np.zeros(test.sequence.shape, np.float32)
    information[:, 10:15] = 1.5
    dataset = Dataset(split(5), split(5), replace(test, information=information), TARGETS, "small")
    write_dataset(folder / "dataset.h5", dataset)
    declaration = {"layers": [conv(3, 7, activation="studied", pool=5)]}
    about = ("tiny", declaration, "exponential", "exponential", dataset, 4, TRAINING)
    network = model_file.untrained(model_file.describe(*about))
    model_file.save(folder / "model.safetensors", network)
    return folder, dataset, network


def attribute(folder, output, **changes):
    attribution = {
        "method": "deep_shap", "output": "probability", "corrected": False, "references": "dinucleotide",
        "n_references": 2, "target": "MAX", "sequences": 6,
    }  # fmt: skip
    attribution |= changes
    files = {"model": str(folder / "model.safetensors"), "dataset": str(folder / "dataset.h5")}
    attribute_sequences.main(**files, output=str(output), attribution=attribution, seed=3, device="cpu")
    return read_attributions(output)


def test_the_first_sequences_of_a_target(run, tmp_path, capsys):
    folder, dataset, network = run
    found = attribute(folder, tmp_path / "attributions.h5")
    rows = np.flatnonzero(dataset.test.label[:, 1])[:6]
    np.testing.assert_array_equal(found.sequence, rows)
    np.testing.assert_array_equal(found.attributions.codes, dataset.test.sequence[rows])
    assert (found.label == 1).all()
    with torch.no_grad():
        logits = network(torch.from_numpy(dataset.test.sequence[rows]))[:, 1]
    np.testing.assert_allclose(found.attributions.logit, logits, rtol=1e-5)
    assert found.target == "MAX"
    assert found.options == {
        "method": "deep_shap", "output": "probability", "corrected": False, "references": "dinucleotide",
        "n_references": 2, "seed": 3,
    }  # fmt: skip
    assert "6 sequences of MAX, mean |score| " in capsys.readouterr().err


def test_fewer_sequences_than_asked_for(run, tmp_path):
    folder, dataset, _ = run
    found = attribute(folder, tmp_path / "attributions.h5", target=None, sequences=1000)
    np.testing.assert_array_equal(found.sequence, np.flatnonzero(dataset.test.label[:, 0]))


def test_a_target_by_its_index(run, tmp_path):
    folder, dataset, _ = run
    found = attribute(folder, tmp_path / "attributions.h5", target=1)
    assert found.target == "MAX"
    np.testing.assert_array_equal(found.sequence, np.flatnonzero(dataset.test.label[:, 1])[:6])


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("YY1", "attribution.target is 'YY1', but the dataset's targets are SP1, MAX, never"),
        (3, "attribution.target is 3, but the dataset's targets are SP1, MAX, never"),
        ("never", "never binds none of the test sequences"),
    ],
)
def test_nothing_to_explain(run, tmp_path, target, sentence):
    with pytest.raises(UserError, match=sentence):
        attribute(run[0], tmp_path / "attributions.h5", target=target)
    assert not list(tmp_path.iterdir())


def test_by_hand(run, tmp_path):
    folder, *_ = run
    config = write_config(
        tmp_path / "mine.yaml", attribution={"methods": {"saliency": {"corrected": True}}, "sequences": 2}
    )
    output = tmp_path / "out" / "attributions.h5"
    script = Path(attribute_sequences.__file__)
    arguments = ["--model", folder / "model.safetensors", "--dataset", folder / "dataset.h5"]
    arguments += ["--output", output, "--config", config, "--method", "saliency", "--device", "cpu"]
    done = subprocess.run([sys.executable, script, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = read_attributions(output)
    assert len(found.sequence) == 2
    np.testing.assert_allclose(found.attributions.hypothetical.sum(1), 0, atol=1e-6)


def test_beside_the_planted_motifs(run, tmp_path, capsys):
    folder, dataset, _ = run
    found = attribute(folder, tmp_path / "attributions.h5")
    about = {
        "dataset": "small",
        "architecture": "tiny",
        "activation": "exponential",
        "seed": 4,
        "stopped": "patience",
    }
    (tmp_path / "metrics.json").write_text(
        json.dumps(about | {"protocol": {"epochs": 30}, "test": {"auroc_mean": 0.9}})
    )
    names = ("attributions.h5", "metrics.json", "scores.json", "attributions.tsv")
    attributions, metrics, scores, table = (str(tmp_path / name) for name in names)
    given = {"attributions": attributions, "metrics": metrics, "dataset": str(folder / "dataset.h5")}
    score_attributions.main(**given, output=scores, method="mine")
    expected = score_positions(found.attributions.score, dataset.test.information[found.sequence])
    # Those of DeepSHAP are no gradients.
    expected |= dict.fromkeys(("off_simplex_30", "off_simplex_45", "off_simplex_60"))
    written = json.loads(Path(scores).read_text())
    assert (
        written
        == about
        | {"setting": "", "max_epochs": 30, "auroc": 0.9, "method": "mine", "target": "MAX"}
        | expected
    )
    assert written["sequences"] == 6
    markdown = tmp_path / "attributions.md"
    tabulate_attributions.main(scores=[scores], output=table, markdown=str(markdown))
    assert "| tiny | exponential | mine | 1 | " in markdown.read_text()
    header, row = (line.split("\t") for line in Path(table).read_text().splitlines())
    row = dict(zip(header, row, strict=True))
    assert (row["method"], row["n_seeds"], row["sequences"]) == ("mine", "1", "6")
    assert float(row["attribution_auroc_mean"]) == pytest.approx(expected["attribution_auroc"], abs=1e-6)
    assert "scores.json: 6 sequences of MAX, auROC 0." in capsys.readouterr().err


def test_as_logos(run, tmp_path, capsys):
    folder, *_ = run
    files = [str(tmp_path / f"{name}.h5") for name in "ab"]
    for path, number in zip(files, (1, 2), strict=True):
        attribute(folder, path, n_references=number)
    picture = tmp_path / "logos.png"
    plot_attribution_logos.main(
        attributions=files, methods=["a", "b"], networks=["exponential"] * 2, dataset=str(folder / "dataset.h5"),
        output=str(picture), title="tiny on small", sequences=3, choose="median", length=20,
    )  # fmt: skip
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "logos.png: 2 rows, 3 sequences" in capsys.readouterr().err


@pytest.mark.parametrize("corrected", [False, True])
def test_how_far_gradients_lie_off_the_simplex(run, tmp_path, corrected):
    folder, *_ = run
    options = {
        "method": "saliency",
        "output": "probability",
        "corrected": corrected,
        "target": None,
        "sequences": 6,
    }
    files = {"model": str(folder / "model.safetensors"), "dataset": str(folder / "dataset.h5")}
    attributions, scores = str(tmp_path / "attributions.h5"), tmp_path / "scores.json"
    attribute_sequences.main(**files, output=attributions, attribution=options, seed=3, device="cpu")
    about = {"dataset": "small", "architecture": "tiny", "activation": "exponential", "seed": 4}
    (tmp_path / "metrics.json").write_text(json.dumps(about))
    given = {
        "attributions": attributions,
        "metrics": str(tmp_path / "metrics.json"),
        "dataset": files["dataset"],
    }
    score_attributions.main(**given, output=str(scores), method="saliency")
    written, found = json.loads(scores.read_text()), read_attributions(attributions).attributions
    if corrected:
        assert written["off_simplex_30"] is None
    else:
        expected = off_simplex(found.hypothetical, found.codes)
        assert 0 < expected["off_simplex_45"] < expected["off_simplex_30"] < 1
        assert written.items() >= expected.items()


def test_beside_motif_hits_as_a_proxy(run, tmp_path, capsys):
    folder, *_ = run
    attribute(folder, tmp_path / "attributions.h5")
    about = {
        "dataset": "small",
        "architecture": "tiny",
        "activation": "exponential",
        "seed": 4,
        "targets": list(TARGETS),
    }
    (tmp_path / "metrics.json").write_text(json.dumps(about))
    given = {
        name: str(tmp_path / f"{name}.{ending}")
        for name, ending in (("attributions", "h5"), ("metrics", "json"))
    }
    output = tmp_path / "proxy.json"
    score_proxy.main(**given, output=str(output), method="mine", relevant="papers", pvalue=0.05)
    found = json.loads(output.read_text())
    assert (found["dataset"], found["method"], found["target"]) == ("small", "mine", "MAX")
    assert found["motifs"] == ["MA0058.3"]
    assert 0 < found["sequences"] <= 6
    assert 0 <= found["proxy_auroc"] <= 1
    assert "attribution_auroc" not in found
    assert (
        "proxy.json: a proxy, by hits of MA0058.3 for MAX in small, sequences with hits: "
        in capsys.readouterr().err
    )
    tabulate_attributions.main(scores=[str(output)], output=str(tmp_path / "attributions.tsv"))
    header, row = (line.split("\t") for line in (tmp_path / "attributions.tsv").read_text().splitlines())
    row = dict(zip(header, row, strict=True))
    assert (row["proxy_auroc_mean"] != "", row["attribution_auroc_mean"]) == (True, "")
