"""The planted motifs of a sequence as letters with heights, worked out by hand."""

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import MOTIF_DTYPE, Split
from motifcnn.data.planted_sites import planted_sites
from motifcnn.motifs.meme import Motif

# 2 and 1 bits.
MOTIF = Motif("MA1", "one", np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0]]))
CODES = np.array([[0, 1, 2, 3, 4]] * 3, np.uint8)
LABEL = np.zeros((3, 1), np.uint8)


def test_both_strands_in_their_order():
    planted = [(1, 3, 2, b"MA1", b"-"), (0, 2, 2, b"MA1", b"+"), (1, 0, 2, b"MA1", b"+")]
    split = Split(CODES, LABEL, np.array(planted, MOTIF_DTYPE))
    first, second = planted_sites(split, 1, [MOTIF])
    assert (first.start, first.name, first.heights.tolist()) == (0, "one +", [[0, 2, 0, 0], [0.5, 0, 0.5, 0]])
    assert (second.start, second.name, second.heights.tolist()) == (
        3,
        "one -",
        [[0, 0.5, 0, 0.5], [0, 0, 2, 0]],
    )
    assert planted_sites(split, 2, [MOTIF]) == []
    with pytest.raises(
        UserError, match="the motif MA1 was planted in the dataset, but is not in the database"
    ):
        planted_sites(split, 1, [])


def test_where_only_the_informative_positions_are_known():
    bits = np.array([[0, 0.5, 2, 0, 1]] * 3, np.float32)
    [site] = planted_sites(Split(CODES, LABEL, None, bits), 0)
    assert (site.start, site.name) == (0, "")
    # The last letter is an N, which has no height.
    assert site.heights.tolist() == [[0, 0, 0, 0], [0, 0.5, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_nothing_is_known_in_vivo():
    assert planted_sites(Split(CODES, LABEL), 0) is None
