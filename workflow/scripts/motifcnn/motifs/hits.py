"""Where known motifs hit sequences, by the p values of their log-odds scores, as FIMO has it.

Grant, Bailey & Noble 2011, Bioinformatics 27:1017: a motif's probabilities get a pseudocount of 0.1 sites, its
log-odds are taken against the background, here a uniform one, and the distribution of a window's score is computed
exactly, of scores that are rounded to whole numbers.
"""

from collections.abc import Sequence

import numpy as np

from ..core.sequences import N_CODE
from .meme import Motif
from .ppm import information_content

_PSEUDOCOUNT = 0.1  # sites
_PER_BIT = 1000  # the whole numbers that scores are rounded to
_NEVER = -(10**9)  # a window with N is no hit


def hit_information(codes: np.ndarray, motifs: Sequence[Motif], pvalue: float) -> np.ndarray:
    """Return how informative each position is in the hits that cover it.

    Parameters
    ----------
    codes
        uint8 (N, L).
    motifs
        Each is searched on both strands. Those too short to be so unlikely by chance have no hits.
    pvalue
        Largest p value of a hit: the probability that a window of uniformly random letters scores as high.

    Returns
    -------
    np.ndarray
        float32 (N, L), bits: the highest information content of the columns that lie on a position, 0 without hits.
    """
    information = np.zeros(codes.shape, np.float32)
    for motif in motifs:
        for oriented in (motif, motif.reverse_complement()):
            weights, places = _weights(oriented), codes.shape[1] - oriented.width + 1
            limit = _score_limit(weights[:, :N_CODE], pvalue)
            if limit is None or places < 1:
                continue
            scores = sum(weights[k][codes[:, k : k + places]] for k in range(oriented.width))
            rows, starts = np.nonzero(scores >= limit)
            covered = rows[:, None], starts[:, None] + np.arange(oriented.width)
            bits = information_content(oriented.probabilities).astype(np.float32)
            np.maximum.at(information, covered, np.broadcast_to(bits, covered[1].shape))
    return information


def _weights(motif: Motif) -> np.ndarray:
    """Return the log-odds of A, C, G, T and N at each position, int64 (W, 5)."""
    smoothed = (motif.probabilities * motif.nsites + _PSEUDOCOUNT / 4) / (motif.nsites + _PSEUDOCOUNT)
    weights = np.round(np.log2(smoothed / 0.25) * _PER_BIT).astype(np.int64)
    return np.hstack([weights, np.full((motif.width, 1), _NEVER)])


def _score_limit(weights: np.ndarray, pvalue: float) -> int | None:
    """Return the lowest score that random letters reach with at most this probability, None if there is none.

    `weights` is int64 (W, 4).
    """
    above = weights - weights.min(1, keepdims=True)
    chance = np.ones(1)
    for column in above:
        longer = np.zeros(len(chance) + column.max())
        for step in column:
            longer[step : step + len(chance)] += chance / 4
        chance = longer
    # What adds up to the p value is at most it, whatever the rounding.
    tail = np.cumsum(chance[::-1])[::-1]
    rare = np.flatnonzero((tail <= pvalue * (1 + 1e-9)) & (chance > 0))
    return int(rare[0] + weights.min(1).sum()) if len(rare) else None
