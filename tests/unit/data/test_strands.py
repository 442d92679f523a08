"""Reverse complements as further rows."""

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import decode, encode, reverse_complement
from motifcnn.data.strands import fill_second_half, is_doubled


def test_which_splits_are_doubled():
    doubled = {
        choice: [is_doubled(split, choice) for split in ("train", "valid", "test")]
        for choice in ("none", "train", "all")
    }
    assert doubled == {"none": [False] * 3, "train": [True, False, False], "all": [True] * 3}
    with pytest.raises(UserError, match="reverse_complement: 'both' is unknown; write none, train, all"):
        is_doubled("train", "both")


def test_second_half_is_the_reverse_complement_of_the_first():
    rows = np.stack([encode("AACGN"), encode("TTTTC"), encode("GGGGG"), encode("GGGGG")])
    fill_second_half(rows)
    assert [decode(row) for row in rows] == ["AACGN", "TTTTC", "NCGTT", "GAAAA"]


def test_more_rows_than_are_done_at_a_time():
    rows = np.zeros((2 * 9001, 3), np.uint8)
    rows[:9001] = np.random.default_rng(1).integers(0, 5, (9001, 3))
    fill_second_half(rows)
    assert np.array_equal(rows[9001:], reverse_complement(rows[:9001]))
