"""In vivo data through the whole workflow: a bundle from a server that breaks off, and one that is gone."""

import json

import pytest
import yaml
from infrastructure.flaky_server import Page, flaky_server
from motifcnn.motifs.factors import read_factors
from toys.miniature_bundle import FACTORS, build_bundle, expected_counts, pack

from .conftest import copy_repository, snakemake

pytestmark = pytest.mark.workflow

TARGETS = ["CEBPB", "MAX", "SRF"]
LAYERS = [
    {"type": "conv", "filters": 4, "size": 19, "activation": "studied", "pool": 10},
    {"type": "conv", "filters": 3, "size": 3},
    {"type": "dense", "units": 8},
]


@pytest.fixture
def server():
    with flaky_server() as running:
        yield running


def experiment(bundle, gone, expected):
    return {
        "experiment": "in-vivo",
        "datasets": ["small", "bundle", "gone"],
        "grid": [{"architectures": ["shallow"], "activations": ["relu"], "layers": [1, 2]}],
        "seeds": 1,
        "protocol": {"training": {"epochs": 1}, "controls": ["ground_truth"]},
        "compute": {"device": "cpu"},
        "define": {
            "datasets": {
                "small": {"type": "simulate", "n_sequences": 200, "length": 60, "motifs": ["MAX"]},
                "bundle": {"type": "deepsea", "urls": [bundle], "bundle": "miniature"}
                | {"targets": TARGETS, "expected": expected},
                "gone": {"type": "released", "urls": [gone], "targets": ["X"]},
            },
            "architectures": {"shallow": {"layers": LAYERS}},
        },
    }


def test_from_a_broken_download_to_the_report(server, tmp_path):
    """One Snakemake call for all of it, since starting jobs is what takes the time."""
    truths = build_bundle(tmp_path / "mat", windows=(60, 30, 30), length=200)
    pack(tmp_path / "bundle.tar.gz", tmp_path / "mat")
    archive = (tmp_path / "bundle.tar.gz").read_bytes()
    server.pages["bundle.tar.gz"] = Page(archive, breaks=[len(archive) // 2])
    factors = read_factors(FACTORS)
    expected = expected_counts(truths, {name: factors[name].deepsea_index for name in TARGETS})
    expected["positives"]["test"]["SRF"] += 1

    folder = copy_repository(tmp_path / "repository")
    config = experiment(server.url("bundle.tar.gz"), server.url("gone.h5"), expected)
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    output = snakemake(folder, "--configfile", "config.yaml", good=False)

    # The download went on where it had broken off.
    asked = [start for path, start in server.asked if path == "bundle.tar.gz"]
    assert asked == [None, f"bytes={len(archive) // 2}-"]
    receipt = json.loads((folder / "downloads/miniature/receipt.json").read_text())
    assert receipt["archive"]["size"] == len(archive)
    assert not list((folder / "downloads").rglob("*.part*"))

    # What failed says how to go on without it, and has taken nothing else with it.
    assert "HTTP 404" in output
    assert "or run without gone: --config 'datasets=[small, bundle]'" in output
    results = folder / "results/in-vivo"
    assert not (results / "report.html").exists()
    assert not (results / "gone/dataset.h5").exists()
    for dataset in ("small", "bundle"):
        assert (results / dataset / "tables/table1.tsv").stat().st_size > 0
        assert f"<h3>{dataset}</h3>" in (results / dataset / "report.html").read_text()
    assert "alarm" not in (results / "small/report.html").read_text().partition("</style>")[2]

    # Counts beside the published ones, and the truth that is known.
    page = (results / "bundle/report.html").read_text()
    found = expected["positives"]["test"]["SRF"] - 1
    assert f"<li>test positives of SRF: {found} here, {found + 1} published</li>" in page
    truth = json.loads((results / "bundle/controls/ground_truth/summary.json").read_text())
    assert truth["variants"]["trained"]["motifs"] == dict.fromkeys(TARGETS, 1)
    deeper = json.loads((results / "bundle/shallow/relu/seed-1/layer-2/summary.json").read_text())
    assert (deeper["layer"], deeper["n_filters"]) == (2, 3)

    # Without it, the experiment is complete after two more jobs.
    snakemake(folder, "--configfile", "config.yaml", "--config", "datasets=[small, bundle]")
    assert "<h3>bundle</h3>" in (results / "report.html").read_text()
