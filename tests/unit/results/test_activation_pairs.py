import math

import pandas as pd
import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.results.activation_pairs import PAIR_COLUMNS, activation_pairs
from motifcnn.results.attribution_scores import attribution_table
from motifcnn.results.published import Published, PublishedComparison
from motifcnn.results.tables import read_table, results_table, write_table
from scipy import stats


def summary(activation, seed, relevant, aupr, architecture="cnn-2", n_filters=10, **more):
    variants = {"trained": {"match_relevant": relevant, "match_any": 0.9}}
    run = {"dataset": "d", "architecture": architecture, "activation": activation, "seed": seed, "layer": 1}
    return run | {"n_filters": n_filters, "aupr": aupr, "variants": variants} | more


RELEVANT = {"sigmoid": [0.0, 0.0, 0.2], "relu": [0.1, 0.5, 0.6], "shift_sigmoid": [0.9, 1.0, 0.8]}
AUPR = {"sigmoid": [0.80, 0.82, 0.81], "relu": [0.81, 0.85, 0.83], "shift_sigmoid": [0.9, 0.89, 0.91]}
RUNS = [
    summary(name, seed, RELEVANT[name][seed - 1], AUPR[name][seed - 1])
    for name in RELEVANT
    for seed in (1, 2, 3)
]
KEY = RunKey("d", "cnn-2", "sigmoid")
THEIRS = PublishedComparison(1e-5, "a notebook")


def pairs(runs=RUNS, **comparisons):
    published = Published("P", "P", "", **comparisons)
    table = activation_pairs(results_table(runs), published)
    return table.set_index(["activation", "other", "metric"])


def test_every_pair_is_compared_once_in_both_metrics():
    table = pairs()
    # The later activation of the table minus the earlier one.
    two = [("relu", "sigmoid"), ("shift_sigmoid", "sigmoid"), ("shift_sigmoid", "relu")]
    assert list(table.index) == [(*pair, metric) for metric in ("match_relevant", "aupr") for pair in two]
    row = table.loc["relu", "sigmoid", "aupr"]
    assert (row["mean"], row["other_mean"]) == pytest.approx((0.83, 0.81))
    assert row["difference"] == pytest.approx(0.02)
    assert row["p"] == pytest.approx(stats.ttest_ind(AUPR["relu"], AUPR["sigmoid"], equal_var=False).pvalue)
    assert list(row[["n_seeds", "other_n_seeds"]]) == [3, 3]


def test_seeds_that_agree_by_chance_vary_as_filters_do():
    runs = [summary(name, seed, share, 0.9) for name, share in (("a", 0.5), ("b", 0.5)) for seed in (1, 2)]
    row = pairs(runs).loc["b", "a", "match_relevant"]
    assert row["p"] == pytest.approx(1)
    assert (row["g"], row["g_low"]) == (0, pytest.approx(-row["g_high"]))
    # auPR has no such floor: two equal sets of equal numbers have no unit to measure a difference in.
    assert math.isnan(pairs(runs).loc["b", "a", "aupr"]["g"])


def test_p_values_are_adjusted_over_all_pairs_of_the_dataset():
    table = pairs()
    order = table["p"].sort_values()
    assert table.loc[order.index[0], "p_holm"] == pytest.approx(6 * order.iloc[0])
    assert table.loc[order.index[1], "p_holm"] == pytest.approx(max(6 * order.iloc[0], 5 * order.iloc[1]))


def test_the_paper_s_comparisons_have_its_direction_its_test_and_an_adjustment_of_their_own():
    # The paper modifies relu into sigmoid, as it were: the table has them the other way round.
    table = pairs(comparisons={(KEY, "relu", "match_relevant"): THEIRS})
    row = table.loc["sigmoid", "relu", "match_relevant"]
    assert row["difference"] == pytest.approx(0.2 / 3 - 0.4)
    assert row["p_student"] == pytest.approx(stats.ttest_ind(RELEVANT["sigmoid"], RELEVANT["relu"]).pvalue)
    assert (row["published_p"], row["source"]) == (1e-5, "a notebook")
    # It is the only one that was planned, and the other five are adjusted without it.
    assert row["p_holm"] == pytest.approx(row["p"])
    others = table[table["source"] == ""]
    assert others["p_holm"].min() == pytest.approx(5 * others["p"].min())
    assert others["published_p"].isna().all()


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_paper_s_test_takes_the_spread_as_it_is(ddof):
    shares = {"a": [0.5, 0.5, 0.6], "b": [0.6, 0.7, 0.7]}
    runs = [summary(name, seed, share, 0.9) for name, values in shares.items() for seed, share in enumerate(values)]
    published = Published("P", "P", "", comparisons={(KEY._replace(activation="b"), "a", "match_relevant"): THEIRS})
    row = activation_pairs(results_table(runs, ddof=ddof), published, ddof=ddof).iloc[0]
    assert row["p_student"] == pytest.approx(stats.ttest_ind(shares["b"], shares["a"]).pvalue)
    # Ten filters vary more than that by chance: n = 3, p = 17/32 and 21/32 with a success and a failure added.
    sds = [math.sqrt(p * (1 - p) / 10) for p in (21 / 32, 17 / 32)]
    welch = stats.ttest_ind_from_stats(2 / 3, sds[0], 3, 1.6 / 3, sds[1], 3, equal_var=False).pvalue
    assert row["p"] == pytest.approx(welch)


def test_datasets_and_networks_keep_the_order_of_the_table():
    places = [("z", "cnn-50"), ("z", "cnn-2"), ("a", "cnn-50")]
    runs = [
        summary(name, seed, 0.5, 0.9, architecture=architecture, dataset=dataset)
        for dataset, architecture in places
        for name in ("relu", "elu")
        for seed in (1, 2)
    ]
    table = activation_pairs(results_table(runs))
    in_order = dict.fromkeys(zip(table["dataset"], table["architecture"], strict=True))
    assert list(in_order) == places
    assert (table["activation"] == "elu").all()


def test_one_seed_concludes_nothing():
    table = pairs([run for run in RUNS if run["seed"] == 1], comparisons={(KEY, "relu", "match_relevant"): THEIRS})
    assert table["difference"].notna().all()
    assert table[["p", "p_holm", "p_student", "g"]].isna().all(axis=None)


def test_networks_settings_and_layers_are_not_mixed():
    runs = [summary("relu", 1, 0.5, 0.9), summary("elu", 1, 0.5, 0.9, architecture="cnn-50")]
    runs += [summary("elu", 1, 0.5, 0.9, setting="low"), summary("elu", 1, 0.5, None, layer=2)]
    assert pairs(runs).empty


def test_settings_that_share_their_trainings_have_one_aupr():
    low = [run | {"setting": "low"} for run in RUNS]
    low[0] = low[0] | {"variants": {"trained": {"match_relevant": 0.1, "match_any": 0.9}}}
    table = activation_pairs(results_table([*RUNS, *low]))
    auprs, shares = (table[table["metric"] == metric] for metric in ("aupr", "match_relevant"))
    assert (auprs["setting"].tolist(), shares["setting"].tolist()) == ([""] * 3, [""] * 3 + ["low"] * 3)
    # Nine tests, not twelve.
    assert table["p_holm"].min() == pytest.approx(9 * table["p"].min())
    # Of a comparison that the paper makes under one of them, that row stays.
    key = RunKey("d", "cnn-2", "shift_sigmoid", "low")
    theirs = Published("P", "P", "", comparisons={(key, "sigmoid", "aupr"): THEIRS})
    planned = activation_pairs(results_table([*RUNS, *low]), theirs)
    assert len(planned) == 9
    assert planned.loc[planned["source"] != "", ["setting", "metric"]].values.tolist() == [["low", "aupr"]]
    # Trained anew, each setting has its own.
    anew = [run | {"aupr": run["aupr"] - 0.1} for run in low]
    assert len(activation_pairs(results_table([*RUNS, *anew]))) == 12


def test_attributions_are_compared_by_method_and_are_a_family_of_their_own():
    auroc = {"relu": [0.70, 0.72, 0.71], "elu": [0.74, 0.75, 0.79]}
    about = [
        {"dataset": "d", "architecture": "cnn-2", "activation": name, "seed": seed, "method": method, "target": "SP1"}
        | {"sequences": 5, "attribution_auroc": value + 0.1 * (method == "b"), "proxy_auroc": 0.5}
        for method in ("a", "b")
        for name, values in auroc.items()
        for seed, value in enumerate(values)
    ]
    alone = activation_pairs(results_table(RUNS))
    table = activation_pairs(results_table(RUNS), None, attribution_table(about))
    pd.testing.assert_frame_equal(table[: len(alone)], alone)
    found = table[len(alone) :]
    assert (alone["method"] == "").all()
    assert found["method"].tolist() == ["a", "b"]
    assert found[["activation", "other", "metric"]].drop_duplicates().values.tolist() == [
        ["elu", "relu", "attribution_auroc"]
    ]
    welch = stats.ttest_ind(auroc["elu"], auroc["relu"], equal_var=False).pvalue
    assert found["difference"].tolist() == pytest.approx([0.05, 0.05])
    assert found["p"].tolist() == pytest.approx([welch, welch])
    assert found["p_holm"].tolist() == pytest.approx([2 * welch, 2 * welch])
    # Without planted motifs, the proxy stands in.
    proxies = [run | {"attribution_auroc": None} for run in about]
    metrics = activation_pairs(results_table(RUNS), None, attribution_table(proxies))["metric"]
    assert metrics.tolist()[-2:] == ["proxy_auroc"] * 2


def test_without_relevant_motifs_any_motif_counts():
    runs = [summary(name, 1, None, 0.9) for name in ("relu", "elu")]
    assert [metric for *_, metric in pairs(runs).index] == ["match_any", "aupr"]


def test_the_file_keeps_small_p_values(tmp_path):
    table = activation_pairs(results_table(RUNS))
    table.loc[0, "p"] = 7.917e-22
    write_table(tmp_path / "comparisons.tsv", table)
    again = read_table(tmp_path / "comparisons.tsv", PAIR_COLUMNS)
    assert again.loc[0, "p"] == 7.92e-22
    assert list(again.columns) == list(PAIR_COLUMNS)
    assert again.loc[1:, "p"].tolist() == pytest.approx(table.loc[1:, "p"].tolist(), rel=0.005)
