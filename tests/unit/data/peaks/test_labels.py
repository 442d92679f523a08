"""Bins around summits and on a grid, their labels, and the peaks that are in none."""

import pandas as pd
import pytest
from motifcnn.data.peaks.bins import Bins
from motifcnn.data.peaks.labels import choose_centre, count_without_bin, label_places
from toys.refusals import refused

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:bioframe")
BINS = Bins({"a": 100, "b": 60}, 10, 14)


def peaks(*intervals):
    """Intervals chrom, start, end and, if it is not the middle, summit."""
    rows = [(*one, (one[1] + one[2]) // 2)[:4] if len(one) == 3 else one for one in intervals]
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "summit"])


def labels(tables, centre, share=0.5):
    places, label = label_places(tables, BINS, centre, share)
    chromosome, start = BINS.locate(places)
    found = dict(
        zip(zip(chromosome.tolist(), start.tolist(), strict=True), map(tuple, label.tolist()), strict=True)
    )
    return found, count_without_bin(tables, BINS, places, label)


def test_bins_of_a_grid():
    # 5-16 covers 5 of 0-10 and 6 of 10-20; 14-20 covers 6; 34-46 covers 6 of two bins; 52-57 covers 5.
    tables = {
        "A": peaks(("a", 5, 16), ("a", 34, 46), ("a", 52, 57)),
        "B": peaks(("b", 14, 20), ("b", 31, 35)),
    }
    found, lost = labels(tables, "bin")
    assert found == {(0, 10): (1, 0), (0, 30): (1, 0), (0, 40): (1, 0), (1, 10): (0, 1)}
    assert lost == {"A": 1, "B": 1}


def test_bins_around_summits():
    tables = {
        # Narrow and wide, and one whose summit is not in its middle.
        "A": peaks(("a", 20, 22, 20), ("a", 40, 60, 58)),
        # 3 nt away from the first, which shares its bin; one alone; one on another chromosome.
        "B": peaks(("a", 22, 24, 23), ("b", 30, 31, 30)),
    }
    found, lost = labels(tables, "summit")
    # The middle of 20 and 23 is 22; a bin of 10 nt begins 5 nt before it.
    assert found == {(0, 17): (1, 1), (0, 53): (1, 0), (1, 25): (0, 1)}
    assert lost == {"A": 0, "B": 0}


def test_a_bin_around_a_summit_is_positive_for_what_covers_it_too():
    # 53-63 lies under B from 50 on; the summit of B is at 80. 75-85 is under B alone.
    tables = {"A": peaks(("a", 57, 60, 58)), "B": peaks(("a", 50, 90, 80))}
    assert labels(tables, "summit")[0] == {(0, 53): (1, 1), (0, 75): (0, 1)}


@pytest.mark.parametrize("gap", range(1, 12))
def test_summits_share_a_bin_only_if_it_holds_both(gap):
    tables = {"A": peaks(("a", 50, 51)), "B": peaks(("a", 50 + gap, 51 + gap))}
    found, lost = labels(tables, "summit")
    assert lost == {"A": 0, "B": 0}
    assert len(found) == (1 if gap < 10 else 2)
    if gap < 10:
        ((_, start),) = found
        assert start <= 50 < 50 + gap < start + 10


def test_a_chain_of_summits_does_not_grow_together():
    tables = {"A": peaks(*(("a", low, low + 1) for low in range(20, 60, 6)))}
    found, lost = labels(tables, "summit")
    assert [start for _, start in found] == [18, 30, 42, 51]
    assert lost == {"A": 0}


def test_peaks_at_the_ends_of_chromosomes():
    found, lost = labels({"A": peaks(("a", 98, 100), ("b", 0, 2))}, "summit")
    assert found == {(0, 94): (1,), (1, -4): (1,)}
    assert lost == {"A": 0}


def test_peaks_that_are_all_too_narrow():
    with refused(
        "none of the 2 peaks of A covers more than min_overlap (0.5) of a bin (10 nt)", "is 5 nt", "summit"
    ):
        labels({"A": peaks(("a", 0, 5), ("a", 20, 25))}, "bin")


def test_the_default_is_the_summit_if_all_files_state_them():
    assert choose_centre(None, [5, 1]) == "summit"
    assert choose_centre(None, [5, 0]) == "bin"
    assert choose_centre("bin", [5, 1]) == "bin"
