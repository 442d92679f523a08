import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import encode
from motifcnn.interpretation.attribution.sequences import choose_sequences, index_of_target


def choose(number, label, *sequences):
    codes = np.stack([encode(text) for text in sequences])
    rows = choose_sequences(np.array(label, dtype=np.uint8), codes, number, "SP1")
    assert rows.dtype == np.int64
    return rows.tolist()


def test_the_first_sequences_that_the_target_binds_are_chosen():
    sequences = ("ACCA", "AAAA", "CCCA", "GATC", "ACNN")
    label = [1, 0, 1, 1, 1]
    assert choose(10, label, *sequences) == [0, 2, 3, 4]
    assert choose(2, label, *sequences) == [0, 2]
    with pytest.raises(UserError, match="SP1 binds none of the test sequences"):
        choose(2, [0] * 5, *sequences)


def test_of_both_strands_the_first_is_chosen():
    # Each beside its complement, all complements behind all sequences, and palindromes, which are their own.
    assert choose(3, [1] * 6, "ACCA", "TGGT", "CCCA", "TGGG", "ANAA", "TTNT") == [0, 2, 4]
    assert choose(3, [1] * 4, "TGGT", "CCCA", "ACCA", "TGGG") == [0, 1]
    assert choose(3, [1] * 4, "GATC", "ACGT", "GATC", "AACC") == [0, 1, 3]
    # A complement whose other strand is not bound, or does not stand there, is as good as any.
    assert choose(3, [0, 1, 1], "ACCA", "TGGT", "TGGG") == [1, 2]


def test_targets_are_named_or_numbered():
    assert [index_of_target(["SP1", "MAX"], target) for target in (None, "MAX", 1)] == [0, 1, 1]
    for target in ("YY1", 2, -1):
        with pytest.raises(UserError, match=f"{target!r}, but the dataset's targets are SP1, MAX"):
            index_of_target(["SP1", "MAX"], target)
