import math

import numpy as np
import pandas as pd
import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.results import comparison
from motifcnn.results.comparison import compare, differs, group, is_undertrained
from motifcnn.results.published import Published, Value
from motifcnn.results.statistics import Scale
from motifcnn.results.tables import results_table
from scipy import stats

KEY = RunKey("synthetic", "cnn-2", "relu")


def run(seed, aupr, relevant):
    variants = {"trained": {"match_relevant": relevant, "motifs_total": 2}}
    return KEY.columns | {"seed": seed, "n_filters": 10, "aupr": aupr, "variants": variants}


RUNS = [run(1, 0.80, 0.2), run(2, 0.84, 0.5)]


def beside(values, **more):
    """A row of two seeds (auPR 0.80 and 0.84, relevant matches 0.2 and 0.5) beside published values."""
    theirs = Published("P", "P", "", epochs=100, values={(KEY, metric): value for metric, value in values.items()})
    return results_table([one | more for one in RUNS], theirs).iloc[0]


def test_a_deviation_is_tested_by_welch_and_adjusted_over_the_dataset():
    row = beside({"aupr": Value(0.5, 0.01, "exact", "t", 5), "match_relevant": Value(0.25, 0.05, "exact", "t", 5)})
    # The published sd divides by n.
    sd = 0.01 * math.sqrt(5 / 4)
    p = stats.ttest_ind_from_stats(0.82, 0.02 * math.sqrt(2), 2, 0.5, sd, 5, equal_var=False).pvalue
    assert row["aupr_p"] == pytest.approx(p)
    assert row["aupr_p_holm"] == pytest.approx(2 * p)
    assert row["match_relevant_p"] == row["match_relevant_p_holm"] == pytest.approx(0.625, abs=0.001)
    # p = 0.036 is significant alone, and not as one of two.
    assert p < 0.05 < row["aupr_p_holm"]
    assert not differs(row, "aupr")
    alone = beside({"aupr": Value(0.5, 0.01, "exact", "t", 5)})
    assert differs(alone, "aupr")


def test_shares_of_few_seeds_that_agree_vary_at_least_as_filters_do():
    runs = [run(seed, 0.8, 0.6) for seed in (1, 2)]
    values = {(KEY, name): Value(0.5, 0.01, "exact", "t", 5) for name in ("match_relevant", "aupr")}
    row = results_table(runs, Published("P", "P", "", values=values)).iloc[0]
    # Ten filters each, with a success and a failure added: 13 of 22 and 26 of 52.
    sds = [math.sqrt(p * (1 - p) / 10) for p in (13 / 22, 26 / 52)]
    welch = stats.ttest_ind_from_stats(0.6, sds[0], 2, 0.5, sds[1], 5, equal_var=False).pvalue
    assert row["match_relevant_p"] == pytest.approx(welch)
    assert welch > 0.3
    # Of an auPR there is no such spread.
    assert row["aupr_p"] < 0.001


@pytest.mark.parametrize(
    "value",
    [
        Value(0.5, None, "exact", "t", 5),
        Value(0.5, None, "single_run", "t", 1),
        Value(0.5, 0.01, "exact", "t", 1),
        Value(0.5, 0.01, "derived", "t", 5),
    ],
)
def test_what_has_no_spread_or_repeats_others_is_not_tested(value):
    row = beside({"aupr": value})
    assert row["aupr_deviation"] == pytest.approx(0.32)
    assert math.isnan(row["aupr_p"])
    assert not differs(row, "aupr")


def test_one_seed_and_undertrained_runs_are_not_tested():
    value = {"aupr": Value(0.5, 0.01, "exact", "t", 5)}
    row = beside(value, max_epochs=20, stopped="patience")
    assert (row["n_undertrained"], row["max_epochs"]) == (2, 20)
    assert math.isnan(row["aupr_p"])
    assert beside(value, max_epochs=100, stopped="epochs")["aupr_p"] < 0.05
    theirs = Published("P", "P", "", values={(KEY, "aupr"): value["aupr"]})
    assert math.isnan(results_table(RUNS[:1], theirs).iloc[0]["aupr_p"])


def test_a_run_is_undertrained_by_the_published_protocol_or_by_how_it_ended():
    known, unknown = Published("P", "P", "", epochs=100), Published("P", "P", "")
    for run, by_protocol, by_end in (
        ({"max_epochs": 99, "stopped": "patience"}, True, False),
        ({"max_epochs": 99, "stopped": "epochs"}, True, True),
        ({"max_epochs": 100, "stopped": "epochs"}, False, True),
        ({}, False, False),
    ):
        assert (is_undertrained(run, known), is_undertrained(run, unknown)) == (by_protocol, by_end)
        assert is_undertrained(run, None) == by_end


@pytest.mark.parametrize(("ddof", "sd"), [(0, 0.01 * math.sqrt(2 / 3)), (1, 0.01)])
def test_our_number_over_seeds(ddof, sd):
    values, theirs = [0.80, None, 0.82, 0.81], Value(0.8, 0.02, "exact", "t", 5)
    found = comparison.beside("aupr", values, Scale(), theirs, ddof=ddof, is_tested=True)
    assert (found["aupr_mean"], found["aupr_sd"]) == pytest.approx((0.81, sd))
    # The quantile of Student's t with two degrees of freedom is 4.302653. Neither end nor p depends on the sd shown.
    half = 4.302653 * 0.01 / math.sqrt(3)
    assert (found["aupr_low"], found["aupr_high"]) == pytest.approx((0.81 - half, 0.81 + half))
    p = stats.ttest_ind_from_stats(0.81, 0.01, 3, 0.8, 0.02 * math.sqrt(5 / 4), 5, equal_var=False).pvalue
    assert (found["aupr_deviation"], found["aupr_p"]) == pytest.approx((0.01, p))
    assert [found[f"aupr_{part}"] for part in ("published", "published_sd", "published_n_seeds")] == [0.8, 0.02, 5]
    # No interval where the scale is not known.
    assert comparison.beside("aupr", values, None, None, ddof=ddof, is_tested=True)["aupr_low"] is None


def network(metric, mean, sd, n_seeds=3, **more):
    return pd.Series({f"{metric}_mean": mean, f"{metric}_sd": sd, "n_seeds": n_seeds} | more)


FILTERS = {"n_filters": 10, "motifs_total": 4}


@pytest.mark.parametrize(
    ("metric", "sd", "expected"),
    [
        # Half of ten filters: sqrt(1/4 / 10). A wider spread stays.
        ("match_relevant", 0.01, math.sqrt(0.025)),
        ("match_relevant", 0.3, 0.3),
        # 0.5 of four motifs in three seeds, with one success and one failure added: 2.5 of 14.
        ("motifs_found", 0.0, 4 * math.sqrt(2.5 * 11.5 / 14**2 / 4)),
        # No count.
        ("aupr", 0.01, 0.01),
    ],
)
def test_seeds_vary_at_least_as_the_binomial_distribution_has_it(metric, sd, expected):
    row = network(metric, 0.5, sd, **FILTERS)
    assert group(row, metric, 1) == (0.5, pytest.approx(expected), 3)
    assert group(row, metric, 1, binomial=False) == (0.5, sd, 3)
    # The sd of a population becomes that of a sample first.
    assert group(row, metric, 0) == (0.5, pytest.approx(max(expected, sd * math.sqrt(3 / 2))), 3)
    # Of how many is not known.
    assert group(network(metric, 0.5, sd), metric, 1) == (0.5, sd, 3)


@pytest.mark.parametrize(("sd", "n_seeds"), [(math.nan, 3), (math.nan, 1), (0.1, 1)])
def test_without_a_spread_there_is_nothing_to_compare(sd, n_seeds):
    one, other = network("aupr", 0.5, sd, n_seeds), network("aupr", 0.9, 0.01)
    assert group(one, "aupr", 0) is None
    assert compare(one, other, "aupr", 0) == compare(other, one, "aupr", 0) == 1


def test_two_networks_are_compared_by_welch():
    values = {"one": [0.80, 0.84, 0.85], "other": [0.81, 0.88]}
    expected = stats.ttest_ind(*values.values(), equal_var=False).pvalue
    for ddof in (0, 1):
        one, other = (network("aupr", np.mean(seeds), np.std(seeds, ddof=ddof), len(seeds)) for seeds in values.values())
        assert compare(one, other, "aupr", ddof) == pytest.approx(expected)
    # Nothing to measure a difference by.
    assert compare(network("aupr", 0.5, 0.0), network("aupr", 0.6, 0.0), "aupr", 1) == 1
