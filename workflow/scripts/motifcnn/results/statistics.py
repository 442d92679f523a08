"""Means over seeds, their 95% intervals, and tests between two means that need no more than mean, sd and n.

What is assumed: seeds are independent; filters are clustered within seeds, and so are the motifs that a network finds.
docs/statistics.md shows how often the intervals hold the true value, and why these were chosen.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

LEVEL = 0.95
# A spread below this is that of rounding.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Scale:
    """The values that a score can take: from `low` to `high`, in `trials` steps if it is a count or a share.

    A share of 30 filters has 30 trials, the number of motifs found out of 12 has 12, an auROC None.
    """

    low: float = 0.0
    high: float = 1.0
    trials: float | None = None


@dataclass(frozen=True)
class Spread:
    """Mean over n seeds, sd, and the ends of the 95% interval of the mean; None where there are too few seeds."""

    n: int
    mean: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None


def summarise(values: Iterable[float | None], scale: Scale | None, ddof: int = 0) -> Spread:
    """Mean of a score over seeds, and how sure it is.

    Parameters
    ----------
    values
        One per seed; None is left out.
    scale
        Of the score; None gives no interval.
    ddof
        0: population sd, as the papers print; 1: sample sd. The interval does not depend on it.

    Returns
    -------
    Spread
        Without sd and interval where there are fewer than two values.
    """
    present = np.array([value for value in values if value is not None], dtype=np.float64)
    n = len(present)
    if n < 2:
        return Spread(n, *map(float, present))
    mean = float(present.mean())
    low, high = interval(mean, float(present.std(ddof=1)), n, scale) if scale else (None, None)
    return Spread(n, mean, float(present.std(ddof=ddof)), low, high)


def interval(mean: float, sd: float, n: int, scale: Scale) -> tuple[float, float]:
    """95% interval of a mean over seeds.

    Parameters
    ----------
    mean, sd, n
        Over seeds; the sd is the sample's (ddof 1), and n at least 2.
    scale
        Of the score.

    Returns
    -------
    tuple of float
        Student's interval with n − 1 degrees of freedom, cut off where the scale ends. Of a count or a share:
        Wilson's score interval (JASA 1927, 22:209) with Student's quantile on the effective number of trials. That
        is the number of trials in all seeds over the design effect, the variance between seeds over the binomial
        one, which is taken to be at least 1 (Kish, Survey Sampling, 1965).
    """
    t = float(special.stdtrit(n - 1, (1 + LEVEL) / 2))
    if scale.trials is None:
        half = t * sd / math.sqrt(n)
        return max(mean - half, scale.low), min(mean + half, scale.high)
    width = scale.high - scale.low
    p = min(max((mean - scale.low) / width, 0.0), 1.0)
    trials, variance = n * scale.trials, (sd / width) ** 2 / n
    if variance > _NOTHING**2:
        trials = min(trials, p * (1 - p) / variance)
    centre = (p + t**2 / (2 * trials)) / (1 + t**2 / trials)
    half = t / (1 + t**2 / trials) * math.sqrt(p * (1 - p) / trials + (t / (2 * trials)) ** 2)
    low, high = max(centre - half, 0.0), min(centre + half, 1.0)
    return scale.low + width * low, scale.low + width * high


def share_of_seeds(found: int, n: int) -> tuple[float, float]:
    """95% interval of the share of trainings in which something happens, given that it did in `found` of `n`.

    The mid-P interval of the binomial distribution (Lancaster, J Am Stat Assoc 1961, 56:223): at either end, half of the
    probability of what was seen and all of that of what is further off add up to 2.5%.
    """
    tail = (1 - LEVEL) / 2

    def at_most(share: float) -> float:
        at_least = special.bdtrc(found - 1, n, share) if found else 1.0
        return (special.bdtr(found, n, share) + 1 - at_least) / 2

    low = optimize.brentq(lambda share: 1 - at_most(share) - tail, 0, 1) if found else 0.0
    high = optimize.brentq(lambda share: at_most(share) - tail, 0, 1) if found < n else 1.0
    return low, high


def sample_sd(sd: float, n: int) -> float:
    """Turn the sd of n values as a population (ddof 0) into that of a sample (ddof 1)."""
    return sd * math.sqrt(n / (n - 1))


def with_binomial_spread(mean: float, sd: float, n: int, scale: Scale) -> float:
    """Return the sample sd over n seeds, and of a count or a share at least the binomial one.

    Few seeds may agree by chance. At the ends of the scale, where the binomial sd is 0, a success and a failure are
    added (rule of succession).
    """
    if scale.trials is None:
        return sd
    width, trials = scale.high - scale.low, n * scale.trials
    p = ((mean - scale.low) / width * trials + 1) / (trials + 2)
    return max(sd, width * math.sqrt(p * (1 - p) / scale.trials))


def welch(one: tuple[float, float, int], other: tuple[float, float, int]) -> float | None:
    """Two-sided p of Welch's test (Biometrika 1947, 34:28) between two means.

    Parameters
    ----------
    one, other
        Mean, sample sd and n, at least 2.

    Returns
    -------
    float or None
        None where neither has any spread and the means differ: then there is nothing to measure the difference by.
    """
    squares = [sd**2 / n for _, sd, n in (one, other)]
    difference = one[0] - other[0]
    if sum(squares) < _NOTHING**2:
        return None if abs(difference) > _NOTHING else 1.0
    freedom = sum(squares) ** 2 / sum(
        square**2 / (n - 1) for square, (*_, n) in zip(squares, (one, other), strict=True)
    )
    return float(2 * special.stdtr(freedom, -abs(difference) / math.sqrt(sum(squares))))


def student(one: tuple[float, float, int], other: tuple[float, float, int]) -> float | None:
    """Two-sided p of Student's test, which takes the two sds to be equal; arguments and None as for `welch`."""
    scaled = _scaled_difference(one, other)
    if scaled is None:
        return None if abs(one[0] - other[0]) > _NOTHING else 1.0
    freedom, _, t = scaled
    return float(2 * special.stdtr(freedom, -abs(t)))


@dataclass(frozen=True)
class Effect:
    """Hedges' g, a difference of two means in units of the sd within groups, and the ends of its 95% interval."""

    g: float
    low: float
    high: float


def hedges_g(one: tuple[float, float, int], other: tuple[float, float, int]) -> Effect | None:
    """Return the standardised difference `one` minus `other`, corrected for few seeds (Hedges, J Educ Stat 1981, 6:107).

    Parameters
    ----------
    one, other
        As for `welch`.

    Returns
    -------
    Effect or None
        The interval is that of the noncentral t distribution, which takes the two sds to be equal. None where
        neither has any spread, which is the unit.
    """
    scaled = _scaled_difference(one, other)
    if scaled is None:
        return None
    freedom, step, t = scaled
    correction = math.exp(math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2)) / math.sqrt(freedom / 2)
    low, high = (float(special.nctdtrinc(freedom, p, t)) for p in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
    return Effect(correction * t * step, low * step, high * step)


def _scaled_difference(
    one: tuple[float, float, int], other: tuple[float, float, int]
) -> tuple[int, float, float] | None:
    """Degrees of freedom, 1 / √n of the difference, and Student's t; None without any spread."""
    freedom = one[2] + other[2] - 2
    pooled = math.sqrt(sum((n - 1) * sd**2 for _, sd, n in (one, other)) / freedom)
    if pooled < _NOTHING:
        return None
    step = math.sqrt(1 / one[2] + 1 / other[2])
    return freedom, step, (one[0] - other[0]) / (pooled * step)


def p_in_words(p: float) -> str:
    """Write a p value such as "p = 0.03"; around 0.05 with the digits that say on which side of it p lies."""
    if p < 0.001:
        return "p < 0.001"
    digits = 2 if 0.045 <= p < 0.095 else 1
    return f"p = {p:.{digits}g}" if p < 0.095 else f"p = {p:.2f}"


def holm(p: Sequence[float]) -> list[float]:
    """Adjust p values for their number (Holm, Scand J Stat 1979, 6:65); the order stays."""
    adjusted, largest = [0.0] * len(p), 0.0
    for rank, place in enumerate(np.argsort(p, kind="stable")):
        largest = max(largest, min(1.0, (len(p) - rank) * p[place]))
        adjusted[place] = largest
    return adjusted
