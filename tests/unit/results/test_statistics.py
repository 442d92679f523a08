import numpy as np
import pytest
from motifcnn.results.statistics import summarise


def test_worked_by_hand():
    result = summarise([1.0, 2.0, 3.0, 4.0])
    assert (result["n"], result["mean"], result["sd"]) == (4, 2.5, pytest.approx(np.sqrt(1.25)))
    assert summarise([1.0, 2.0, 3.0, 4.0], ddof=1)["sd"] == pytest.approx(np.sqrt(5 / 3))


def test_interval_is_that_of_all_resamples():
    # Of two values the mean is 0, 0.5 or 1 with probability 1/4, 1/2, 1/4.
    result = summarise([0.0, 1.0])
    assert (result["low"], result["high"]) == (0, 1)
    narrow = summarise(np.random.default_rng(0).normal(size=400))
    assert narrow["low"] == pytest.approx(narrow["mean"] - 1.96 * narrow["sd"] / 20, abs=0.01)
    assert narrow["high"] == pytest.approx(narrow["mean"] + 1.96 * narrow["sd"] / 20, abs=0.01)


def test_reproducible():
    values = [0.1, 0.5, 0.4, 0.9, 0.3]
    assert summarise(values, seed=3) == summarise(values, seed=3)
    assert summarise(values, bootstrap=50, seed=3) != summarise(values, bootstrap=50, seed=4)


def test_too_few_values():
    assert summarise([0.5]) == {"n": 1, "mean": 0.5, "sd": 0.0, "low": None, "high": None}
    assert summarise([0.5], ddof=1)["sd"] is None
    assert summarise([None]) == {"n": 0, "mean": None, "sd": None, "low": None, "high": None}


def test_missing_values_are_left_out():
    assert summarise([0.5, None, 1.0])["mean"] == 0.75
