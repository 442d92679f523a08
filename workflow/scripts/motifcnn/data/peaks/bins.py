"""Bins of a genome, each the middle of a window: which intervals touch them, and how strong a signal is there."""

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
from .big_files import read_apart
from .intervals import BIGWIG, COLUMNS, check_lengths, check_names

# nt of a bigWig file read at a time.
_PIECE = 2**20


@dataclass(frozen=True)
class Bins:
    """Bins of equal width along a genome, and a window around each.

    A bin is known by its centre: the position of the nt in its middle (the right one of two), if the chromosomes
    are laid end to end. Those of the grid lie side by side from position 0 of every chromosome on.

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
    def offset(self) -> np.ndarray:
        """Where each chromosome begins and, last, where the genome ends: int64 (chromosomes + 1,)."""
        return np.concatenate([[0], np.cumsum(list(self.lengths.values()), dtype=np.int64)])

    @property
    def grid(self) -> np.ndarray:
        """Centres of all bins of the grid, ascending; an incomplete one at the end of a chromosome is not one."""
        numbers = [np.arange(length // self.width, dtype=np.int64) for length in self.lengths.values()]
        return np.concatenate(
            [first + part * self.width for first, part in zip(self.offset, numbers, strict=False)]
        ) + (self.width // 2)

    def locate(self, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the index of each bin's chromosome and where the bin starts there (nt): int64, shape of `centre`."""
        chromosome = np.searchsorted(self.offset, centre, side="right") - 1
        return chromosome, centre - self.offset[chromosome] - self.width // 2

    def place(self, names: pd.Series, position: np.ndarray) -> np.ndarray:
        """Return positions on chromosomes as positions in the genome, int64."""
        return self.offset[pd.Index(self.names).get_indexer(names)] + np.asarray(position, np.int64)

    def has_window(self, centre: np.ndarray) -> np.ndarray:
        """Tell which bins have their whole window on the chromosome: bool, shape of `centre`."""
        chromosome, start = self.locate(centre)
        length = np.diff(self.offset)[chromosome]
        return (start >= self.flank) & (start + self.width + self.flank <= length)

    def ends(self, centre: np.ndarray, reach: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return begin and end of bins in the genome, `reach` nt longer at both ends but within their chromosomes."""
        chromosome, start = self.locate(centre)
        low, high = self.offset[chromosome], self.offset[chromosome + 1]
        begin = low + start
        return np.maximum(begin - reach, low), np.minimum(begin + self.width + reach, high)

    def table(self, centre: np.ndarray) -> pd.DataFrame:
        """Return bins as intervals: chrom, start and end, within their chromosomes."""
        chromosome, _ = self.locate(centre)
        begin, end = (position - self.offset[chromosome] for position in self.ends(centre))
        names = np.array(self.names, object)[chromosome]
        return pd.DataFrame({"chrom": names, "start": begin, "end": end}).astype({"chrom": str})


def bins_touched(intervals: pd.DataFrame, bins: Bins) -> np.ndarray:
    """Return the bins of the grid that intervals touch by at least one nt: int64, centres, ascending."""
    index = pd.Index(bins.names).get_indexer(intervals["chrom"])
    first = intervals["start"].to_numpy() // bins.width
    end = np.minimum(
        (intervals["end"].to_numpy() - 1) // bins.width + 1, np.diff(bins.offset)[index] // bins.width
    )
    # An interval within the incomplete bin at the end of a chromosome touches none.
    number = np.maximum(end - first, 0)
    before = np.cumsum(number) - number
    within = np.arange(number.sum()) - np.repeat(before, number) + np.repeat(first, number)
    return np.unique(np.repeat(bins.offset[index], number) + within * bins.width + bins.width // 2)


def touching(centre: np.ndarray, intervals: pd.DataFrame, bins: Bins, reach: int = 0) -> np.ndarray:
    """Tell which bins touch an interval by at least one nt.

    Parameters
    ----------
    centre, bins
        The bins.
    intervals
        chrom, start, end, within the genome.
    reach
        nt by which bins are extended on both sides; with `bins.flank`, the answer is which windows touch an
        interval.

    Returns
    -------
    np.ndarray
        bool, shape of `centre`.
    """
    if not len(intervals):
        return np.zeros(centre.shape, bool)
    merged = bioframe.merge(intervals[list(COLUMNS)])
    low, high = (np.sort(bins.place(merged["chrom"], merged[name])) for name in ("start", "end"))
    begin, end = bins.ends(centre, reach)
    # The first interval that ends behind where the bin begins.
    following = np.searchsorted(high, begin, side="right")
    return np.append(low, bins.offset[-1])[following] < end


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
    with open(path, "rb") as file:
        if file.read(4) not in BIGWIG:
            raise UserError(f"{path} is not a bigWig file; a filter needs a signal in bigWig format")
    found = read_apart(path, _chromosomes)
    check_names(found, path, lengths, genome)
    check_lengths(found, path, lengths, genome)


def _chromosomes(path: str | os.PathLike) -> dict[str, int]:
    with pyBigWig.open(os.fspath(path)) as track:
        return track.chroms()


def track_means(path: str | os.PathLike, bins: Bins, centre: np.ndarray) -> np.ndarray:
    """Average a signal over each bin; positions without a value count as 0.

    Parameters
    ----------
    path
        bigWig; see `check_track`.
    bins, centre
        The bins, ascending, all within their chromosomes.

    Returns
    -------
    np.ndarray
        float32, shape of `centre`: the precision of bigWig, so that a constant 0.7 is not less than 0.7.

    Raises
    ------
    UserError
        The file is damaged.
    """
    return read_apart(path, _means, bins, centre)


def _means(path: str | os.PathLike, bins: Bins, centre: np.ndarray) -> np.ndarray:
    means = np.zeros(len(centre), np.float32)
    chromosome, start = bins.locate(centre)
    with pyBigWig.open(os.fspath(path)) as track:
        # The bins are in order, so those of one piece of a chromosome are neighbours.
        group = np.stack([chromosome, start // _PIECE], axis=1)
        borders = np.flatnonzero(np.any(np.diff(group, axis=0) != 0, axis=1)) + 1
        for rows in np.split(np.arange(len(centre)), borders) if len(centre) else ():
            name = bins.names[chromosome[rows[0]]]
            if name not in track.chroms():
                continue
            low, high = int(start[rows[0]]), int(start[rows[-1]]) + bins.width
            values = np.nan_to_num(track.values(name, low, high, numpy=True), nan=0.0)
            every_bin = np.lib.stride_tricks.sliding_window_view(values, bins.width)
            means[rows] = every_bin[start[rows] - low].mean(axis=1, dtype=np.float64)
    return means


def count_in_windows(flags: np.ndarray, bins: Bins, start: np.ndarray) -> np.ndarray:
    """Count flagged letters in windows of one chromosome.

    Parameters
    ----------
    flags
        bool (length,) of the whole chromosome.
    bins, start
        The bins, and where those in question start (nt): bins of the grid, all their windows on the chromosome.

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
