import math
from dataclasses import replace

import pandas as pd
import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.core.errors import UserError
from motifcnn.results.published import Published, Value
from motifcnn.results.statements import Statement
from motifcnn.results.statistics import welch
from motifcnn.results.tables import MOTIFS_FOUND_COLUMNS, motifs_found, read_table, results_table, write_table
from motifcnn.report.replication import for_readers
from motifcnn.results.verdicts import STATEMENT_COLUMNS, judge, read_verdicts


def table(metric="match_relevant", **networks):
    """Trained rows of a table of results; a network's numbers are (mean, low, high), or a mean where there is one seed."""
    rows = []
    for name, numbers in networks.items():
        mean, low, high = numbers if isinstance(numbers, tuple) else (numbers, math.nan, math.nan)
        architecture, _, layer = name.partition("_")
        row = {"dataset": "d", "architecture": architecture, "activation": "relu", "layer": int(layer or 1)}
        row |= {"row": "trained", "n_seeds": 1 if math.isnan(low) else 5, "n_undertrained": 0}
        row |= {"n_filters": 30, "motifs_total": 12}
        rows.append(row | {f"{metric}_mean": mean, f"{metric}_low": low, f"{metric}_high": high})
    return pd.DataFrame(rows)


def spread(metric="auroc", **networks):
    """The same of networks that are compared; a network's numbers are (mean, sample sd), of five seeds."""
    made = table(metric, **{name: (one if isinstance(one, float) else one[0]) for name, one in networks.items()})
    made["n_seeds"] = [1 if isinstance(one, float) else 5 for one in networks.values()]
    return made.assign(**{f"{metric}_sd": [0.0 if isinstance(one, float) else one[1] for one in networks.values()]})


def network(name):
    architecture, _, layer = name.partition("_")
    return RunKey("d", architecture, "relu", layer=int(layer or 1))


def statement(rule, bound, networks, metric="match_relevant"):
    if rule in ("above", "above_in_turn"):
        bound = tuple(map(network, bound))
    return Statement("n", "s", "t", "d", metric, tuple(map(network, networks)), rule, bound)


def verdict(made, *args, **more):
    return judge(made, Published("P", "P", "", statements=(statement(*args, **more),))).iloc[0]["verdict"]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0.9, 0.87, 0.95), (0.95, 0.9, 1.0), "holds"),
        # An end may lie on the bound: for 17 of 20 filters, too, whose share is no exact double.
        ((0.9, 0.85, 0.95), (1.0, 1.0, 1.0), "holds"),
        ((0.9, 0.8499999999, 0.95), (1.0, 1.0, 1.0), "holds"),
        ((0.9, 0.849, 0.95), (1.0, 1.0, 1.0), "undecided"),
        # The other side of the bound without touching it: for one network is enough.
        ((0.7, 0.6, 0.84), (1.0, 1.0, 1.0), "fails"),
        ((0.8, 0.7, 0.85), (1.0, 1.0, 1.0), "undecided"),
        ((0.8, 0.7, 0.8499999999), (1.0, 1.0, 1.0), "undecided"),
        # A single seed decides nothing, however far off; nor does it keep another from failing.
        (0.1, (1.0, 1.0, 1.0), "undecided"),
        (1.0, 1.0, "undecided"),
        (1.0, (0.5, 0.4, 0.6), "fails"),
    ],
)
def test_at_least_in_each_of_two(a, b, expected):
    assert verdict(table(a=a, b=b), "at_least", 0.85, ["a", "b"]) == expected


@pytest.mark.parametrize(
    ("a", "expected"),
    [
        ((0.1, 0.0, 0.2), "holds"),
        ((0.2, 0.2, 0.2), "holds"),
        ((0.2, 0.1, 0.21), "undecided"),
        ((0.3, 0.2, 0.4), "undecided"),
        ((0.3, 0.21, 0.4), "fails"),
    ],
)
def test_at_most(a, expected):
    assert verdict(table(a=a), "at_most", 0.2, ["a"]) == expected


@pytest.mark.parametrize(
    ("a", "expected"),
    [
        ((0.65, 0.6, 0.7), "holds"),
        ((0.65, 0.59, 0.66), "undecided"),
        ((0.65, 0.64, 0.71), "undecided"),
        # Wider than the range on both sides: nothing is known.
        ((0.65, 0.5, 0.8), "undecided"),
        ((0.55, 0.5, 0.59), "fails"),
        ((0.75, 0.71, 0.8), "fails"),
    ],
)
def test_within(a, expected):
    made = table("auroc", a=a)
    assert verdict(made, "within", (0.6, 0.7), ["a"], metric="auroc") == expected


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        # Neighbours differ by 0.2 ± 0.02.
        ((0.9, 0.03), (0.7, 0.03), (0.5, 0.03), "holds"),
        # First and last differ by 0.4 ± 0.02, the middle from neither.
        ((0.9, 0.03), (0.7, 0.3), (0.5, 0.03), "undecided"),
        # First and last do not differ by more than the seeds do.
        ((0.9, 0.4), (0.7, 0.03), (0.5, 0.4), "undecided"),
        # The middle stands in reverse, but not for certain.
        ((0.9, 0.03), (0.5, 0.03), (0.51, 0.03), "undecided"),
        # Equal means are no fall.
        ((0.9, 0.03), (0.5, 0.03), (0.5, 0.03), "undecided"),
        # In reverse and apart, first and last or any other two.
        ((0.5, 0.03), (0.7, 0.03), (0.9, 0.03), "fails"),
        ((0.9, 0.03), (0.5, 0.03), (0.6, 0.03), "fails"),
        # First and last alone, since the middle is close to both.
        ((0.5, 0.03), (0.7, 0.9), (0.9, 0.03), "fails"),
        (0.9, (0.7, 0.03), (0.5, 0.03), "undecided"),
    ],
)
def test_a_falling_order_and_the_same_one_rising(a, b, c, expected):
    made = spread(a=a, b=b, c=c)
    more = {"metric": "auroc"}
    assert verdict(made, "order", "falling", ["a", "b", "c"], **more) == expected
    assert verdict(made, "order", "rising", ["c", "b", "a"], **more) == expected


def test_an_order_of_four():
    made = spread(a=(0.9, 0.03), b=(0.7, 0.03), c=(0.5, 0.03), d=(0.3, 0.03))
    for bound, networks, expected in (
        ("falling", "abcd", "holds"),
        ("rising", "dcba", "holds"),
        ("rising", "dbca", "fails"),
        ("falling", "acbd", "fails"),
    ):
        assert verdict(made, "order", bound, list(networks), metric="auroc") == expected


@pytest.mark.parametrize(
    ("deep", "others", "expected"),
    [
        ((0.8, 0.03), [(0.1, 0.03), (0.5, 0.03)], "holds"),
        ((0.8, 0.03), [(0.1, 0.03), (0.79, 0.03)], "undecided"),
        ((0.3, 0.03), [(0.1, 0.03), (0.5, 0.03)], "fails"),
        # Without any spread the networks differ as far as the binomial distribution allows to say so.
        ((1.0, 0.0), [(0.0, 0.0), (0.0, 0.0)], "holds"),
        ((1.0, 0.0), [(0.0, 0.0), (0.99, 0.0)], "undecided"),
        ((1.0, 0.0), [(0.0, 0.0), (1.0, 0.0)], "undecided"),
        (1.0, [(0.0, 0.0), (0.0, 0.0)], "undecided"),
    ],
)
def test_a_deeper_layer_above_two_others(deep, others, expected):
    made = spread("match_relevant", a_3=deep, a=others[0], a_2=others[1])
    assert verdict(made, "above", ["a", "a_2"], ["a_3"]) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        # Each 0.2 above the other in its place, whatever lies across.
        ((0.9, 0.03), (0.5, 0.03), "holds"),
        ((0.9, 0.03), (0.31, 0.03), "undecided"),
        ((0.9, 0.03), (0.1, 0.03), "fails"),
        ((0.71, 0.3), (0.5, 0.03), "undecided"),
        (0.9, (0.5, 0.03), "undecided"),
    ],
)
def test_each_above_its_counterpart(a, b, expected):
    made = spread(a=a, b=b, x=(0.7, 0.03), y=(0.3, 0.03))
    assert verdict(made, "above_in_turn", ["x", "y"], ["a", "b"], metric="auroc") == expected
    # Where one pair was not run, the other can refute but not confirm.
    alone = {"holds": "undecided", "undecided": "undecided", "fails": "fails"}[expected]
    assert verdict(made, "above_in_turn", ["x", "y", "z"], ["a", "b", "c"], metric="auroc") == alone
    # One of each side is no pair.
    assert verdict(made, "above_in_turn", ["c", "y"], ["a", "d"], metric="auroc") == "not tested"


def test_statements_about_a_method_are_judged_by_its_row_of_the_attributions():
    metric = "attribution_auroc"
    by_saliency, by_mine = spread(metric, a=(0.9, 0.03), b=(0.5, 0.03)), spread(metric, a=(0.3, 0.03), b=(0.6, 0.03))
    rows = pd.concat([by_saliency.assign(method="saliency"), by_mine.assign(method="mine")], ignore_index=True)
    rows = rows.drop(columns=["row", "layer", "n_filters", "motifs_total"])
    stated = tuple(
        replace(statement("above", ["b"], ["a"], metric), name=method, method=method)
        for method in ("saliency", "mine", "deep_shap")
    )
    values = {(network("a"), metric, "saliency"): Value(0.771, 0.013, "exact", "t", 10)}
    published = Published("P", "P", "", values=values, statements=stated)
    found = judge(table("auroc", a=0.8), published, None, rows)
    assert found["verdict"].tolist() == ["holds", "fails", "not tested"]
    assert found["criterion"][0] == "auROC of saliency above each of the others"
    assert found["published"].tolist() == ["a: 0.771 ± 0.013", "", ""]
    assert found["not_run"].tolist() == ["", "", "a; b"]
    assert judge(table("auroc", a=0.8), published)["verdict"].tolist() == ["not tested"] * 3


def test_statements_that_compare_networks_share_the_level():
    # p = 0.035 of Welch's test, by itself and beside another statement that says nothing.
    made = spread(a=(0.9, 0.1), b=(0.74, 0.1))
    assert 0.025 < welch((0.9, 0.1, 5), (0.74, 0.1, 5)) < 0.05
    first, second = (
        replace(statement("above", [low], [high], "auroc"), name=low) for high, low in (("a", "b"), ("b", "a"))
    )
    bounded = statement("at_least", 0.5, ["a"], "auroc")
    one = judge(made, Published("P", "P", "", statements=(first, bounded)), ddof=1)
    two = judge(made, Published("P", "P", "", statements=(first, second)), ddof=1)
    assert (one["verdict"][0], two["verdict"].tolist()) == ("holds", ["undecided", "undecided"])
    # As a population's, the same sd is that of a larger sample's.
    assert judge(made, Published("P", "P", "", statements=(first,)))["verdict"][0] == "undecided"


def test_a_failure_is_adjusted_for_the_pairs_that_may_fail():
    # Of three pairs, one in reverse with p = 0.04.
    made = spread(a=(0.73, 0.1), b=(0.9, 0.1), c=(0.9, 0.1))
    assert verdict(made, "order", "falling", ["a", "b"], metric="auroc") == "fails"
    assert verdict(made, "order", "falling", ["a", "b", "c"], metric="auroc") == "undecided"


def test_what_was_not_run_can_refute_but_not_confirm():
    made = table(a=(0.9, 0.88, 0.95), b=(0.5, 0.4, 0.6), c=(0.4, 0.3, 0.45)).assign(match_relevant_sd=0.01)
    assert verdict(made, "at_least", 0.85, ["x", "y"]) == "not tested"
    assert verdict(made, "at_least", 0.85, ["a", "x"]) == "undecided"
    assert verdict(made, "at_least", 0.85, ["b", "x"]) == "fails"
    assert verdict(made, "order", "falling", ["a", "x", "y"]) == "not tested"
    assert verdict(made, "order", "falling", ["a", "x", "b"]) == "undecided"
    assert verdict(made, "order", "falling", ["b", "x", "a"]) == "fails"
    # The first layer of a is there, its second is not.
    assert verdict(made, "above", ["a"], ["a_2"]) == "not tested"
    assert verdict(made, "above", ["b", "a_2"], ["a"]) == "undecided"
    assert verdict(made, "above", ["a", "a_2"], ["b"]) == "fails"


def test_undertrained_networks_are_judged_by_nothing():
    made = table(a=(0.9, 0.88, 0.95), b=(0.5, 0.4, 0.6))
    made["n_undertrained"] = [0, 1]
    published = Published(
        "P", "P", "", statements=(statement("at_least", 0.85, ["a"]), statement("at_least", 0.85, ["a", "b"]))
    )
    found = judge(made, published)
    assert found["verdict"].tolist() == ["holds", "not tested"]
    assert found["undertrained"].tolist() == ["", "b"]
    assert found["ours"][1].endswith("; b: 0.500 (0.400 to 0.600, 5 seeds)")
    assert for_readers(found).not_tested == "Not tested, as their networks were not trained for long enough: n."


def test_a_network_that_was_run_and_has_no_value_is_not_called_one_that_was_not_run():
    made = table(a=(0.9, 0.88, 0.95), b=math.nan).assign(match_relevant_sd=0.01)
    assert verdict(made, "at_least", 0.85, ["b"]) == "not tested"
    assert verdict(made, "at_least", 0.85, ["a", "b"]) == "undecided"
    assert verdict(made, "at_most", 0.85, ["a", "b"]) == "fails"
    stated = tuple(
        replace(statement(*one), name=f"no. {number}")
        for number, one in enumerate(
            [
                ("above", ["b"], ["a"]),
                ("at_least", 0.85, ["b"]),
                ("at_least", 0.85, ["x"]),
                ("at_least", 0.85, ["a", "b", "x"]),
            ],
            1,
        )
    )
    found = judge(made, Published("P", "P", "", statements=stated))
    assert found["against"][0] == "b: no value"
    assert found["ours"][3] == "a: 0.900 (0.880 to 0.950, 5 seeds); b: no value"
    assert found["not_run"].tolist() == ["", "", "x", "x"]
    shown = for_readers(found)
    (answer,) = shown.datasets[0][1]
    assert [number[:2] for number in answer.numbers] == [
        ("a", "0.900 (0.880 to 0.950, 5 seeds)"),
        ("b", "no value"),
        ("x", "not run"),
    ]
    assert shown.not_tested == (
        "Not tested, as their networks were not run: no. 3. "
        "Not tested, as their networks have no such value: no. 1; no. 2."
    )


def test_the_numbers_that_decide_it_in_words():
    values = {
        (RunKey("d", "a", "relu", layer=2), "match_relevant"): Value(0.847, 0.021, "exact", "t", 5),
        (RunKey("d", "b", "relu"), "match_relevant"): Value(0.93, None, "approx", "t", 5),
        (RunKey("d", "c", "relu"), "match_relevant"): Value(0.967, None, "single_run", "t", 1),
    }
    stated = statement("above", ["b", "c"], ["a_2", "a_3"])
    made = table(a_2=(0.9, 0.85, 0.95), b=0.5).assign(match_relevant_sd=0.01)
    row = judge(made, Published("P", "P", "", values=values, statements=(stated,))).iloc[0]
    assert row["ours"] == "a, layer 2: 0.900 (0.850 to 0.950, 5 seeds)"
    assert row["against"] == "b: 0.500 (one seed)"
    assert row["published"] == "a, layer 2: 0.847 ± 0.021; b: about 0.93; c: 0.967 (one training)"
    assert row["not_run"] == "a, layer 3; c"
    assert row["criterion"] == "Match relevant above each of the others"
    shown = for_readers(pd.DataFrame([row])).datasets[0][1][0]
    assert shown.numbers == (
        ("a, layer 2", "0.900 (0.850 to 0.950, 5 seeds)", "0.847 ± 0.021"),
        ("against b", "0.500 (one seed)", "about 0.93"),
        ("a, layer 3", "not run", "–"),
        ("c", "not run", "0.967 (one training)"),
    )


@pytest.mark.parametrize(
    ("rule", "bound", "networks", "words"),
    [
        ("at_least", 0.85, ["a", "b"], "Match relevant at least 0.85 in each"),
        ("at_most", 0.2, ["a"], "Match relevant at most 0.2"),
        ("at_most", 0.2, ["a", "b"], "Match relevant at most 0.2 in each"),
        ("within", (0.6, 0.7), ["a"], "Match relevant from 0.6 to 0.7"),
        ("within", (0.6, 0.7), ["a", "b"], "Match relevant from 0.6 to 0.7 in each"),
        ("order", "falling", ["a", "b"], "Match relevant falling in this order"),
        ("above_in_turn", ["c"], ["a"], "Match relevant each above its counterpart"),
    ],
)
def test_the_criterion_in_words(rule, bound, networks, words):
    published = Published("P", "P", "", statements=(statement(rule, bound, networks),))
    assert judge(table(a=0.5), published).iloc[0]["criterion"] == words


def test_activations_are_named_where_they_differ():
    both = (RunKey("d", "a", "relu"), RunKey("d", "a", "exponential"))
    stated = Statement("n", "s", "t", "d", "match_relevant", both, "at_least", 0.5)
    row = judge(table(a=0.4), Published("P", "P", "", statements=(stated,))).iloc[0]
    assert (row["ours"], row["not_run"]) == ("a relu: 0.400 (one seed)", "a exponential")


def test_settings_are_told_apart():
    both = (RunKey("d", "a", "relu"), RunKey("d", "a", "relu", "low"))
    stated = Statement("n", "s", "t", "d", "match_relevant", both, "order", "rising")
    rows = pd.concat([table(a=(0.2, 0.1, 0.3)), table(a=(0.6, 0.5, 0.7)).assign(setting="low")]).fillna("")
    rows = rows.assign(match_relevant_sd=0.01)
    row = judge(rows, Published("P", "P", "", statements=(stated,))).iloc[0]
    assert row["verdict"] == "holds"
    assert row["ours"] == "a: 0.200 (0.100 to 0.300, 5 seeds); a, low: 0.600 (0.500 to 0.700, 5 seeds)"


def summary(architecture, seed, relevant):
    variant = {"match_any": 1.0, "match_relevant": relevant, "motifs_found": 1, "motifs": {}}
    key = {"dataset": "d", "architecture": architecture, "activation": "relu", "layer": 1, "seed": seed}
    variants = {"trained": variant, "shuffled": variant | {"match_relevant": 0.0}}
    return key | {"n_filters": 20, "auroc": 0.9, "aupr": 0.8, "variants": variants}


def test_from_the_file_of_table_1_to_that_of_the_verdicts(tmp_path):
    runs = [summary("a", seed, 1 / 20) for seed in (1, 2, 3)] + [summary("b", s, 0.9) for s in (1, 2)]
    write_table(tmp_path / "table1.tsv", results_table(runs))
    stated = (
        statement("at_most", 0.5, ["a"]),
        statement("above", ["a"], ["b"]),
        statement("at_least", 0.5, ["x"]),
        statement("at_most", 0.1, ["b"]),
    )
    found = judge(read_table(tmp_path / "table1.tsv"), Published("P", "P", "", statements=stated))
    assert tuple(found) == STATEMENT_COLUMNS
    assert found["verdict"].tolist() == ["holds", "holds", "not tested", "fails"]
    assert found["ours"][1] == "b: 0.900 (0.161 to 0.998, 2 seeds)"
    assert found["against"][1] == "a: 0.050 (0.006 to 0.306, 3 seeds)"
    write_table(tmp_path / "statements.tsv", found)
    pd.testing.assert_frame_equal(read_verdicts(tmp_path / "statements.tsv"), found)
    # Without statements there is a table all the same, and it can be read back.
    write_table(tmp_path / "none.tsv", judge(read_table(tmp_path / "table1.tsv"), Published("P", "P", "")))
    assert read_verdicts(tmp_path / "none.tsv").empty
    with pytest.raises(UserError, match="lacks the column name"):
        read_verdicts(tmp_path / "table1.tsv")


@pytest.mark.parametrize(
    ("metric", "bound", "counts", "expected"),
    [
        # Five of five seeds: from 0.549 on.
        ("share", 0.5, {"SP1": [1] * 5, "YY1": [2] * 5}, "holds"),
        ("share", 0.5, {"SP1": [1] * 5, "YY1": [1] * 4 + [0]}, "undecided"),
        ("share", 0.5, {"SP1": [1] * 4, "YY1": [1] * 4}, "undecided"),
        # None of five seeds: up to 0.451.
        ("share", 0.5, {"SP1": [1] * 5, "YY1": [0] * 5}, "fails"),
        ("share", 0.5, {"SP1": [1], "YY1": [1]}, "undecided"),
        ("share", 0.5, {"SP1": [1] * 5}, "not tested"),
        ("filters", 1.5, {"SP1": [9] * 5, "YY1": [6] * 5}, "holds"),
        ("filters", 1.5, {"SP1": [9] * 5, "YY1": [0] * 5}, "fails"),
        ("filters", 1.5, {"SP1": [9], "YY1": [6]}, "undecided"),
    ],
)
def test_each_of_the_motifs_has_to_be_found(tmp_path, metric, bound, counts, expected):
    runs = []
    for seed, found in enumerate(zip(*counts.values(), strict=True), start=1):
        runs.append(summary("a", seed, 0.5))
        runs[-1]["variants"]["trained"]["motifs"] = dict(zip(counts, found, strict=True))
    stated = replace(statement("at_least", bound, ["a"], metric=metric), motifs=("SP1", "YY1"))
    published = Published("P", "P", "", statements=(stated,))
    write_table(tmp_path / "motifs.tsv", motifs_found(runs, published))
    motifs = read_table(tmp_path / "motifs.tsv", MOTIFS_FOUND_COLUMNS)
    judged = judge(results_table(runs), published, motifs).iloc[0]
    assert judged["verdict"] == expected
    if expected == "holds" and metric == "share":
        assert judged["criterion"] == "Share of seeds that find SP1, YY1: at least 0.5"
        assert judged["ours"] == "a: 1.000 (0.549 to 1.000, 5 seeds)"


def test_a_statement_is_judged_on_another_dataset_that_it_is_true_of():
    said = (statement("at_least", 0.85, ["a"]),)
    made = table(a=(0.9, 0.87, 0.95)).assign(dataset="again")
    (row,) = judge(made, Published("P", "P", "", statements=said, also_on={"d": ("again",)})).to_dict("records")
    assert (row["dataset"], row["verdict"]) == ("again", "holds")
    assert judge(made, Published("P", "P", "", statements=said)).iloc[0]["verdict"] == "not tested"
