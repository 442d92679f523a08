import math

import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.results.comparison import differs, is_undertrained
from motifcnn.results.published import Published, Value
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
