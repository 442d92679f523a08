"""How well scores of letters point at planted motifs, by hand."""

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.interpretation.planted_positions import score_positions

BITS = np.array([[0, 1.5, 0.01, 0], [2, 0.02, 0, 0]], np.float32)


def test_by_hand():
    scores = np.array([[0, 3, 4, 1], [5, 6, 1, 1]], np.float32)
    found = score_positions(scores, BITS)
    # Of the first, one position is planted, as 0.01 bits are too few, and of the three others two score less; of the
    # second, both planted score more than both others.
    assert found["sequences"] == 2
    assert found["attribution_auroc"] == pytest.approx((2 / 3 + 1) / 2)
    # From (0, 1): first a false one, so that the precision is 0, then the true one, 1/2; the area is 1/4.
    assert found["attribution_aupr"] == pytest.approx((1 / 4 + 1) / 2)
    # The others of the first score 0, 4 and 1, mean 5/3; those of the second score alike and are left out.
    assert found["attribution_snr"] == pytest.approx((3 - 5 / 3) / np.std([0, 4, 1]))


def test_sequences_without_a_motif_do_not_count():
    scores = np.array([[0, 3, 4, 1], [5, 6, 1, 1]], np.float32)
    alone = score_positions(scores[:1], BITS[:1])
    nothing = np.zeros_like(BITS)
    more = score_positions(np.vstack([scores[:1], scores]), np.vstack([BITS[:1], nothing]))
    assert more == alone
    with pytest.raises(UserError, match="no sequence has planted motifs and other positions"):
        score_positions(scores, nothing)
    with pytest.raises(UserError, match="no sequence has planted motifs and other positions"):
        score_positions(scores, nothing + 1)


def test_equal_scores_say_nothing():
    found = score_positions(np.zeros((2, 4), np.float32), BITS)
    assert found["attribution_auroc"] == 0.5
    assert found["attribution_snr"] is None
