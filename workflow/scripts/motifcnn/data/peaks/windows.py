"""The grid of bins over a genome, and what holds for each bin.

A bin has a number: bins are counted through all chromosomes, in the genome's order. Only whole bins
count. Every bin is the middle of a window.
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
class Grid:
    """Bins of `bin` nt, the first of which begins where its chromosome begins, and windows around them.

    Attributes
    ----------
    lengths
        Of the chromosomes, nt, by name and in order.
    bin, window
        nt; the window reaches equally far over both ends of the bin.
    """

    lengths: Mapping[str, int]
    bin: int
    window: int

    def __post_init__(self):
        if self.bin < 1 or self.window < self.bin or (self.window - self.bin) % 2:
            raise UserError(
                f"window: {self.window} cannot be centred on bin: {self.bin}; it must be as wide or wider, by an "
                "even number of nt, such as window: 1000 on bin: 200"
            )

    @property
    def flank(self) -> int:
        """How far the window reaches over each end of its bin, nt."""
        return (self.window - self.bin) // 2

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The chromosomes, in order."""
        return tuple(self.lengths)

    @cached_property
    def first(self) -> np.ndarray:
        """Number of the first bin of every chromosome and, last, of all bins: int64 (chromosomes + 1,)."""
        bins = [length // self.bin for length in self.lengths.values()]
        return np.concatenate([[0], np.cumsum(bins, dtype=np.int64)])

    def locate(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return for each bin the index of its chromosome and where it starts, nt: int64, shape of `numbers`."""
        chromosome = np.searchsorted(self.first, numbers, side="right") - 1
        return chromosome, (numbers - self.first[chromosome]) * self.bin

    def has_window(self, numbers: np.ndarray) -> np.ndarray:
        """Tell for each bin whether its whole window lies on the chromosome: bool, shape of `numbers`."""
        chromosome, start = self.locate(numbers)
        length = np.array(list(self.lengths.values()), np.int64)[chromosome]
        return (start >= self.flank) & (start + self.bin + self.flank <= length)


def bins_touching(intervals: pd.DataFrame, grid: Grid, reach: int = 0) -> np.ndarray:
    """Tell which bins touch an interval by at least one nt.

    Parameters
    ----------
    intervals
        chrom, start, end; within the genome.
    grid
        The bins.
    reach
        nt by which intervals are extended on both sides. With `grid.flank` the answer is which
        bins' windows touch an interval.

    Returns
    -------
    np.ndarray
        bool (bins,).
    """
    index = pd.Index(grid.names).get_indexer(intervals["chrom"])
    low, bins = grid.first[index], np.diff(grid.first)[index]
    start = np.maximum((intervals["start"].to_numpy() - reach) // grid.bin, 0)
    end = np.minimum((intervals["end"].to_numpy() - 1 + reach) // grid.bin + 1, bins)
    # What lies in the incomplete bin at the end of a chromosome touches no bin.
    real = start < end
    steps = np.zeros(grid.first[-1] + 1, np.int32)
    np.add.at(steps, (low + start)[real], 1)
    np.add.at(steps, (low + end)[real], -1)
    return np.cumsum(steps[:-1]) > 0


def positive_bins(peaks: pd.DataFrame, grid: Grid, min_overlap: float) -> np.ndarray:
    """Find the bins of which more than a share lies in peaks.

    "More than half of the bin", as Zhou & Troyanskaya 2015 label DeepSEA's bins: with bins of 200 nt
    and 0.5, 101 nt are enough and 100 are not. What several peaks cover counts once.

    Parameters
    ----------
    peaks
        chrom, start, end; within the genome, in any order, overlapping or not.
    grid
        The bins.
    min_overlap
        The share, 0 <= share < 1.

    Returns
    -------
    np.ndarray
        int64, numbers of bins, ascending.
    """
    numbers = np.flatnonzero(bins_touching(peaks, grid))
    chromosome, start = grid.locate(numbers)
    bins = pd.DataFrame({"chrom": np.array(grid.names, object)[chromosome], "start": start})
    bins["end"] = bins["start"] + grid.bin
    merged = bioframe.merge(peaks[list(COLUMNS)])
    covered = bioframe.coverage(bins.astype({"chrom": str}), merged)["coverage"].to_numpy()
    return numbers[covered > largest_count(min_overlap, grid.bin)]


def largest_count(share: float, whole: int) -> int:
    """Return the largest whole number that is not more than `share` × `whole`, without rounding errors."""
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


def track_means(path: str | os.PathLike, grid: Grid, numbers: np.ndarray) -> np.ndarray:
    """Mean of a signal over each bin; where the file has no value it counts as 0.

    Parameters
    ----------
    path
        bigWig; see `check_track`.
    grid, numbers
        The bins, ascending.

    Returns
    -------
    np.ndarray
        float32, shape of `numbers`; that is what bigWig stores, so that a constant 0.7 is not less than 0.7.
    """
    means = np.zeros(len(numbers), np.float32)
    chromosome, start = grid.locate(numbers)
    per_piece = max(1, _PIECE // grid.bin) * grid.bin
    with pyBigWig.open(os.fspath(path)) as track:
        # Bins of one piece of one chromosome stand together, as they are in order.
        group = np.stack([chromosome, start // per_piece], axis=1)
        borders = np.flatnonzero(np.any(np.diff(group, axis=0) != 0, axis=1)) + 1
        for rows in np.split(np.arange(len(numbers)), borders) if len(numbers) else ():
            name = grid.names[chromosome[rows[0]]]
            if name not in track.chroms():
                continue
            low, high = int(start[rows[0]]), int(start[rows[-1]]) + grid.bin
            values = np.nan_to_num(track.values(name, low, high, numpy=True), nan=0.0)
            per_bin = values.reshape(-1, grid.bin).mean(axis=1, dtype=np.float64)
            means[rows] = per_bin[(start[rows] - low) // grid.bin]
    return means


def count_in_windows(flags: np.ndarray, grid: Grid, start: np.ndarray) -> np.ndarray:
    """Count flagged letters in windows of one chromosome.

    Parameters
    ----------
    flags
        bool (length,) of the whole chromosome.
    grid
        The bins.
    start
        Where the bins of the windows start, nt; all windows lie on the chromosome.

    Returns
    -------
    np.ndarray
        int32, shape of `start`.
    """
    # Windows begin and end at multiples of this step, so only its sums need to be accumulated.
    step = gcd(grid.bin, grid.flank)
    sums = flags[: len(flags) // step * step].reshape(-1, step).sum(axis=1, dtype=np.int32)
    before = np.concatenate([[0], np.cumsum(sums, dtype=np.int32)])
    first = (start - grid.flank) // step
    return (before[first + grid.window // step] - before[first]).astype(np.int32)
