"""Negatives matched in GC content."""

import numpy as np
import pytest
from motifcnn.data.peaks.negatives import draw_matched, gc_strata


def draw(positive, candidate, ratio, seed=1):
    chosen, missing = draw_matched(
        np.random.default_rng(seed), np.array(positive), np.array(candidate), ratio
    )
    return chosen, missing


def test_strata_are_fiftieths_of_the_letters_that_are_known():
    assert gc_strata(np.array([0, 19, 20, 500, 1000]), np.full(5, 1000)).tolist() == [0, 0, 1, 25, 49]
    assert gc_strata(np.array([5]), np.array([10])).tolist() == [25]  # 10 letters, the rest N


def test_every_stratum_has_its_share():
    candidate = np.repeat(np.arange(50), 20)
    chosen, missing = draw([3, 3, 7, 49], candidate, 2)
    assert candidate[chosen].tolist() == [3] * 4 + [7] * 2 + [49] * 2
    assert missing == 0
    assert len(set(chosen.tolist())) == 8


@pytest.mark.parametrize(
    ("positives", "ratio", "total"),
    [(4, 0.5, 2), (4, 0.25, 1), (4, 1.5, 6), (3, 0.5, 2), (1, 0.5, 1), (1, 0.4, 0)],
)
def test_a_share_of_the_positives(positives, ratio, total):
    chosen, missing = draw(range(3, 3 + positives), np.repeat(np.arange(50), 20), ratio)
    assert (len(chosen), missing) == (total, 0)


def test_what_is_missing_is_not_taken_from_elsewhere():
    chosen, missing = draw([3, 3, 3, 7], [4, 3, 4, 7, 7], 1)
    assert chosen.tolist() in ([1, 3], [1, 4])
    assert missing == 2
    assert draw([3], [], 1)[1] == 1


def test_the_seed_decides():
    candidate = np.repeat(np.arange(50), 20)
    same, again, other = (draw([3] * 10, candidate, 1, seed)[0].tolist() for seed in (1, 1, 2))
    assert same == again != other
