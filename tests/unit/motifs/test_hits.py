"""Hits of known motifs, against all words of a length."""

from itertools import product

import numpy as np
import pytest
from motifcnn.core.sequences import encode
from motifcnn.motifs.hits import hit_information
from motifcnn.motifs.meme import Motif
from motifcnn.motifs.ppm import information_content

# CACGTG in the first strand is CACGTG in the other; ACGA is not.
EBOX = Motif("ebox", "", np.where(np.eye(4)[[1, 0, 1, 2, 3, 2]] == 1, 0.97, 0.01))
ODD = Motif(
    "odd",
    "",
    np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.2, 0.1], [0, 0.2, 0.8, 0], [0.4, 0.3, 0.2, 0.1]]),
    10,
)


def test_the_best_word_on_either_strand():
    codes = np.array([encode("TTCACGTGTT"), encode("TTCACGTATT")])
    found = hit_information(codes, [EBOX], 4**-6)
    assert np.flatnonzero(found[0]).tolist() == [2, 3, 4, 5, 6, 7]
    np.testing.assert_allclose(found[0, 2:8], information_content(EBOX.probabilities), rtol=1e-6)
    assert not found[1].any()
    # One mismatch of eighteen, or none: 19 of 4,096 words.
    assert hit_information(codes, [EBOX], 19 / 4096)[1].any()
    assert not hit_information(codes, [EBOX], 18 / 4096)[1].any()


@pytest.mark.parametrize("pvalue", [0.01, 0.05, 0.1, 0.3])
def test_as_many_words_as_the_p_value_allows(pvalue):
    words = np.array(list(product(range(4), repeat=4)), np.uint8)
    smoothed = (ODD.probabilities * 10 + 0.025) / 10.1
    scores = np.round(np.log2(smoothed / 0.25) * 1000)[np.arange(4), words].sum(1)
    # Of equal scores, all or none are hits.
    allowed = [score for score in np.unique(scores) if (scores >= score).mean() <= pvalue]
    expected = scores >= min(allowed)
    assert 0 < expected.mean() <= pvalue
    reverse = np.array([(scores >= min(allowed))[(words == 3 - word[::-1]).all(1)][0] for word in words])
    found = hit_information(words, [ODD], pvalue).any(1)
    np.testing.assert_array_equal(found, expected | reverse)


def test_each_strand_has_its_own_columns():
    codes = np.array([encode("ACGA"), encode("TCGT")])
    forward, backward = hit_information(codes, [ODD], 0.01)
    np.testing.assert_allclose(forward, backward[::-1])
    np.testing.assert_allclose(forward, information_content(ODD.probabilities), rtol=1e-6)


def test_what_can_have_no_hit():
    codes = np.array([encode("CACGTG"), encode("CANGTG")])
    # The likeliest word of six letters comes up once in 4,096.
    assert not hit_information(codes, [EBOX], 1e-4).any()
    assert hit_information(codes, [EBOX], 0.9).any(1).tolist() == [True, False]
    assert not hit_information(codes[:, :5], [EBOX], 0.9).any()
    assert not hit_information(codes, [], 0.9).any()


def test_where_hits_overlap_the_highest_counts():
    one = Motif("one", "", np.array([[0.97, 0.01, 0.01, 0.01]] * 2))
    two = Motif("two", "", np.array([[0.97, 0.01, 0.01, 0.01], [0.7, 0.1, 0.1, 0.1]]))
    found = hit_information(np.array([encode("AAA")]), [two, one], 1 / 16)
    np.testing.assert_allclose(found[0], information_content(one.probabilities)[[0, 0, 0]], rtol=1e-6)
