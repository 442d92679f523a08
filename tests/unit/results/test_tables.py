import json
import math

import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from motifcnn.results.published import Published, Value
from motifcnn.results.statements import Statement
from motifcnn.results.statistics import Scale, interval
from motifcnn.results.tables import (
    MOTIFS_FOUND_COLUMNS,
    TABLE_COLUMNS,
    joined,
    motifs_found,
    read_summaries,
    read_table,
    results_table,
    shown_metrics,
    write_table,
)
from toys.two_seeds import GROUND_TRUTH, KEY, RUNS, summary, variant

PUBLISHED = Published(
    name="A & B 2019",
    citation="A, B.",
    url="",
    values={(KEY, "match_relevant"): Value(0.25, 0.05, "exact", "Table 1", 5)},
    shares={(KEY, "SP1"): 0.8},
)


def test_means_sd_and_deviation_by_hand():
    table = results_table(RUNS, PUBLISHED)
    assert tuple(table) == TABLE_COLUMNS
    assert list(table["row"]) == ["trained", "untrained", "ground_truth"]
    trained, untrained, truth = (row for _, row in table.iterrows())
    assert trained["n_seeds"] == 2
    # (0.2 + 0.5) / 2 = 0.35; sd with ddof 0 is half the difference.
    assert trained["match_relevant_mean"] == pytest.approx(0.35)
    assert trained["match_relevant_sd"] == pytest.approx(0.15)
    assert (trained["match_relevant_low"], trained["match_relevant_high"]) == pytest.approx(
        interval(0.35, 0.15 * math.sqrt(2), 2, Scale(trials=10))
    )
    assert trained["match_relevant_deviation"] == pytest.approx(0.10)
    assert trained["match_relevant_published_sd"] == 0.05
    assert (trained["match_relevant_kind"], trained["match_relevant_source"]) == ("exact", "Table 1")
    assert trained["aupr_mean"] == pytest.approx(0.82)
    # One motif of two, then both: (9/10 + 10/10) / 2.
    assert trained["motifs_found_mean"] == 1.5
    assert trained["one_minus_missed_per_filter_mean"] == pytest.approx(0.95)
    assert math.isnan(trained["aupr_published"])
    assert trained["aupr_kind"] == ""
    assert trained["match_relevant_published_n_seeds"] == 5
    assert math.isnan(trained["aupr_published_n_seeds"])
    assert (trained["n_filters"], trained["motifs_total"]) == (10, 2)
    # A control has no scores of the network, and nothing published.
    assert math.isnan(untrained["aupr_mean"])
    assert untrained["match_relevant_mean"] == pytest.approx(0.05)
    assert math.isnan(untrained["match_relevant_published"])
    assert truth["architecture"] == "ground_truth"
    assert truth["match_relevant_mean"] == 1
    assert truth["n_seeds"] == 1


def test_sample_sd():
    row = results_table(RUNS, ddof=1).iloc[0]
    assert row["match_relevant_sd"] == pytest.approx(0.15 * math.sqrt(2))


@pytest.mark.parametrize("ddof", [0, 1])
def test_one_seed_has_no_interval_and_no_sd(ddof):
    row = results_table(RUNS[1:2], ddof=ddof).iloc[0]
    assert math.isnan(row["match_relevant_sd"])
    assert math.isnan(row["match_relevant_low"])


def test_a_dataset_without_relevant_motifs():
    unknown = {"match_relevant": None, "motifs_found": None, "one_minus_missed_per_filter": None}
    run = summary(1, 0.4, {}, key=RunKey("peaks", "mine", "relu"))
    run["variants"]["trained"] |= unknown | {"motifs_total": 0}
    row = results_table([run]).iloc[0]
    assert row["match_any_mean"] == 0.4
    assert math.isnan(row["match_relevant_mean"])
    assert len(motifs_found([run])) == 0


def test_order_is_that_of_the_runs_with_the_ground_truth_last():
    other = summary(1, 0.1, {"SP1": 1, "YY1": 0}, key=RunKey("synthetic", "cnn-1", "relu"))
    table = results_table([*RUNS, other])
    assert list(table["architecture"]) == ["cnn-2", "cnn-2", "cnn-1", "ground_truth"]


def test_the_layers_of_a_network_stand_together_and_its_scores_with_the_first():
    deeper = [
        summary(seed, relevant, {"SP1": 1, "YY1": count}, key=KEY._replace(layer=layer))
        for layer, seed, relevant, count in ((3, 1, 0.9, 0), (2, 1, 0.6, 0), (2, 2, 0.8, 3))
    ]
    other = summary(1, 0.1, {"SP1": 1, "YY1": 0}, key=RunKey("synthetic", "cnn-1", "relu"))
    theirs = Published(
        "P", "P", "", values={(KEY._replace(layer=2), "match_relevant"): Value(0.5, 0.0, "exact", "t", 5)}
    )
    table = results_table([GROUND_TRUTH, RUNS[1], other, *deeper], theirs)
    table = table[table["row"] != "untrained"]
    assert list(zip(table["architecture"], table["layer"], strict=True)) == [
        ("cnn-2", 1), ("cnn-2", 2), ("cnn-2", 3), ("cnn-1", 1), ("ground_truth", 1),
    ]  # fmt: skip
    assert table["match_relevant_mean"].tolist() == pytest.approx([0.2, 0.7, 0.9, 0.1, 1.0])
    assert table["aupr_mean"].tolist() == pytest.approx([0.8, math.nan, math.nan, 0.8, math.nan], nan_ok=True)
    assert table["auroc_mean"].notna().tolist() == [True, False, False, True, False]
    assert table["match_relevant_deviation"].round(6).tolist()[1] == 0.2
    assert table["match_relevant_published"].notna().tolist() == [False, True, False, False, False]

    motifs = motifs_found([RUNS[1], *deeper])
    second = motifs[(motifs["layer"] == 2) & (motifs["motif"] == "YY1")]
    assert second[["n_seeds", "share", "filters_mean"]].to_numpy().tolist() == [[2, 0.5, 1.5]]


def test_motifs_found_by_hand():
    table = motifs_found(RUNS, PUBLISHED)
    assert tuple(table) == MOTIFS_FOUND_COLUMNS
    trained = table[table["row"] == "trained"].set_index("motif")
    assert trained.loc["SP1", ["share", "filters_mean", "published_share"]].tolist() == [1, 3, 0.8]
    assert trained.loc["YY1", "share"] == 0.5
    assert trained.loc["YY1", "filters_mean"] == 0.5
    assert math.isnan(trained.loc["YY1", "published_share"])
    assert set(table["row"]) == {"trained", "untrained", "ground_truth"}


def test_a_family_of_motifs_is_counted_where_a_statement_names_it():
    stated = Statement("n", "s", "t", "synthetic", "filters", (KEY,), "at_least", 2.5, ("GATA",))
    families = {"GATA": ("GATA1", "Gata4"), "ETS": ("ETV6",)}
    theirs = Published("P", "P", "", families=families, statements=(stated,))
    best = ({"GATA1": 1, "Gata4": 2, "SP1": 4}, {"ETV6": 3})
    runs = [
        summary(seed, 0.5, {"SP1": 4}, trained=variant(0.5, {"SP1": 4}, best=one))
        for seed, one in enumerate(best, start=1)
    ]
    table = motifs_found(runs, theirs).set_index("motif")
    assert list(table.index) == ["SP1", "GATA"]
    assert table.loc["GATA", ["n_seeds", "share", "filters_mean"]].tolist() == [2, 0.5, 1.5]
    # 3 and 0 of ten filters.
    low, high = interval(1.5, math.sqrt(4.5), 2, Scale(high=10, trials=10))
    assert table.loc["GATA", ["filters_low", "filters_high"]].tolist() == pytest.approx([low, high])
    assert table.loc["GATA", ["share_low", "share_high"]].tolist() == pytest.approx([0.025, 0.975])
    assert motifs_found(runs[:1], theirs)["share_low"].isna().all()
    # Neither on another dataset nor of summaries that do not know the best hits.
    other = [run | {"dataset": "other"} for run in runs]
    assert list(motifs_found(other, theirs)["motif"]) == ["SP1"]
    assert list(motifs_found(RUNS[1:], theirs)["motif"].unique()) == ["SP1", "YY1"]


def test_a_setting_has_rows_of_its_own_and_the_file_a_column(tmp_path):
    low = KEY._replace(setting="low")
    theirs = Published("P", "P", "", values={(low, "match_relevant"): Value(0.5, 0.0, "exact", "t", 5)})
    runs = [
        summary(seed, share, {"SP1": count}, key=key)
        for key, share, count in ((KEY, 0.2, 0), (low, 0.6, 1))
        for seed in (1, 2)
    ]
    table = results_table([*runs, GROUND_TRUTH], theirs)
    assert table["setting"].tolist() == ["", "low", ""]
    assert table["match_relevant_mean"].tolist() == [0.2, 0.6, 1.0]
    assert table["match_relevant_published"].fillna(-1).tolist() == [-1, 0.5, -1]
    assert motifs_found(runs)[["setting", "share"]].values.tolist() == [["", 0.0], ["low", 1.0]]
    write_table(tmp_path / "table1.tsv", table)
    assert (tmp_path / "table1.tsv").read_text().splitlines()[0].split("\t") == list(TABLE_COLUMNS)
    assert read_table(tmp_path / "table1.tsv")["setting"].tolist() == ["", "low", ""]


def test_the_file_says_what_the_table_says(tmp_path):
    path = tmp_path / "table1.tsv"
    table = results_table(RUNS, PUBLISHED)
    write_table(path, table)
    written = path.read_text().splitlines()[0].split("\t")
    # Where no setting is named there is no column of settings.
    assert written == [name for name in TABLE_COLUMNS if name != "setting"]
    again = read_table(path)
    assert list(again.dtypes) == list(table.dtypes)
    for column in table:
        for one, other in zip(table[column], again[column], strict=True):
            if isinstance(one, float):
                assert other == pytest.approx(one, abs=5e-7, nan_ok=True)
            else:
                assert one == other
    first = path.read_bytes()
    write_table(path, results_table(RUNS, PUBLISHED))
    assert path.read_bytes() == first


def test_numbers_in_the_file_are_plain(tmp_path):
    path = tmp_path / "motifs.tsv"
    write_table(path, motifs_found(RUNS))
    _, line, *_ = path.read_text().splitlines()
    *plain, filters_low, filters_high, published = line.split("\t")
    # Found in both of two seeds: sqrt(0.05), as half of p^2 is 2.5%.
    assert plain == ["synthetic", "cnn-2", "relu", "1", "trained", "SP1", "2", "1", "0.223607", "1", "3"]
    assert (float(filters_low), float(filters_high)) == pytest.approx(
        interval(3, math.sqrt(2), 2, Scale(high=10, trials=10)), abs=1e-6
    )
    assert published == ""


def test_numbers_are_rounded_and_small_p_values_are_not(tmp_path):
    numbers = [12.0, -1e-9, 0.1234567, 1e-22, math.nan]
    write_table(tmp_path / "t.tsv", pd.DataFrame({"motif": "NA", "share": numbers, "p": numbers}))
    lines = [line.split("\t") for line in (tmp_path / "t.tsv").read_text().splitlines()]
    assert lines[1:] == [
        ["NA", "12", "12"],
        ["NA", "0", "-1e-09"],
        ["NA", "0.123457", "0.123"],
        ["NA", "0", "1e-22"],
        ["NA", "", ""],
    ]
    # A motif may be called NA.
    assert read_table(tmp_path / "t.tsv", ["motif", "share"])["motif"].tolist() == ["NA"] * 5


def test_what_stands_in_two_tables_is_there_once():
    other = [run | {"dataset": "other"} for run in RUNS]
    one, both = results_table(RUNS), results_table([*RUNS, *other])
    pd.testing.assert_frame_equal(joined(iter([one, both])), both)


def test_figures_show_relevant_matches_of_trained_filters_where_they_are_known():
    assert shown_metrics(RUNS) == ("match_relevant", "aupr")
    unknown = variant(None, {})
    runs = [summary(seed, 0.5, {"SP1": 1}, trained=unknown) for seed in (1, 2)]
    assert shown_metrics(runs) == ("match_any", "aupr")
    assert shown_metrics([*runs, *RUNS]) == ("match_relevant", "aupr")
    # Those of a control do not count.
    runs[0]["variants"]["untrained"] = variant(0.5, {"SP1": 1})
    assert shown_metrics(runs) == ("match_any", "aupr")


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ([], "no summary.json"),
        ([{"dataset": "d"}], "lacks architecture, activation, seed, layer"),
        ([[1]], "no summary of a run"),
        ([RUNS[1], RUNS[1]], "the same layer of the same run"),
        ([{name: value for name, value in RUNS[1].items() if name != "layer"}], "it lacks layer"),
        ([RUNS[1] | {"layer": "conv2"}], "the layer 'conv2'"),
        ([RUNS[1] | {"layer": 0}], "the layer 0"),
    ],
)
def test_bad_summaries(tmp_path, contents, words):
    paths = []
    for number, content in enumerate(contents):
        paths.append(tmp_path / f"{number}.json")
        paths[-1].write_text(json.dumps(content))
    with pytest.raises(UserError, match=words):
        read_summaries(paths)


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is not a table"), ("a\tb\n1\t2\n", "lacks the column dataset")],
)
def test_bad_tables(tmp_path, text, words):
    path = tmp_path / "table1.tsv"
    path.write_text(text)
    with pytest.raises(UserError, match=words):
        read_table(path)


def test_a_table_with_a_word_for_a_number(tmp_path):
    path = tmp_path / "table1.tsv"
    write_table(path, results_table(RUNS))
    path.write_text(path.read_text().replace("\t0.35\t", "\tmuch\t"))
    with pytest.raises(UserError, match="no number"):
        read_table(path)
    with pytest.raises(UserError, match="does not exist"):
        read_table(tmp_path / "nowhere.tsv")
    with pytest.raises(UserError, match=r"cannot be read \(Is a directory\)"):
        read_table(tmp_path)


def test_patterns_in_attributions_have_a_row_of_their_own(tmp_path):
    patterns = [
        summary(seed, 0, {}) | {"n_filters": 2 * seed, "variants": {"modisco": variant(0.5, {"SP1": seed, "YY1": 0})}}
        for seed in (1, 2)
    ]
    paths = [tmp_path / f"{number}.json" for number in range(4)]
    for path, content in zip(paths, [*RUNS[1:], *patterns], strict=True):
        path.write_text(json.dumps(content))
    runs = read_summaries(paths)
    table = results_table(runs)
    assert list(table["row"]) == ["trained", "modisco", "untrained"]
    modisco = table.iloc[1]
    assert (modisco["n_seeds"], modisco["match_relevant_mean"]) == (2, 0.5)
    # As many patterns as there happen to be, and no scores of the network.
    assert math.isnan(modisco["n_filters"])
    assert math.isnan(modisco["aupr_mean"])
    found = motifs_found(runs)
    assert found[found["row"] == "modisco"].set_index("motif")["share"].to_dict() == {"SP1": 1, "YY1": 0}
    with pytest.raises(UserError, match="hold the same layer of the same run"):
        read_summaries([paths[2], paths[2]])
