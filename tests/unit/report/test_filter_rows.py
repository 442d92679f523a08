import json

import numpy as np
import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.interpretation.filter_tables import read_matches, write_matches
from motifcnn.report.filter_rows import read_filters
from toys.run_files import DROPS, FACTORS, TARGETS, write_filters

KINDS = ("summary.json", "matches.tsv", "filters.meme", "importance.tsv")


def of(*folders, kinds=KINDS):
    return [folder / kind for kind in kinds for folder in folders]


def test_a_row_joins_what_is_known_of_a_filter(tmp_path):
    first, second = write_filters(tmp_path, 1), write_filters(tmp_path, 2)
    panel, other = read_filters(of(first, second))
    assert (panel.key.seed, other.key.seed) == (1, 2)
    assert panel.summary == "2 of 4 filters match a relevant motif"
    assert panel.measured
    assert [row.name for row in panel.rows] == ["filter0", "filter1", "filter2", "filter3"]
    assert [row.factor for row in panel.rows] == FACTORS
    assert [row.suffers for row in panel.rows] == TARGETS
    assert DROPS[3] == -0.03
    assert [row.lost for row in panel.rows] == ["0.0100", "0.2000", "0.0500", "−0.0300"]
    assert {row.sites for row in panel.rows} == {"3"}
    assert all('aria-label="AAAAA"' in row.logo for row in panel.rows)


def test_matches_dead_filters_and_what_is_not_known(tmp_path):
    folder = write_filters(tmp_path, 1)
    table = read_matches(folder / "matches.tsv")
    trained = table[table["variant"] == "trained"].assign(
        relevant_tf=["", "SP1", "", ""],
        relevant_id=["", "MA0079.3", "", ""],
        relevant_evalue=[np.nan, 2e-9, np.nan, np.nan],
        best_id=["MA0615.1", "MA0001.1", "", ""],
        best_name=["Gmeb1", "X", "", ""],
        best_evalue=[0.04, 1e-12, np.nan, np.nan],
        dead=[False, False, False, True],
        n_sites=pd.array([31737, 12, None, 0], dtype="Int64"),
    )
    write_matches(folder / "matches.tsv", {"trained": trained})
    (panel,) = read_filters(of(folder, kinds=KINDS[:3]))
    assert not panel.measured
    assert [row.match for row in panel.rows] == ["Gmeb1 MA0615.1", "SP1 MA0079.3", "–", "dead"]
    # The E-value is that of the match that is named.
    assert [row.evalue for row in panel.rows] == ["0.04", "2e-09", "–", "–"]
    assert [row.sites for row in panel.rows] == ["31,737", "12", "–", "0"]
    assert [bool(row.logo) for row in panel.rows] == [True, True, True, False]
    assert {(row.lost, row.suffers) for row in panel.rows} == {("–", "")}


def test_where_no_motif_is_relevant_any_match_counts(tmp_path):
    folder = write_filters(tmp_path, 1)
    summary = json.loads((folder / "summary.json").read_text())
    summary["variants"]["trained"] = {"match_any": 0.5}
    (folder / "summary.json").write_text(json.dumps(summary))
    (panel,) = read_filters(of(folder))
    assert panel.summary == "2 of 4 filters match a motif of the database"


def test_importance_is_that_of_first_layers(tmp_path):
    first, deeper = write_filters(tmp_path, 1), write_filters(tmp_path, 2)
    summary = json.loads((deeper / "summary.json").read_text())
    (deeper / "summary.json").write_text(json.dumps(summary | {"layer": 2}))
    files = of(deeper, first, kinds=KINDS[:3])
    panels = read_filters([*files, first / "importance.tsv"])
    assert [(panel.key.layer, panel.measured) for panel in panels] == [(2, False), (1, True)]
    assert read_filters([]) == []


def test_files_that_do_not_belong_together(tmp_path):
    first, second = write_filters(tmp_path, 1), write_filters(tmp_path, 2, names=[0, 1, 2, 4])
    with pytest.raises(UserError, match="give one of each per layer of a run"):
        read_filters([*of(first), second / "importance.tsv"])
    with pytest.raises(UserError, match="cnn-2 relu, seed 2: matches, motifs and importance are not about"):
        read_filters(of(second))
