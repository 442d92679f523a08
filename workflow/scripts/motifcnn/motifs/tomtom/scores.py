"""Alignment scores of one query motif against a whole database, and their p-values, as Tomtom has them.

Methods: Gupta et al. 2007 (Genome Biology 8:R24) for the score of an alignment and its null
distribution, Tanaka et al. 2011 (Bioinformatics 27:1603) for complete scores, in which query columns
outside the target count as much as the median column. Written from these papers and from observed
output; the numbers agree with Tomtom 5.4.1 to the last printed digit.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ..meme import DEFAULT_NSITES, Motif

PSEUDOCOUNT = 0.1
_BINS = 100  # integer scores of one column run from 0 to 100


class Alignments(NamedTuple):
    """Best alignment of a query with each of M oriented targets.

    Attributes
    ----------
    p_value
        float64 (M,).
    offset
        int64 (M,), columns by which the query is shifted right relative to the target.
    overlap
        int64 (M,), aligned columns.
    """

    p_value: np.ndarray
    offset: np.ndarray
    overlap: np.ndarray


class _Placement(NamedTuple):
    """Where the alignments of a query of one width lie; see `Targets.placement`."""

    column_at: np.ndarray
    size: int
    segment: np.ndarray
    target: np.ndarray
    offset: np.ndarray
    overlap: np.ndarray
    by_end: list[np.ndarray]
    first: np.ndarray


def smoothed(motif: Motif, background: np.ndarray) -> np.ndarray:
    """Return a motif's probabilities with Tomtom's pseudocount of 0.1, float64 (width, 4)."""
    p = motif.probabilities
    n = int(motif.nsites) or DEFAULT_NSITES
    return (p * n + PSEUDOCOUNT * background) / (n + PSEUDOCOUNT)


class Targets:
    """A database made ready to be searched.

    Every motif enters twice: oriented target 2 k is motif k as given, 2 k + 1 its reverse complement.

    Parameters
    ----------
    motifs
        The K targets.
    background
        float64 (4,), what the pseudocount is spread by.

    Attributes
    ----------
    matrices
        2 K smoothed matrices, float64 (width, 4).
    columns
        float64 (4, C), the columns of all matrices side by side.
    lengths
        int64 (2 K,).
    """

    def __init__(self, motifs: list[Motif], background: np.ndarray):
        self.matrices = []
        for motif in motifs:
            matrix = smoothed(motif, background)
            self.matrices += [matrix, matrix[::-1, ::-1]]
        self.columns = np.ascontiguousarray(np.vstack(self.matrices).T)
        self.lengths = np.array([len(matrix) for matrix in self.matrices])
        self.placement = lru_cache(maxsize=64)(self._place)

    def _place(self, width: int) -> _Placement:
        """Lay all alignments of a query of `width` columns out on one line.

        With `width - 1` empty columns before each target, the query's first column can start at each
        position of the line exactly once per alignment: a target of length L owns L + width - 1 of them.
        """
        sizes = self.lengths + width - 1
        segment = np.cumsum(sizes) - sizes
        target = np.repeat(np.arange(len(sizes)), sizes)
        shift = np.arange(sizes.sum()) - segment[target] - (width - 1)  # target column under query column 0
        start = np.maximum(0, -shift)
        end = np.minimum(width, self.lengths[target] - shift)
        within = np.arange(self.columns.shape[1]) - np.repeat(
            np.cumsum(self.lengths) - self.lengths, self.lengths
        )
        return _Placement(
            column_at=np.repeat(segment + width - 1, self.lengths) + within,
            size=int(sizes.sum()),
            segment=segment,
            target=target,
            offset=shift,
            overlap=end - start,
            by_end=[np.flatnonzero(end == stop) for stop in range(1, width + 1)],
            first=start,
        )

    def align(self, query: np.ndarray) -> Alignments:
        """Align a smoothed query, float64 (width, 4), with every oriented target."""
        width = len(query)
        scores, unaligned = _integer_scores(query, self.columns)
        placement = self.placement(width)
        line = np.full((width, placement.size + width), unaligned, dtype=np.int32)
        line[:, placement.column_at] = scores
        complete = line[0, : placement.size].astype(np.int64)
        for k in range(1, width):
            complete += line[k, k : k + placement.size]
        # One number per alignment, so that its maximum is the best score, among equal scores the
        # larger overlap, and among equal overlaps the first offset.
        position = np.arange(placement.size) - placement.segment[placement.target]
        key = (complete << 32) + (placement.overlap << 16) + (0xFFFF - position)
        best_key = np.maximum.reduceat(key, placement.segment)
        best = placement.segment + 0xFFFF - (best_key & 0xFFFF)
        p_value = self._p_values(scores, unaligned, best_key >> 32, placement)
        return Alignments(p_value, placement.offset[best], placement.overlap[best])

    def _p_values(
        self, scores: np.ndarray, unaligned: int, best: np.ndarray, placement: _Placement
    ) -> np.ndarray:
        """P-values of the best scores, float64 (M,): 1 - prod over spans of (1 - P)^2.

        The product runs over all offsets of a target of that length, the square stands for two strands.
        """
        width = len(scores)
        needed = best[placement.target] - unaligned * (width - placement.overlap)
        tail = np.empty(placement.size)
        for end, survival in enumerate(_survivals(scores), start=1):
            at = placement.by_end[end - 1]
            score = np.clip(needed[at], 0, survival.shape[1] - 1)
            tail[at] = survival[placement.first[at], score]
        with np.errstate(divide="ignore"):
            log_below = np.log1p(-np.minimum(tail, 1.0))
        return -np.expm1(2 * np.add.reduceat(log_below, placement.segment))


def _integer_scores(query: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, int]:
    """Scores of each query column with each target column.

    Minus the Euclidean distance, less the query column's median, scaled to integers 0 to 100.

    Parameters
    ----------
    query
        float64 (width, 4).
    columns
        float64 (4, C).

    Returns
    -------
    tuple[np.ndarray, int]
        int32 (width, C), and what a query column outside the target counts.
    """
    distance = np.zeros((len(query), columns.shape[1]))
    for letter in range(4):
        difference = query[:, letter, None] - columns[letter]
        difference *= difference
        distance += difference
    x = np.negative(np.sqrt(distance, out=distance), out=distance)
    low, high = x.shape[1] // 2 - 1, -(-x.shape[1] // 2) - 1
    middle = np.partition(x, (low, high), axis=1)
    x -= ((middle[:, low] + middle[:, high]) / 2)[:, None]
    offset = np.floor(x.min())
    spread = x.max() - offset
    # Tomtom leaves the case of no spread undefined; every score is then 0 and every p-value 1.
    scale = np.floor(_BINS / spread) if spread > 0 else 1.0
    x -= offset
    x *= scale
    x += 0.5  # nothing is negative here, so this rounds half away from zero
    return x.astype(np.int32), int(-offset * scale)


def _survivals(scores: np.ndarray):
    """Yield, for end = 1 .. width, P(score >= s) of the query spans [start, end) under the null.

    Under the null each query column draws its score from all its scores with target columns,
    independently of the others.

    Parameters
    ----------
    scores
        int32 (width, C).

    Yields
    ------
    np.ndarray
        float64 (end, 100 * end + 2), rows start = 0 .. end - 1; the last column is zero.
    """
    width, n_columns = scores.shape
    shifted = scores + np.arange(width, dtype=np.int32)[:, None] * (_BINS + 1)
    histogram = np.bincount(shifted.ravel(), minlength=width * (_BINS + 1)).reshape(width, _BINS + 1)
    density = np.zeros((width, 3 * _BINS - 1))
    density[:, _BINS - 1 : 2 * _BINS] = histogram / n_columns
    # All spans with the same end gain the same column, so one matrix product convolves them all: spans
    # lie in blocks of 100 scores, and a block times the banded matrix of a column gives two blocks.
    spans = np.zeros((width, width + 1, _BINS))
    for j in range(width):
        spans[j, 0, 0] = 1.0
        banded = np.ascontiguousarray(sliding_window_view(density[j], 2 * _BINS)[::-1])
        row, block = _triangle(j + 1)
        product = spans[row, block] @ banded
        spans[row, block] = product[:, :_BINS]
        spans[row, block + 1] += product[:, _BINS:]
        length = _BINS * (j + 1) + 2
        flat = spans[: j + 1, : j + 2].reshape(j + 1, -1)[:, :length]
        yield np.cumsum(flat[:, ::-1], axis=1)[:, ::-1]


@lru_cache(maxsize=64)
def _triangle(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows r = 0 .. size - 1, each with its first size - r blocks."""
    row, block = np.nonzero(np.arange(size)[:, None] + np.arange(size) < size)
    return row, block
