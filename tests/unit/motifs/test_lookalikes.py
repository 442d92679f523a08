import numpy as np
from motifcnn.motifs.lookalikes import without_lookalikes
from motifcnn.motifs.meme import Motif

ONES = np.eye(4)[[0, 1, 2, 2, 3, 0, 0, 1]]
CORE = Motif("core", "", ONES)
REVERSED = Motif("reversed", "", ONES[::-1, ::-1])
OTHER = Motif("other", "", np.eye(4)[[0, 0, 3, 3, 1, 3, 0, 3]])


def test_what_resembles_a_motif_on_either_strand_is_left_out():
    assert without_lookalikes([REVERSED, OTHER, CORE], [CORE], 0.1) == [OTHER]


def test_the_e_value_counts_the_motifs():
    # Of two motifs, the p value of a match has to be half as large.
    p_value = 1e-3
    alone, among_many = ([CORE], 2 * p_value), ([CORE, *[OTHER] * 999], p_value)
    assert without_lookalikes([REVERSED], *alone) == []
    assert without_lookalikes([REVERSED], *among_many) == [REVERSED]
