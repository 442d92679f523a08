import math

import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.results.leaderboard import LEADERBOARD_COLUMNS, leaderboard
from motifcnn.results.published import MEDIAN, Published, Value
from motifcnn.results.tables import read_table, results_table, write_table
from toys.summaries import seeds

MATCH, AUPR = Value(0.5, None, MEDIAN, "t", 10, (0.4, 0.6)), Value(0.7, 0.1, "exact", "t", 5)
VALUES = {
    (RunKey("d", "a", "tanh"), "match_relevant"): MATCH,
    (RunKey("d", "a", "tanh"), "aupr"): AUPR,
    (RunKey("d", "a", "relu"), "match_relevant"): MATCH,
    # Of a setting, another architecture, and without a share.
    (RunKey("d", "a", "tanh", "low"), "match_relevant"): MATCH,
    (RunKey("d", "c", "tanh"), "match_relevant"): MATCH,
    (RunKey("d", "a", "elu"), "aupr"): AUPR,
}


def runs():
    found = [*seeds("a", "relu", [0.1, 0.3]), *seeds("a", "mine", [0.9, 0.7], aupr=0.6), *seeds("b", "mine", [0.0])]
    return [run | {"n_filters": 10} for run in found]


def test_published_networks_are_ranked_among_ours(tmp_path):
    write_table(tmp_path / "board.tsv", leaderboard(results_table(runs()), Published("P", "P", "", values=VALUES)))
    board = read_table(tmp_path / "board.tsv", LEADERBOARD_COLUMNS)
    places = list(board[["architecture", "activation", "who", "match"]].itertuples(index=False, name=None))
    assert places == [
        ("a", "mine", "ours", 0.8),
        ("a", "tanh", "published", 0.5),
        ("a", "relu", "published", 0.5),
        ("a", "relu", "ours", 0.2),
        ("b", "mine", "ours", 0.0),
    ]
    tanh, relu = board.iloc[1], board.iloc[2]
    assert (tanh["match_low"], tanh["match_high"], tanh["aupr"], tanh["n_seeds"]) == (0.4, 0.6, 0.7, 10)
    assert math.isnan(tanh["aupr_low"])
    assert math.isnan(relu["aupr"])
    assert board.iloc[0]["aupr"] == pytest.approx(0.6)
    assert board.iloc[0]["match_low"] < 0.8 < board.iloc[0]["match_high"]


def test_localisation_stands_beside_ours_where_it_is_known(tmp_path):
    known = {RunKey("d", "a", "mine"): [0.7, 0.9], RunKey("d", "b", "mine"): [0.5]}
    board = leaderboard(results_table(runs()), Published("P", "P", "", values=VALUES), known)
    write_table(tmp_path / "board.tsv", board)
    board = read_table(tmp_path / "board.tsv", LEADERBOARD_COLUMNS)
    ours = board[board["who"] == "ours"].set_index(["architecture", "activation"])
    assert ours["localisation"].to_dict() == pytest.approx(
        {("a", "mine"): 0.8, ("a", "relu"): math.nan, ("b", "mine"): 0.5}, nan_ok=True
    )
    # Student's t with one degree of freedom, 12.706, times 0.141 / √2: cut off at 0 and 1.
    assert ours.loc[("a", "mine"), ["localisation_low", "localisation_high"]].tolist() == [0, 1]
    assert math.isnan(ours.loc[("b", "mine"), "localisation_low"])
    assert board.loc[board["who"] == "published", "localisation"].isna().all()


def test_without_published_values_or_relevant_motifs():
    table = results_table([run | {"n_filters": 10} for run in seeds("a", "relu", [None])])
    (row,) = leaderboard(table).to_dict("records")
    assert (row["metric"], row["match"]) == ("match_any", 0.7)


def test_first_layers_of_trained_filters_in_the_order_of_the_table():
    places = [("z", "b"), ("z", "a"), ("a", "b")]
    runs = [
        run | {"n_filters": 10, "layer": layer}
        for dataset, architecture in places
        for layer, share in ((1, 0.2), (2, 0.9))
        for run in seeds(architecture, "relu", [share, share + 0.1], dataset=dataset, setting="low")
    ]
    for run in runs:
        run["variants"]["untrained"] = run["variants"]["trained"] | {"match_relevant": 1.0}
    table = results_table(runs)
    board = leaderboard(table, Published("P", "P", "", values=VALUES))
    assert list(zip(board["dataset"], board["architecture"], strict=True)) == places
    assert board[["setting", "n_seeds", "who"]].to_numpy().tolist() == [["low", 2, "ours"]] * 3
    assert board["match"].tolist() == pytest.approx([0.25] * 3)
    trained = table[(table["row"] == "trained") & (table["layer"] == 1)]
    for ours, source in (("match", "match_relevant"), ("aupr", "aupr")):
        for end in ("low", "high"):
            assert board[f"{ours}_{end}"].tolist() == trained[f"{source}_{end}"].tolist()
