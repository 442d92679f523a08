"""Patterns of TF-MoDISco, from a small file of its layout."""

import re

import h5py
import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.interpretation.modisco import as_motifs, read_patterns, trim
from motifcnn.motifs.meme import read_meme, write_meme
from toys.modisco_file import LETTERS, SIZES, add_pattern, write_patterns

CACGTG = np.eye(4)[[1, 0, 1, 2, 3, 2]]


def test_patterns_for_the_target_come_first_in_the_order_of_their_numbers(tmp_path):
    write_patterns(tmp_path / "p.h5", positive=range(50, 38, -1), negative=[7])
    found = read_patterns(tmp_path / "p.h5")
    # pattern_10 stands before pattern_2 in the file.
    assert [pattern.name for pattern in found] == [*(f"pos{number}" for number in range(12)), "neg0"]
    assert [pattern.n_seqlets for pattern in found] == [*range(50, 38, -1), 7]
    assert found[0].sequence.tolist() == LETTERS


@pytest.mark.parametrize(
    ("share", "kept"),
    # The sizes are 0.1, 0.25, 1, 0.8, 0.6, 0.4, 0.3, 1, 0.2: low ones between high ones stay.
    [(0.3, slice(2, 8)), (0.25, slice(1, 8)), (0.9, slice(2, 8)), (0, slice(0, 9)), (1, slice(2, 8))],
)
def test_a_pattern_reaches_from_its_first_high_position_to_its_last(tmp_path, share, kept):
    write_patterns(tmp_path / "p.h5")
    [pattern] = read_patterns(tmp_path / "p.h5")
    found = trim(pattern, share)
    np.testing.assert_array_equal(found.sequence, pattern.sequence[kept])
    np.testing.assert_array_equal(found.scores, pattern.scores[kept])


def test_as_motifs(tmp_path):
    write_patterns(tmp_path / "p.h5", positive=[30], negative=[20])
    write_meme(tmp_path / "p.meme", as_motifs(read_patterns(tmp_path / "p.h5"), 0.3))
    first, second = read_meme(tmp_path / "p.meme")
    assert (first.id, first.nsites, second.id, second.nsites) == ("pos0", 30, "neg0", 20)
    assert first.name == second.name == ""
    np.testing.assert_array_equal(first.probabilities, CACGTG)


def test_seqlets_with_an_n(tmp_path):
    with h5py.File(tmp_path / "p.h5", "w") as file:
        add_pattern(file, "pos_patterns", 0, [[0.5, 0.3, 0, 0], [0, 0, 0, 0]], [1, 1], 10)
    [motif] = as_motifs(read_patterns(tmp_path / "p.h5"), 0.3)
    np.testing.assert_allclose(motif.probabilities, [[0.625, 0.375, 0, 0], [0.25] * 4])


def test_no_patterns_become_a_motif_that_tells_nothing(tmp_path):
    write_patterns(tmp_path / "p.h5", positive=[])
    assert read_patterns(tmp_path / "p.h5") == []
    [motif] = as_motifs([], 0.3)
    assert motif.id == "none"
    assert (motif.probabilities == 0.25).all()


def test_what_is_no_file_of_patterns(tmp_path):
    path = tmp_path / "p.h5"
    with pytest.raises(UserError, match=r"p\.h5 does not exist"):
        read_patterns(path)
    path.write_bytes(b"no HDF5")
    with pytest.raises(
        UserError, match=r"p\.h5 is not a complete file of TF-MoDISco \(.*\); delete it and run again"
    ):
        read_patterns(path)
    write_patterns(path)
    with h5py.File(path, "a") as file:
        del file["pos_patterns/pattern_0/contrib_scores"]
    with pytest.raises(UserError, match="not a complete file of TF-MoDISco"):
        read_patterns(path)
    with h5py.File(path, "a") as file:
        file["pos_patterns/pattern_0/contrib_scores"] = np.zeros((3, 4))
    with pytest.raises(UserError, match=r"pos_patterns/pattern_0 has the shape \(9, 4\)"):
        read_patterns(path)
    for shape in ((9, 3), (0, 4), (4,)):
        with h5py.File(path, "w") as file:
            add_pattern(file, "neg_patterns", 1, LETTERS, SIZES, 1)
            for name in ("sequence", "contrib_scores"):
                del file["neg_patterns/pattern_1"][name]
                file["neg_patterns/pattern_1"][name] = np.zeros(shape)
        with pytest.raises(UserError, match=re.escape(f"neg_patterns/pattern_1 has the shape {shape}")):
            read_patterns(path)
