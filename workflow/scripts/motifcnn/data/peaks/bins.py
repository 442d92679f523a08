"""Bins along a genome, which intervals touch each, and how strong a signal is there.

Bins are numbered through all chromosomes, in the genome's order; an incomplete bin at the end of a
chromosome is not one. Every bin is the middle of a window.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, gcd

import bioframe
import numpy as np
import pandas as pd
import pyBigWig

from ...core.errors import UserError
from .intervals import COLUMNS, check_lengths, check_names

# nt of a bigWig file read at a time.
_PIECE = 2**20


@dataclass(frozen=True)
class Bins:
    """Bins of equal width along every chromosome, starting at position 0, and a window around each.

    Attributes
    ----------
    lengths
        Lengths of the chromosomes (nt), by name and in order.
    width, window
        Widths of a bin and of its window (nt). The window extends equally far beyond both ends of the
        bin, so they differ by an even number.
    """

    lengths: Mapping[str, int]
    width: int
    window: int

    @property
    def flank(self) -> int:
        """How far a window extends beyond each end of its bin (nt)."""
        return (self.window - self.width) // 2

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the chromosomes, in order."""
        return tuple(self.lengths)

    @cached_property
    def first(self) -> np.ndarray:
        """Number of the first bin of each chromosome and, last, the number of bins: int64 (chromosomes + 1,)."""
        per_chromosome = [length // self.width for length in self.lengths.values()]
        return np.concatenate([[0], np.cumsum(per_chromosome, dtype=np.int64)])

    def locate(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the index of each bin's chromosome and where the bin starts (nt): int64, shape of `numbers`."""
        chromosome = np.searchsorted(self.first, numbers, side="right") - 1
        return chromosome, (numbers - self.first[chromosome]) * self.width

    def has_window(self, numbers: np.ndarray) -> np.ndarray:
        """Tell which bins have their whole window on the chromosome: bool, shape of `numbers`."""
        chromosome, start = self.locate(numbers)
        length = np.array(list(self.lengths.values()), np.int64)[chromosome]
        return (start >= self.flank) & (start + self.width + self.flank <= length)


def bins_touching(intervals: pd.DataFrame, bins: Bins, reach: int = 0) -> np.ndarray:
    """Tell which bins touch an interval by at least one nt.

    Parameters
    ----------
    intervals, bins
        chrom, start, end, within the genome; the bins.
    reach
        nt by which intervals are extended on both sides; with `bins.flank`, the answer is which windows
        touch an interval.

    Returns
    -------
    np.ndarray
        bool (bins,).
    """
    index = pd.Index(bins.names).get_indexer(intervals["chrom"])
    low, number = bins.first[index], np.diff(bins.first)[index]
    start = np.maximum((intervals["start"].to_numpy() - reach) // bins.width, 0)
    end = np.minimum((intervals["end"].to_numpy() - 1 + reach) // bins.width + 1, number)
    # An interval within the incomplete bin at the end of a chromosome touches none.
    real = start < end
    steps = np.zeros(bins.first[-1] + 1, np.int32)
    np.add.at(steps, (low + start)[real], 1)
    np.add.at(steps, (low + end)[real], -1)
    return np.cumsum(steps[:-1]) > 0


def positive_bins(peaks: pd.DataFrame, bins: Bins, min_overlap: float) -> np.ndarray:
    """Find the bins that peaks cover by more than a share.

    "More than half of the bin", as Zhou & Troyanskaya 2015 label DeepSEA's bins: with bins of 200 nt
    and a share of 0.5, 101 nt are enough and 100 are not. A position under several peaks counts once.

    Parameters
    ----------
    peaks, bins
        chrom, start, end, within the genome, in any order, overlapping or not; the bins.
    min_overlap
        The share, 0 <= share < 1.

    Returns
    -------
    np.ndarray
        int64, numbers of bins, ascending.
    """
    numbers = np.flatnonzero(bins_touching(peaks, bins))
    chromosome, start = bins.locate(numbers)
    table = pd.DataFrame({"chrom": np.array(bins.names, object)[chromosome], "start": start})
    table["end"] = table["start"] + bins.width
    merged = bioframe.merge(peaks[list(COLUMNS)])
    covered = bioframe.coverage(table.astype({"chrom": str}), merged)["coverage"].to_numpy()
    return numbers[covered > largest_count(min_overlap, bins.width)]


def largest_count(share: float, whole: int) -> int:
    """Return the largest whole number of at most `share` × `whole`, without rounding errors."""
    return floor(Fraction(str(share)) * whole)


def check_track(path: str | os.PathLike, lengths: Mapping[str, int], genome: str | os.PathLike) -> None:
    """Check that a signal is a bigWig file of this genome.

    Raises
    ------
    UserError
        It is not.
    """
    if not os.path.isfile(path):
        raise UserError(f"the bigWig file {path} does not exist")
    try:
        with pyBigWig.open(os.fspath(path)) as track:
            is_signal, found = track.isBigWig(), track.chroms()
    except RuntimeError:
        is_signal, found = False, {}
    if not is_signal:
        raise UserError(
            f"{path} is not a bigWig file, or is cut short; a filter needs a signal in bigWig format"
        )
    check_names(found, path, lengths, genome)
    check_lengths(found, path, lengths, genome)


def track_means(path: str | os.PathLike, bins: Bins, numbers: np.ndarray) -> np.ndarray:
    """Average a signal over each bin; positions without a value count as 0.

    Parameters
    ----------
    path
        bigWig; see `check_track`.
    bins, numbers
        The bins, ascending.

    Returns
    -------
    np.ndarray
        float32, shape of `numbers`: the precision of bigWig, so that a constant 0.7 is not less than 0.7.
    """
    means = np.zeros(len(numbers), np.float32)
    chromosome, start = bins.locate(numbers)
    per_piece = max(1, _PIECE // bins.width) * bins.width
    with pyBigWig.open(os.fspath(path)) as track:
        # The bins are in order, so those of one piece of a chromosome are neighbours.
        group = np.stack([chromosome, start // per_piece], axis=1)
        borders = np.flatnonzero(np.any(np.diff(group, axis=0) != 0, axis=1)) + 1
        for rows in np.split(np.arange(len(numbers)), borders) if len(numbers) else ():
            name = bins.names[chromosome[rows[0]]]
            if name not in track.chroms():
                continue
            low, high = int(start[rows[0]]), int(start[rows[-1]]) + bins.width
            values = np.nan_to_num(track.values(name, low, high, numpy=True), nan=0.0)
            per_bin = values.reshape(-1, bins.width).mean(axis=1, dtype=np.float64)
            means[rows] = per_bin[(start[rows] - low) // bins.width]
    return means


def count_in_windows(flags: np.ndarray, bins: Bins, start: np.ndarray) -> np.ndarray:
    """Count flagged letters in windows of one chromosome.

    Parameters
    ----------
    flags
        bool (length,) of the whole chromosome.
    bins, start
        The bins, and where those in question start (nt); all their windows lie on the chromosome.

    Returns
    -------
    np.ndarray
        int32, shape of `start`.
    """
    # Windows begin and end at multiples of this step, so sums over steps are all that is needed.
    step = gcd(bins.width, bins.flank)
    sums = flags[: len(flags) // step * step].reshape(-1, step).sum(axis=1, dtype=np.int32)
    before = np.concatenate([[0], np.cumsum(sums, dtype=np.int32)])
    first = (start - bins.flank) // step
    return (before[first + bins.window // step] - before[first]).astype(np.int32)
