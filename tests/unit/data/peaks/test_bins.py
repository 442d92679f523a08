"""Bins, what touches them, and what is counted in their windows."""

import numpy as np
import pandas as pd
import pyBigWig
import pytest
from motifcnn.data.peaks import bins as module
from motifcnn.data.peaks.bins import (
    Bins,
    bins_touched,
    count_in_windows,
    largest_count,
    touching,
    track_means,
)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:bioframe")
# Bins 0-2 on a, none on b, which is too short, and 3-4 on c.
BINS = Bins({"a": 35, "b": 9, "c": 20}, 10, 14)


def table(*intervals):
    return pd.DataFrame(intervals, columns=["chrom", "start", "end"])


def test_bins_are_known_by_their_centres():
    assert BINS.grid.tolist() == [5, 15, 25, 49, 59]
    chromosome, start = BINS.locate(BINS.grid)
    assert chromosome.tolist() == [0, 0, 0, 2, 2]
    assert start.tolist() == [0, 10, 20, 0, 10]
    assert BINS.flank == 2
    # Windows: -2-12, 8-22, 18-32 of 35; -2-12, 8-22 of 20.
    assert BINS.has_window(BINS.grid).tolist() == [False, True, True, False, False]
    # A window may reach from one end of the chromosome to the other.
    assert Bins({"a": 14}, 10, 14).has_window(np.array([7])).tolist() == [True]
    # A bin may lie anywhere; one at the end of its chromosome ends there.
    assert BINS.table(np.array([1, 17, 34])).to_numpy().tolist() == [
        ["a", 0, 6],
        ["a", 12, 22],
        ["a", 29, 35],
    ]
    assert BINS.place(pd.Series(["c", "a"]), [3, 4]).tolist() == [47, 4]


def test_which_bins_touch_intervals():
    intervals = table(("a", 9, 10), ("a", 20, 21), ("c", 10, 20), ("b", 0, 9), ("a", 30, 35))
    assert touching(BINS.grid, intervals, BINS).tolist() == [True, False, True, False, True]
    assert bins_touched(intervals, BINS).tolist() == [5, 25, 59]
    # One nt on both sides: 10-20 is reached from 9-10 and from 20-21; nothing reaches over to c.
    intervals = table(("a", 9, 10), ("a", 20, 21), ("a", 33, 35))
    assert touching(BINS.grid, intervals, BINS, reach=1).tolist() == [True, True, True, False, False]
    assert not touching(BINS.grid, table(("a", 31, 35)), BINS, reach=1).any()
    assert touching(BINS.grid, table(("a", 31, 35)), BINS, 2).tolist() == [False, False, True, False, False]
    assert not touching(BINS.grid, intervals[:0], BINS).any()
    assert bins_touched(table(("a", 0, 35), ("a", 8, 12)), BINS).tolist() == [5, 15, 25]
    assert bins_touched(table(("b", 0, 9)), BINS).tolist() == []


@pytest.mark.parametrize(
    ("share", "whole", "largest"),
    [(0.5, 200, 100), (0.29, 100, 29), (0.57, 100, 57), (0, 9, 0), (1 / 3, 200, 66)],
)
def test_shares_are_taken_as_they_are_written(share, whole, largest):
    assert largest_count(share, whole) == largest


@pytest.mark.parametrize(("bin_", "window"), [(10, 14), (10, 30), (10, 10), (7, 12 + 7)])
def test_counts_in_windows(bin_, window):
    flags = np.random.default_rng(2).random(203) < 0.3
    bins = Bins({"a": 203}, bin_, window)
    start = bins.locate(bins.grid[bins.has_window(bins.grid)])[1]
    expected = [flags[low - bins.flank : low - bins.flank + window].sum() for low in start]
    assert count_in_windows(flags, bins, start).tolist() == expected


def test_means_of_a_signal(tmp_path, monkeypatch):
    path = tmp_path / "signal.bw"
    values = np.random.default_rng(5).random(100).astype(np.float32)
    with pyBigWig.open(str(path), "w") as file:
        file.addHeader([("a", 105)])
        file.addEntries("a", 0, values=values.tolist(), span=1, step=1)
    bins = Bins({"z": 50, "a": 105}, 10, 10)
    expected = [0] * 5 + values.reshape(10, 10).mean(1).tolist()
    numbers = np.array([0, 4, 5, 6, 9, 12, 14])
    for piece in (10, 25, 1000):
        monkeypatch.setattr(module, "_PIECE", piece)
        assert track_means(path, bins, bins.grid[numbers]) == pytest.approx(
            [expected[number] for number in numbers], abs=1e-6
        )
        # Bins off the grid: 3-13 and 7-17 of a.
        means = [values[3:13].mean(), values[7:17].mean()]
        assert track_means(path, bins, np.array([58, 62])) == pytest.approx(means, abs=1e-6)
    assert track_means(path, bins, bins.grid[:0]).shape == (0,)
