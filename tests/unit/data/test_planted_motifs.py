"""Bits per position of planted motifs, worked out by hand."""

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import MOTIF_DTYPE, Split
from motifcnn.data.planted_motifs import motifs_of, planted_information
from motifcnn.motifs.meme import Motif

# 2, 1, 0.25 and 0 bits: the information, not the span, is the truth.
ONE = Motif("one", "", np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0.5, 0.25, 0.125, 0.125], [0.25] * 4]))
TWO = Motif("two", "", np.array([[0, 0, 0, 1.0]]))


def split(*rows, n=3, **truth):
    codes = np.zeros((n, 8), np.uint8)
    return Split(codes, np.zeros((n, 1), np.uint8), np.array(list(rows), MOTIF_DTYPE), **truth)


def test_both_strands_and_both_ends():
    planted = split(
        (0, 0, 4, b"one", b"+"), (0, 4, 4, b"one", b"-"), (2, 7, 1, b"two", b"-"), (2, 1, 4, b"one", b"+")
    )
    found = planted_information(planted, [TWO, ONE])
    assert found.dtype == np.float32
    assert found.tolist() == [
        [2, 1, 0.25, 0, 0, 0.25, 1, 2],
        [0] * 8,
        [0, 2, 1, 0.25, 0, 0, 0, 2],
    ]
    assert [motif.id for motif in motifs_of(planted, [TWO, ONE])] == ["one", "two"]


def test_what_a_released_dataset_says_is_taken_as_it_is():
    known = np.ones((3, 8), np.float32)
    assert (
        planted_information(Split(np.zeros((3, 8), np.uint8), np.zeros((3, 1), np.uint8), None, known))
        is known
    )


def test_truth_that_is_not_known():
    with pytest.raises(
        UserError, match="the dataset does not say where its motifs are; give one that was sim"
    ):
        planted_information(Split(np.zeros((3, 8), np.uint8), np.zeros((3, 1), np.uint8)))
    with pytest.raises(
        UserError, match="the motif one was planted in the dataset, but is not in the database"
    ):
        planted_information(split((0, 0, 4, b"one", b"+")), [TWO])
