"""Which places of a genome become windows, and for which targets they are positive.

Around the bins of a grid, as in DeepSEA (Zhou & Troyanskaya 2015, doi 10.1038/nmeth.3547), a bin is positive if
peaks cover more than a share of it. Around summits, every window has a summit in its bin, and no peak is lost.
"""

from collections.abc import Mapping, Sequence

import bioframe
import numpy as np
import pandas as pd

from ...core.errors import UserError
from .bins import Bins, bins_touched, largest_count, touching
from .intervals import COLUMNS

BIN, SUMMIT = "bin", "summit"


def label_places(
    peaks: Mapping[str, pd.DataFrame], bins: Bins, centre: str, min_overlap: float
) -> tuple[np.ndarray, np.ndarray]:
    """Find the bins with a positive.

    Parameters
    ----------
    peaks
        chrom, start, end and summit of each target's peaks, within the genome, in any order, overlapping or not.
    bins
        Width of the bins, and their genome.
    centre
        `bin`: bins of the grid; `summit`: bins around summits, where summits less than the width of a bin apart
        share one, with its centre in the middle of the first and the last of them.
    min_overlap
        A bin is positive for a target if its peaks cover more than this share of it, 0 <= share < 1, and, with
        `summit`, if it holds a summit. With bins of 200 nt and a share of 0.5, 101 nt are enough and 100 are not.
        A position under several peaks counts once.

    Returns
    -------
    np.ndarray
        int64 (N,), centres of the bins, ascending.
    np.ndarray
        uint8 (N, targets), their labels.

    Raises
    ------
    UserError
        With `bin`, no bin at all is positive for a target.
    """
    everything = pd.concat(peaks.values(), ignore_index=True)
    places = _between_summits(everything, bins) if centre == SUMMIT else bins_touched(everything, bins)
    limit, label = largest_count(min_overlap, bins.width), np.zeros((len(places), len(peaks)), np.uint8)
    for column, (target, table) in enumerate(peaks.items()):
        label[:, column] = _covered(places, table, bins) > limit
        if centre == SUMMIT:
            label[:, column] |= _holds(places, table, bins)
        if not label[:, column].any() and len(table):
            median = (table["end"] - table["start"]).median()
            raise UserError(
                f"none of the {len(table):,} peaks of {target} covers more than min_overlap ({min_overlap}) of a bin "
                f"({bins.width} nt), as their median width is {median:.0f} nt; write centre: summit, or a smaller bin "
                "or min_overlap"
            )
    positive = label.any(axis=1)
    return places[positive], label[positive]


def count_without_bin(
    peaks: Mapping[str, pd.DataFrame], bins: Bins, places: np.ndarray, label: np.ndarray
) -> dict[str, int]:
    """Count the peaks of each target that touch no bin that is positive for it."""
    counts = {}
    for (target, table), own in zip(peaks.items(), label.T, strict=True):
        found = bioframe.count_overlaps(table[list(COLUMNS)], bins.table(places[own == 1]))
        counts[target] = int((found["count"] == 0).sum())
    return counts


def _between_summits(peaks: pd.DataFrame, bins: Bins) -> np.ndarray:
    """Return the middle between the first and the last of summits that share a bin: int64, ascending."""
    summit = np.unique(bins.place(peaks["chrom"], peaks["summit"]))
    chromosome, _ = bins.locate(summit)
    groups: list[list[int]] = []
    for name, position in zip(chromosome.tolist(), summit.tolist(), strict=True):
        if groups and groups[-1][0] == name and position - groups[-1][1] < bins.width:
            groups[-1][2] = position
        else:
            groups.append([name, position, position])
    return np.array([(first + last + 1) // 2 for _, first, last in groups], np.int64)


def _holds(places: np.ndarray, peaks: pd.DataFrame, bins: Bins) -> np.ndarray:
    """Tell which bins hold a summit: bool (N,)."""
    summit = np.sort(bins.place(peaks["chrom"], peaks["summit"]))
    begin, end = bins.ends(places)
    return np.searchsorted(summit, begin) < np.searchsorted(summit, end)


def _covered(places: np.ndarray, peaks: pd.DataFrame, bins: Bins) -> np.ndarray:
    """Count the nt of each bin under peaks: int64 (N,)."""
    covered, rows = np.zeros(len(places), np.int64), np.flatnonzero(touching(places, peaks, bins))
    merged = bioframe.merge(peaks[list(COLUMNS)])
    covered[rows] = bioframe.coverage(bins.table(places[rows]), merged)["coverage"]
    return covered


def choose_centre(asked: str | None, with_summit: Sequence[int]) -> str:
    """Return what windows are centred on: what was asked for, or else summits if all files state them."""
    return asked or (SUMMIT if all(with_summit) else BIN)
