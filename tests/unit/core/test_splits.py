"""Splits of a dataset: how many sequences each has, and which hold both strands."""

import pytest
from motifcnn.core.splits import is_doubled, split_sizes


@pytest.mark.parametrize(
    ("total", "shares", "sizes"),
    [
        (25_000, [0.7, 0.1, 0.2], (17_500, 2_500, 5_000)),
        # 0.7 + 0.1 is a little less than 0.8, of which 16,000 is not to become 15,999.
        (20_000, [0.7, 0.1, 0.2], (14_000, 2_000, 4_000)),
        # The bounds 7.7 and 8.8 are rounded, not the sizes, so that nothing is lost.
        (11, [0.7, 0.1, 0.2], (8, 1, 2)),
        # Halves go to the even number: 2.5 and 7.5 become 2 and 8.
        (10, [0.25, 0.5, 0.25], (2, 6, 2)),
        (10, [0.98, 0.01, 0.01], (10, 0, 0)),
    ],
)
def test_sizes(total, shares, sizes):
    assert split_sizes(total, shares) == sizes


def test_which_splits_are_doubled():
    doubled = {
        choice: [is_doubled(split, choice) for split in ("train", "valid", "test")]
        for choice in ("none", "train", "all")
    }
    assert doubled == {"none": [False] * 3, "train": [True, False, False], "all": [True] * 3}
