"""Settings for real: named changes of the protocol in one experiment and one table."""

import json

import pytest
import yaml

from .conftest import TINY, copy_repository, planned, snakemake

pytestmark = pytest.mark.workflow

SETTINGS = {
    "unchanged": {},
    "he_normal": {"training": {"initialisation": "he_normal"}},
    "low_threshold": {"filters": {"threshold": 0.1}},
}


def write_config(folder, **block):
    """Write the tiny experiment with one network, and what else its block has; return its path in `folder`."""
    config = yaml.safe_load((folder / TINY).read_text())
    config["grid"] = [{"architectures": ["shallow"], "activations": ["relu"], **block}]
    panels = [["shallow", "relu"]] + [
        ["shallow", "relu", name] for name in list(block.get("settings", ()))[1:]
    ]
    config["seeds"] = 1
    sheets = [{"title": "Two", "panels": panels}]
    config["report"] = {"analyses": ["matches", "logos", "importance"], "sheets": sheets}
    (folder / "config/settings.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return "config/settings.yaml"


def test_settings_share_what_they_leave_alone_and_stand_in_one_table(tmp_path):
    folder = copy_repository(tmp_path)
    config = write_config(folder, settings=SETTINGS)
    jobs = planned(snakemake(folder, "--dry-run", "--configfile", config))
    counted = ("train_model", "score_importance", "extract_filters", "match_motifs", "score_matches")
    # A change of the filters alone trains nothing.
    assert [jobs[rule] for rule in counted] == [2, 2, 3, 3, 3]
    snakemake(folder, "--configfile", config)

    runs = folder / "results/tiny/small/shallow/relu"
    models = sorted(path.parent.relative_to(runs).as_posix() for path in runs.rglob("model.safetensors"))
    assert models == ["he_normal/seed-1", "seed-1"]
    # The same model, read in another way.
    plain, low = (runs / folder / "seed-1/filters.meme" for folder in ("", "low_threshold"))
    assert plain.read_text() != low.read_text()
    assert json.loads((runs / "he_normal/seed-1/metrics.json").read_text())["setting"] == "he_normal"
    assert "setting" not in json.loads((runs / "seed-1/metrics.json").read_text())
    named = {
        path.parts[-3]: json.loads(path.read_text()).get("setting") for path in runs.rglob("summary.json")
    }
    assert named == {"relu": None, "he_normal": "he_normal", "low_threshold": "low_threshold"}

    head, *lines = (folder / "results/tiny/tables/table1.tsv").read_text().splitlines()
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    trained = [row for row in rows if row["row"] == "trained"]
    assert [row["setting"] for row in trained] == ["", "he_normal", "low_threshold"]
    auprs = [row["aupr_mean"] for row in trained]
    assert auprs[0] == auprs[2] != auprs[1]
    page = (folder / "results/tiny/report.html").read_text()
    assert "shallow, he_normal" in page
    assert "shallow, low_threshold" in page

    # The experiment without settings finds its runs where they lie.
    without = planned(snakemake(folder, "--dry-run", "--configfile", write_config(folder)))
    assert not set(counted) & set(without)
