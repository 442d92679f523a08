"""Alignment scores of a query motif against a whole database, and their p-values, as in Tomtom.

Methods: Gupta et al. 2007 (Genome Biology 8:R24) for the score of an alignment and its null
distribution, Tanaka et al. 2011 (Bioinformatics 27:1603) for complete scores, in which query columns
outside the target count as much as the median column. Written from these papers and from the
program's output; the results agree with Tomtom 5.4.1 to the last printed digit.
"""

from collections.abc import Iterator
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
    """Where the alignments of queries of one width lie; see `Targets.placement`.

    The first group is in the order of the line, where the alignments of a target follow each other;
    the second is sorted by `end`.
    """

    column_at: np.ndarray
    segment: np.ndarray
    offset: np.ndarray
    overlap: np.ndarray
    preference: np.ndarray

    target: np.ndarray
    start: np.ndarray  # the query columns start .. end - 1 are aligned
    end: np.ndarray
    until: np.ndarray  # until[e]: number of alignments with end <= e


def smoothed(motif: Motif, background: np.ndarray) -> np.ndarray:
    """Return a motif's probabilities with Tomtom's pseudocount of 0.1, float64 (width, 4)."""
    p = motif.probabilities
    n = int(motif.nsites) or DEFAULT_NSITES
    return (p * n + PSEUDOCOUNT * background) / (n + PSEUDOCOUNT)


class Targets:
    """A database prepared for searching.

    Every motif enters twice: oriented target 2 k is motif k as given, 2 k + 1 its reverse complement.

    Parameters
    ----------
    motifs
        The K targets.
    background
        float64 (4,), letter frequencies in which the pseudocount is added.

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
        """Lay out all alignments of a query of `width` columns on one line.

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
        overlap = end - start
        position = np.arange(sizes.sum()) - segment[target]
        by_end = np.argsort(end, kind="stable")
        return _Placement(
            column_at=np.repeat(segment + width - 1, self.lengths) + within,
            segment=segment,
            offset=shift,
            overlap=overlap,
            preference=(overlap << 16) + (0xFFFF - position),
            target=target[by_end],
            start=start[by_end],
            end=end[by_end],
            until=np.cumsum(np.bincount(end, minlength=width + 1)),
        )

    def align(self, query: np.ndarray) -> Alignments:
        """Align a smoothed query, float64 (width, 4), with every oriented target."""
        width = len(query)
        scores, unaligned = _integer_scores(query, self.columns)
        placement = self.placement(width)
        size = len(placement.offset)
        complete = np.zeros(size, dtype=np.int32)
        line = np.full(size + width, unaligned, dtype=np.int32)
        for k in range(width):
            line[placement.column_at] = scores[k]
            complete += line[k : k + size]
        # One number per alignment: its maximum is the best score, among equal scores the preferred one.
        key = (complete.astype(np.int64) << 32) + placement.preference
        best_key = np.maximum.reduceat(key, placement.segment)
        best = placement.segment + 0xFFFF - (best_key & 0xFFFF)
        p_value = _p_values(scores, unaligned, best_key >> 32, placement)
        return Alignments(p_value, placement.offset[best], placement.overlap[best])


def _integer_scores(query: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, int]:
    """Score each query column against each target column.

    The score is minus the Euclidean distance, less the query column's median, scaled to integers 0 to 100.

    Parameters
    ----------
    query
        float64 (width, 4).
    columns
        float64 (4, C); C is even, as every target enters on both strands.

    Returns
    -------
    tuple[np.ndarray, int]
        int32 (width, C), and the score of a query column outside the target.
    """
    x = np.empty((len(query), columns.shape[1]))
    difference = np.empty_like(columns)
    for column, distance in zip(query, x, strict=True):
        np.subtract(columns, column[:, None], out=difference)
        np.multiply(difference, difference, out=difference)
        np.sqrt(np.add.reduce(difference, axis=0, out=distance), out=distance)
        # Of an even number of scores, Tomtom takes the lower of the two in the middle.
        np.subtract(_kth_smallest(distance, len(distance) // 2), distance, out=distance)
    offset = np.floor(x.min())
    spread = x.max() - offset
    # Tomtom leaves the case of no spread undefined; every score is then 0 and every p-value 1.
    scale = np.floor(_BINS / spread) if spread > 0 else 1.0
    x -= offset
    x *= scale
    x += 0.5  # nothing is negative here, so this rounds half away from zero
    return x.astype(np.int32), int(-offset * scale)


def _kth_smallest(distances: np.ndarray, k: int) -> float:
    """Return element k, from 0, of the sorted distances; a histogram leaves few of them to partition."""
    bins = (distances * 512).astype(np.int32)
    up_to = np.cumsum(np.bincount(bins))
    here = np.searchsorted(up_to, k, side="right")
    rank = k - (up_to[here - 1] if here else 0)
    return np.partition(distances[bins == here], rank)[rank]


def _p_values(scores: np.ndarray, unaligned: int, best: np.ndarray, placement: _Placement) -> np.ndarray:
    """P-values of the best scores of M targets, float64 (M,): 1 - prod over offsets of (1 - P)^2.

    P is the probability that the aligned query columns reach the best score with unaligned columns
    around them. The product runs over all offsets of the target; the square stands for two strands.
    """
    lowest, probability = _null(scores)
    width, size = probability.shape
    below = np.concatenate(([0], np.cumsum(lowest)))
    # Where the score that is needed stands in the survival function of the span start .. end - 1.
    at = unaligned * (placement.end - placement.start - width)
    at += best.take(placement.target)
    at -= (below[:, None] - below).take(placement.end * (width + 1) + placement.start)
    at += size
    np.clip(at, 0, (width + 2) * size - 1, out=at)
    at += (width + 2) * size * placement.start
    tail = np.empty(len(at))
    for survival, first, last in zip(
        _survivals(probability), placement.until[:-1], placement.until[1:], strict=True
    ):
        tail[first:last] = survival.take(at[first:last])
    np.minimum(tail, 1, out=tail)
    with np.errstate(divide="ignore"):
        log_below = np.log1p(np.negative(tail, out=tail), out=tail)
    return -np.expm1(2 * np.bincount(placement.target, weights=log_below))


def _null(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distribution of each query column's scores, from int32 (width, C), 0 to 100.

    Returns
    -------
    lowest
        int64 (width,).
    probability
        float64 (width, size), at [column, score - lowest]; `size` fits the column that varies most.
    """
    width, n_columns = scores.shape
    counts = np.array([np.bincount(row, minlength=_BINS + 1) for row in scores])
    occurs = counts > 0
    lowest = occurs.argmax(axis=1)
    size = int((_BINS - occurs[:, ::-1].argmax(axis=1) - lowest).max()) + 1
    padded = np.pad(counts, ((0, 0), (0, size)))
    return lowest, padded[np.arange(width)[:, None], lowest[:, None] + np.arange(size)] / n_columns


def _survivals(probability: np.ndarray) -> Iterator[np.ndarray]:
    """Yield P(score >= s) of the spans of query columns start .. end - 1 for end = 1 .. width.

    Under the null each query column draws its score from all its scores with target columns,
    independently of the others.

    Parameters
    ----------
    probability
        float64 (width, size), of each column's scores above its lowest.

    Yields
    ------
    np.ndarray
        float64 (width, (width + 2) * size), at [start, size + s] for the score s above the span's
        lowest; 1 before that and 0 at the last position. Rows start >= end are of no column. The
        next one overwrites it.
    """
    width, size = probability.shape
    # Each row lies in blocks of `size` scores. A block and the one before it, times the banded matrix
    # of the next column's probabilities, give the block of the span that is longer by this column;
    # one matrix product extends all spans.
    padded = np.pad(probability, ((0, 0), (size - 1, size)))
    banded = np.ascontiguousarray(sliding_window_view(padded, size, axis=1)[:, ::-1])
    blocks = np.zeros((width, width + 2, size))
    blocks[:, 0] = 1
    blocks[:, 1, 0] = 1  # no column scores 0
    rows = blocks.reshape(width, -1)
    pairs = sliding_window_view(rows, 2 * size, axis=1)[:, ::size]
    for end in range(1, width + 1):
        start, block = _triangle(end)
        blocks[start, block + 1] = pairs[start, block] @ banded[end - 1]
        yield rows


@lru_cache(maxsize=64)
def _triangle(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows r = 0 .. size - 1, each with its first size - r blocks."""
    row, block = np.nonzero(np.arange(size)[:, None] + np.arange(size) < size)
    return row, block
