"""What sequences are compared with."""

from collections import Counter

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import decode, encode
from motifcnn.interpretation.attribution.explained import Explained
from motifcnn.interpretation.attribution.references import draw_references
from toys.one_filter import one_filter

CODES = np.stack([encode("ACGTTTGACCATTGACGTAC"), encode("AAANNCGCGTATANCACGTA")])


def drawn(kind, number=50, seed=0):
    return draw_references(kind, CODES, number, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", ["permuted", "dinucleotide"])
def test_shuffles(kind):
    found = drawn(kind)
    assert found.shape == (2, 50, 20)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(np.sort(found, axis=2), np.sort(CODES, axis=1)[:, None].repeat(50, 1))
    # N stays where it is, and what is between stays between.
    assert (found[1][:, [3, 4, 13]] == 4).all()
    np.testing.assert_array_equal(np.sort(found[1][:, 5:13]), np.sort(CODES[1, 5:13])[None].repeat(50, 0))
    assert len(np.unique(found[0], axis=0)) > 30
    np.testing.assert_array_equal(found, drawn(kind))
    assert (found != drawn(kind, seed=1)).any()


def test_pairs_are_kept_by_one_shuffle_alone():
    def pairs(codes):
        return Counter(zip(decode(codes), decode(codes)[1:], strict=False))

    assert all(pairs(row) == pairs(CODES[0]) for row in drawn("dinucleotide")[0])
    assert any(pairs(row) != pairs(CODES[0]) for row in drawn("permuted")[0])
    for text in ("A", "AC", "AAAA"):
        codes = encode(text)[None]
        found = draw_references("dinucleotide", codes, 3, np.random.default_rng(0))
        np.testing.assert_array_equal(found, codes[None].repeat(3, 1))


@pytest.mark.parametrize(("kind", "column"), [("zeros", 0), ("uniform", 0.25)])
def test_constant_references(kind, column):
    found = drawn(kind)
    assert found.shape == (2, 1, 20)
    assert found.dtype == np.uint8
    one_hot = Explained(one_filter()).one_hot(found[:, 0])
    known = CODES != 4
    assert (one_hot.transpose(1, 2)[known] == column).all()
    assert not one_hot.transpose(1, 2)[~known].any()


def test_references_of_ones_own():
    own = np.stack([encode("A" * 20), encode("C" * 20), encode("G" * 20)])
    found = drawn(own.astype(np.int64))
    assert found.shape == (2, 3, 20)
    assert found.dtype == np.uint8
    assert decode(found[1, 2]) == "GGGNNGGGGGGGGNGGGGGG"
    np.testing.assert_array_equal(found, drawn(np.stack([own, own])))


@pytest.mark.parametrize("wrong", ["shuffled", np.zeros((3, 19), np.uint8), np.zeros((3, 1, 20), np.uint8)])
def test_wrong_references(wrong):
    known = "permuted, dinucleotide, zeros, uniform"
    words = rf"there are no references 'shuffled'; write one of {known}, |has the shape \(3, "
    with pytest.raises(UserError, match=words):
        drawn(wrong)
