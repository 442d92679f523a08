"""The adapters that make tables, pictures and the report, from the shell as a user calls them."""

import importlib
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from motifcnn.adapters.command_line import parse
from motifcnn.core.errors import UserError
from motifcnn.interpretation.filter_tables import MATCH_COLUMNS, write_matches
from motifcnn.motifs.meme import Motif, write_meme
from repository import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"


def call(script, *arguments):
    """Run an adapter on its command line, in this process; a `UserError` gets through."""
    main = importlib.import_module(script).main
    main(**parse(main, argv=[str(argument) for argument in arguments])[1])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("e") / "synthetic" / "cnn-2" / "relu" / "seed-1"
    folder.mkdir(parents=True)
    motifs = [Motif("filter0", "", np.eye(4), 4), Motif("filter1", "", np.full((4, 4), 0.25), 4)]
    write_meme(folder / "filters.meme", motifs)
    blank = dict.fromkeys(MATCH_COLUMNS, "") | {"width": 4, "information": 1.0, "n_sites": 3}
    blank |= {name: float("nan") for name in MATCH_COLUMNS if name.endswith("value")}
    rows = [
        blank | {"filter": "filter0", "dead": False, "relevant_tf": "SP1"},
        blank | {"filter": "filter1", "dead": True},
    ]
    write_matches(folder / "matches.tsv", {"trained": pd.DataFrame(rows, columns=list(MATCH_COLUMNS))})
    variant = {"match_any": 0.5, "match_relevant": 0.5, "motifs_found": 1, "motifs": {"SP1": 1}}
    variant |= {"motifs_total": 1, "one_minus_missed_per_filter": 1.0, "dead": 1}
    key = {"dataset": "synthetic", "architecture": "cnn-2", "activation": "relu", "seed": 1}
    summary = key | {"layer": 1, "n_filters": 2, "auroc": 0.9, "aupr": 0.8, "variants": {"trained": variant}}
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "metrics.json").write_text(json.dumps(key | {"epochs": 2, "best_epoch": 1, "parameters": 10}))
    history = {"epoch": [1, 2], "train_loss": [1, 0.5], "val_loss": [1, 0.6], "val_aupr": [0.2, 0.4]}
    pd.DataFrame(history).to_csv(folder / "history.tsv", sep="\t", index=False)
    curve = {"target": ["SP1"] * 2, "recall": [0, 1], "precision": [1, 0.1]}
    pd.DataFrame(curve).to_csv(folder / "precision_recall.tsv", sep="\t", index=False)
    return folder


def test_from_summaries_to_the_report(run, tmp_path):
    published = ROOT / "resources" / "published" / "koo_ploenzke_2019.yaml"
    table, motifs = tmp_path / "table1.tsv", tmp_path / "motifs_found.tsv"

    def formats(stem):
        return [
            x for name in ("html", "markdown", "latex") for x in (f"--{name}", tmp_path / f"{stem}.{name}")
        ]

    inputs = ("--summaries", run / "summary.json", "--published", published)
    seeds = tmp_path / "table1_seeds.tsv"
    call("make_table", *inputs, "--table", table, "--seeds", seeds, *formats("table1"))
    assert pd.read_csv(seeds, sep="\t").query("row == 'trained'")["match_relevant"].tolist() == [0.5]
    call(
        "judge_statements", *inputs, "--tables", table, "--motifs-found", motifs,
        "--comparisons", tmp_path / "comparisons.tsv",
        "--leaderboard", tmp_path / "leaderboard.tsv", "--statements", tmp_path / "statements.tsv",
        *formats("statements"),
    )  # fmt: skip
    row = pd.read_csv(table, sep="\t").iloc[0]
    assert row["match_relevant_deviation"] == pytest.approx(0.5 - 0.007)
    for name in ("html", "markdown", "latex"):
        assert "0.493" in (tmp_path / f"table1.{name}").read_text()
        # One seed, so that no statement of the paper is decided.
        assert "were tested" in (tmp_path / f"statements.{name}").read_text()
    verdicts = pd.read_csv(tmp_path / "statements.tsv", sep="\t").set_index("name")["verdict"]
    assert verdicts["with ReLU, small pools leave parts"] == "undecided"
    assert set(verdicts) == {"undecided", "not tested"}

    files = {
        "learning_curves": ("metrics.json", "history.tsv"),
        "precision_recall": ("metrics.json", "precision_recall.tsv"),
        "matches": ("summary.json",),
    }
    figures = {name: tmp_path / f"{name}.png" for name in (*files, "logos-1")}
    for figure, names in files.items():
        paths = [run / name for name in names]
        call("plot_figure", "--figure", figure, "--files", *paths, "--output", figures[figure])
    call(
        "plot_logos", "--motifs", run / "filters.meme", "--matches", run / "matches.tsv",
        "--labels", "cnn-2", "--truth", run / "filters.meme", "--output", figures["logos-1"],
    )  # fmt: skip

    config = tmp_path / "config.yaml"
    config.write_text("experiment: mine\n")
    call(
        "make_report", "--tables", table, "--motifs-found", motifs, "--config", config,
        "--comparisons", tmp_path / "comparisons.tsv",
        "--leaderboard", tmp_path / "leaderboard.tsv", "--statements", tmp_path / "statements.tsv",
        "--figures", *figures.values(), "--sheet-titles", "Filters & more", "--metrics", run / "metrics.json",
        "--output", tmp_path / "report.html",
    )  # fmt: skip
    html = (tmp_path / "report.html").read_text()
    assert html.count("data:image/png") == 4
    assert "0.500" in html
    assert "Does the paper replicate?" in html
    assert "<figcaption>Filters &amp; more. Each logo is one filter" in html


def test_lists_that_do_not_go_together(run, tmp_path):
    files = ("--motifs", run / "filters.meme", "--matches", run / "matches.tsv")
    with pytest.raises(UserError, match="1 files of motifs, 1 of matches, 2 labels and 1 variants"):
        call("plot_logos", *files, "--labels", "a", "b", "--output", tmp_path / "sheet.png")
    assert list(tmp_path.iterdir()) == []


def test_a_logo_of_every_motif(tmp_path):
    motifs, folder = tmp_path / "motifs.meme", tmp_path / "logos"
    write_meme(motifs, [Motif("filter0", "", np.eye(4), 4), Motif("SP1/1", "", np.full((4, 4), 0.25), 4)])
    call("plot_single_logos", "--motifs", motifs, "--folder", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["SP1_1.svg", "filter0.svg"]
    # A letter per column, in the order A, C, G, T; none for a motif without information.
    colours = ["#008000", "#0000ff", "#ffa600", "#ff0000"]
    found = [re.findall("|".join(colours), path.read_text()) for path in sorted(folder.iterdir())]
    assert found == [[], colours]


def test_a_configuration_that_cannot_be_read(run, tmp_path):
    table, motifs = tmp_path / "table1.tsv", tmp_path / "motifs_found.tsv"
    inputs = ("--summaries", run / "summary.json")
    call("make_table", *inputs, "--table", table)
    call(
        "judge_statements", *inputs, "--tables", table, "--motifs-found", motifs,
        "--comparisons", tmp_path / "comparisons.tsv",
        "--leaderboard", tmp_path / "leaderboard.tsv", "--statements", tmp_path / "statements.tsv",
    )  # fmt: skip
    files = ("--tables", table, "--motifs-found", motifs, "--output", tmp_path / "report.html")
    with pytest.raises(UserError, match=r"cannot read .*nowhere\.yaml"):
        call("make_report", *files, "--config", tmp_path / "nowhere.yaml")
    assert not (tmp_path / "report.html").exists()


def test_from_the_shell_one_sentence_and_nothing_half_written(tmp_path):
    arguments = ("--figure", "matches", "--files", "x/summary.json", "--output", "a.png")
    command = [sys.executable, SCRIPTS / "plot_figure.py", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: x/summary.json does not exist")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
