"""Integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365)."""

import numpy as np

from .explained import Contributions, Explained, average, sum_up
from .references import draw_references


def integrated_gradients(
    explained: Explained,
    codes: np.ndarray,
    rng: np.random.Generator,
    batch_size: int,
    *,
    references: str | np.ndarray = "permuted",
    n_references: int = 10,
    steps: int = 50,
    rule: str = "midpoint",
    times: str = "difference",
) -> Contributions:
    """Mean gradient on the straight line from each reference to the sequence.

    Parameters
    ----------
    explained, codes
        The output, and sequences, uint8 (N, L).
    rng
        Draws the references.
    batch_size
        Pairs of sequence and reference at a time.
    references, n_references
        As for `references.draw_references`.
    steps, rule
        Points on the line, and their places: `left` or `midpoint`, the left ends or the middles of equal parts, or
        `gauss_legendre`. Gradients jump where another position wins a pool, and with ReLU. The root mean square
        error that a jump causes, over its places, is 0.29 of a step with midpoints and 0.37 with Gauss–Legendre,
        whose points lie further apart in the middle of the line; that rule is better only where nothing jumps.
    times
        As for `explained.average`.
    """
    drawn = draw_references(references, codes, n_references, rng)
    points, weights = _points(rule, steps)
    hypothetical, delta = np.empty((len(codes), 4, codes.shape[1])), np.empty(len(codes))
    each = max(1, batch_size // drawn.shape[1])
    for at in range(0, len(codes), each):
        rows = slice(at, at + each)
        n, r, length = drawn[rows].shape
        start = explained.one_hot(drawn[rows].reshape(-1, length))
        sequences = explained.one_hot(codes[rows])
        way = sequences.repeat_interleave(r, 0) - start
        multipliers = sum(
            weight * explained.gradients(start + point * way)
            for point, weight in zip(points, weights, strict=True)
        )
        multipliers = multipliers.reshape(n, r, 4, length)
        compared_with = start.cpu().double().numpy().reshape(multipliers.shape)
        hypothetical[rows] = average(multipliers, compared_with, times)
        sums = sum_up(multipliers, sequences.cpu().double().numpy(), compared_with)
        logits, others = explained.logits(sequences)[:, None], explained.logits(start).reshape(n, r)
        delta[rows] = (sums - explained.differences(logits, others)).mean(1)
    return Contributions(hypothetical, references=drawn, delta=delta)


def _points(rule: str, steps: int) -> tuple[list[float], list[float]]:
    """Return places between 0 and 1, and their weights, which sum to 1."""
    if rule in ("left", "midpoint"):
        offset = 0.5 if rule == "midpoint" else 0.0
        return [(step + offset) / steps for step in range(steps)], [1 / steps] * steps
    points, weights = np.polynomial.legendre.leggauss(steps)
    return ((points + 1) / 2).tolist(), (weights / 2).tolist()
