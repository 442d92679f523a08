import math

import numpy as np
import pytest
from coverage_of_intervals import SHARES, coverage
from motifcnn.results.metrics import METRICS
from motifcnn.results.statistics import (
    Scale,
    Spread,
    hedges_g,
    holm,
    interval,
    p_in_words,
    share_of_seeds,
    student,
    summarise,
    welch,
    with_binomial_spread,
)
from scipy import stats

THIRTY = Scale(trials=30)


def test_worked_by_hand():
    found = summarise([0.1, 0.2, 0.3, 0.4], Scale())
    assert (found.n, found.mean, found.sd) == (4, 0.25, pytest.approx(math.sqrt(0.0125)))
    # 0.25 ± 3.182 (t with 3 degrees of freedom) × sqrt(0.05 / 3) / 2
    assert (found.low, found.high) == pytest.approx((0.25 - 0.20542, 0.25 + 0.20542), abs=1e-5)
    sample = summarise([0.1, 0.2, 0.3, 0.4], Scale(), ddof=1)
    assert sample.sd == pytest.approx(math.sqrt(0.05 / 3))
    assert (sample.low, sample.high) == (found.low, found.high)


def test_students_interval_ends_where_the_scale_does():
    assert interval(0.9, 0.1, 2, Scale())[1] == 1
    assert interval(0.1, 0.1, 2, Scale())[0] == 0
    assert interval(0.5, 0.1, 4, Scale()) == pytest.approx(stats.t.interval(0.95, 3, 0.5, 0.05))


def test_wilsons_interval_by_hand():
    # All of 3 × 30 filters: from n / (n + t²) to 1, t = 4.3027 with 2 degrees of freedom.
    low, high = interval(1.0, 0.0, 3, THIRTY)
    assert (low, high) == (pytest.approx(90 / (90 + 4.302653**2), abs=1e-6), 1)
    assert interval(0.0, 0.0, 3, THIRTY) == (0, pytest.approx(1 - low))
    # Seeds that agree by chance are no more certain than independent filters.
    assert interval(0.5, 0.0, 3, THIRTY) == interval(0.5, math.sqrt(0.25 / 30), 3, THIRTY)
    # Twice the binomial variance halves the number of filters.
    assert interval(0.5, math.sqrt(2 * 0.25 / 30), 3, THIRTY) == pytest.approx(
        interval(0.5, 0.0, 3, Scale(trials=15))
    )


@pytest.mark.parametrize("mean", [0.5, 0.2, 29 / 30])
def test_the_ends_of_wilsons_interval_are_just_compatible_with_the_mean(mean):
    """A share is inside if the mean is within t standard errors of it, as they are for that share."""
    low, high = interval(mean, 0.0, 3, THIRTY)
    for end in (low, high):
        assert abs(mean - end) == pytest.approx(4.302653 * math.sqrt(end * (1 - end) / 90), rel=1e-6)
    assert low < mean < high
    if mean == 0.5:
        # t / (2 sqrt(n + t²)) on both sides.
        assert high - low == pytest.approx(4.302653 / math.sqrt(90 + 4.302653**2), rel=1e-6)


def test_nothing_comes_of_rounding():
    # The mean of three equal shares need not be that share to the last bit.
    same = summarise([29 / 30] * 3, THIRTY)
    assert (same.low, same.high) == pytest.approx(interval(29 / 30, 0.0, 3, THIRTY))
    assert interval(1 + 1e-16, 1e-17, 3, THIRTY)[1] == 1
    assert welch((0.9, 1e-17, 3), (0.8, 0.0, 3)) is None


def test_the_scales_of_motifs_are_one_scale():
    # 11 of 12 motifs are 1 − 1 / 30, and so are the ends of their intervals.
    found, missed = (
        METRICS[name].scale(30, 12) for name in ("motifs_found", "one_minus_missed_per_filter")
    )
    ends = interval(11.0, 0.5, 4, found)
    assert interval(1 - 1 / 30, 0.5 / 30, 4, missed) == pytest.approx([1 - (12 - end) / 30 for end in ends])
    assert METRICS["match_any"].scale(30, None) == THIRTY
    assert METRICS["aupr"].scale(30, 12) == Scale()
    assert METRICS["motifs_found"].scale(30, math.nan) is None


def test_too_few_values():
    assert summarise([0.5], Scale()) == Spread(1, 0.5)
    assert summarise([None], Scale()) == Spread(0)
    assert summarise([0.5, 0.7], None) == Spread(2, 0.6, pytest.approx(0.1))
    assert summarise([0.5, None, 1.0], Scale()).mean == 0.75


def test_welch_is_scipys():
    p = welch((0.911, 0.0096, 3), (0.960, 0.0257, 5))
    assert p == pytest.approx(stats.ttest_ind_from_stats(0.911, 0.0096, 3, 0.960, 0.0257, 5, False).pvalue)
    one_sided = stats.ttest_1samp([0.1, 0.2, 0.4], 0.5).pvalue
    spread = np.std([0.1, 0.2, 0.4], ddof=1)
    assert welch((0.7 / 3, spread, 3), (0.5, 0.0, 7)) == pytest.approx(one_sided)
    assert welch((0.5, 0.0, 2), (0.5, 0.0, 3)) == 1


def test_p_values_in_words():
    numbers = (0.0, 0.00099, 0.001, 0.034, 0.0449, 0.0451, 0.0949, 0.095, 1.0)
    words = ("< 0.001", "< 0.001", "= 0.001", "= 0.03", "= 0.04", "= 0.045", "= 0.095", "= 0.10", "= 1.00")
    assert [p_in_words(p) for p in numbers] == [f"p {word}" for word in words]


def test_holm_by_hand():
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_interval_of_a_share_of_seeds():
    # Five of five: half of p^5 is 2.5%.
    assert share_of_seeds(5, 5) == (pytest.approx(0.05**0.2), 1.0)
    assert share_of_seeds(0, 5) == (0.0, pytest.approx(1 - 0.05**0.2))
    low, high = share_of_seeds(1, 2)
    # p^2 + 2 p (1 - p) / 2 = p
    assert (low, high) == pytest.approx((0.025, 0.975))


@pytest.mark.parametrize("n", [2, 3, 4, 5, 10, 20])
def test_the_interval_of_a_share_of_seeds_holds_what_it_promises(n):
    shares = np.linspace(0.001, 0.999, 999)
    held = np.zeros(len(shares))
    for found in range(n + 1):
        low, high = share_of_seeds(found, n)
        held += stats.binom.pmf(found, n, shares) * ((low <= shares) & (shares <= high))
    assert held.min() > 0.92
    assert held.mean() > 0.95


def test_seeds_that_agree_have_the_binomial_spread():
    # (45 + 1) / (90 + 2) = 1/2
    assert with_binomial_spread(0.5, 0.0, 3, THIRTY) == pytest.approx(math.sqrt(0.25 / 30))
    assert with_binomial_spread(0.5, 0.2, 3, THIRTY) == 0.2
    # 1 of 92 at the end of the scale; twelve times as wide, a twelfth of the trials' share
    assert with_binomial_spread(0.0, 0.0, 3, THIRTY) == pytest.approx(math.sqrt(1 / 92 * 91 / 92 / 30))
    assert with_binomial_spread(0.9, 0.0, 3, Scale()) == 0.0


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
@pytest.mark.parametrize("correlation", [0.0, 0.02, 0.1])
@pytest.mark.parametrize("filters", [30, 120])
def test_intervals_of_shares_hold_the_true_value_as_often_as_they_say(seeds, correlation, filters):
    held = {
        share: coverage("wilson", share, seeds=seeds, filters=filters, correlation=correlation, repeats=1000)[0]
        for share in SHARES
    }
    inner = [held[share] for share in SHARES if 0.01 < share < 0.99]
    assert min(inner) >= (0.93 if correlation < 0.1 else 0.86)
    # The weak place: a share of 1% or 99% where filters are much alike and seeds are many.
    assert min(held[0.01], held[0.99]) >= (0.93 if correlation < 0.1 or seeds < 5 else 0.74)


def test_the_bootstrap_did_not():
    held, _ = coverage("bootstrap", 0.5, seeds=3, filters=30, correlation=0.1, repeats=500)
    assert held < 0.85


def test_hedges_g_of_a_worked_example():
    # Pooled sd 2, difference 3: d = 1.5, corrected by Γ(4) / (2 Γ(3.5)) for 8 degrees of freedom.
    effect = hedges_g((13, 2, 5), (10, 2, 5))
    assert effect.g == pytest.approx(1.5 * 0.9027, abs=1e-4)
    # At the ends of the interval, a t as large or as small has probability 0.025.
    t = 1.5 / math.sqrt(2 / 5)
    for end, p in ((effect.low, 0.975), (effect.high, 0.025)):
        assert stats.nct.cdf(t, 8, end / math.sqrt(2 / 5)) == pytest.approx(p, abs=1e-4)
    turned = hedges_g((10, 2, 5), (13, 2, 5))
    assert (turned.g, turned.low) == pytest.approx((-effect.g, -effect.high), abs=1e-4)
    assert hedges_g((1, 0, 3), (0, 0, 3)) is None


def test_hedges_interval_holds_the_true_effect_as_often_as_it_says():
    random = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        one, other = random.normal(2, 1, 3), random.normal(0, 1, 3)
        effect = hedges_g((one.mean(), one.std(ddof=1), 3), (other.mean(), other.std(ddof=1), 3))
        held += effect.low <= 2 <= effect.high
    assert 0.92 < held / 400 < 0.98


def test_student_is_scipy_s():
    one, other = [0.1, 0.4, 0.3], [0.5, 0.9, 0.6, 0.7]
    groups = [(np.mean(seeds), np.std(seeds, ddof=1), len(seeds)) for seeds in (one, other)]
    assert student(*groups) == pytest.approx(stats.ttest_ind(one, other).pvalue)
    assert student((1, 0, 3), (1, 0, 3)) == 1
    assert student((1, 0, 3), (0, 0, 3)) is None
