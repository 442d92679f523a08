"""Codes, letters and strands."""

import numpy as np
from motifcnn.core.sequences import decode, encode, one_hot, reverse_complement


def test_encode_ignores_case_and_makes_n_of_the_rest():
    assert encode("ACGTacgtNnRY-").tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 4, 4, 4, 4, 4]
    assert encode(b"GATTACA").dtype == np.uint8


def test_decode_is_the_inverse():
    assert decode(encode("GATTACAN")) == "GATTACAN"


def test_reverse_complement():
    assert decode(reverse_complement(encode("AACGTN"))) == "NACGTT"
    batch = np.array([[0, 1, 2, 3], [0, 0, 4, 1]], np.uint8)
    assert reverse_complement(batch).tolist() == [[0, 1, 2, 3], [2, 4, 3, 3]]
    assert (reverse_complement(reverse_complement(batch)) == batch).all()


def test_one_hot():
    assert one_hot(encode("GN")).tolist() == [[0, 0, 1, 0], [0, 0, 0, 0]]
