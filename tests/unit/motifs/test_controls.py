import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.motifs.controls import ground_truth_motifs, shuffle_motifs
from motifcnn.motifs.meme import Motif
from motifcnn.motifs.ppm import information_content


def some_motifs(n=5, width=12, seed=0):
    generator = np.random.default_rng(seed)
    return [Motif(f"filter{i}", "", generator.dirichlet([0.3] * 4, width), float(width)) for i in range(n)]


class TestShuffle:
    def test_information_is_kept(self):
        for before, after in zip(some_motifs(), shuffle_motifs(some_motifs(), seed=1), strict=True):
            np.testing.assert_allclose(
                np.sort(information_content(after.probabilities)),
                np.sort(information_content(before.probabilities)),
            )
            assert (after.id, after.name, after.nsites) == (before.id, before.name, before.nsites)

    def test_each_column_is_a_permutation_of_a_column(self):
        before, after = some_motifs(1)[0], shuffle_motifs(some_motifs(1), seed=1)[0]
        rows = {tuple(sorted(row)) for row in before.probabilities}
        assert {tuple(sorted(row)) for row in after.probabilities} == rows

    @pytest.mark.parametrize("seed", range(20))
    def test_columns_never_keep_their_order(self, seed):
        # Two columns: half of all permutations would be the identity.
        motif = Motif("filter0", "", np.array([[1, 0, 0, 0], [0.5, 0.5, 0, 0]]), 2.0)
        after = shuffle_motifs([motif], seed)[0]
        np.testing.assert_array_equal(information_content(after.probabilities), [1, 2])

    def test_letters_are_permuted_too(self):
        motif = Motif("filter0", "", np.tile([1.0, 0, 0, 0], (40, 1)), 40.0)
        assert len(set(shuffle_motifs([motif], 1)[0].probabilities.argmax(axis=1))) == 4

    def test_seeded(self):
        first, again, other = (shuffle_motifs(some_motifs(), seed) for seed in (1, 1, 2))
        for a, b, c in zip(first, again, other, strict=True):
            np.testing.assert_array_equal(a.probabilities, b.probabilities)
            assert (a.probabilities != c.probabilities).any()

    def test_every_filter_has_a_shuffle_of_its_own(self):
        one = some_motifs(1)[0]
        first, second = shuffle_motifs([one, one], 1)
        assert (first.probabilities != second.probabilities).any()

    def test_single_column_and_uniform_motif(self):
        one = Motif("filter0", "", np.array([[0.7, 0.1, 0.1, 0.1]]), 1.0)
        flat = Motif("filter1", "", np.full((19, 4), 0.25), 19.0)
        short, uniform = shuffle_motifs([one, flat], 1)
        np.testing.assert_allclose(np.sort(short.probabilities), [[0.1, 0.1, 0.1, 0.7]])
        np.testing.assert_array_equal(uniform.probabilities, flat.probabilities)


class TestGroundTruth:
    DATABASE = (Motif("MA1.1", "ONE", np.full((6, 4), 0.25), 100.0), Motif("MA2.1", "TWO", np.eye(4), 50.0))

    def test_named_after_the_targets_in_their_order(self):
        found = ground_truth_motifs(
            ["Two", "unknown", "One"], {"One": "MA1.1", "Two": "MA2.1"}, self.DATABASE
        )
        assert [(m.id, m.name, m.nsites) for m in found] == [("MA2.1", "Two", 4), ("MA1.1", "One", 6)]
        np.testing.assert_array_equal(found[0].probabilities, np.eye(4))

    def test_target_that_is_a_matrix_itself(self):
        found = ground_truth_motifs(["MA2.1", "One"], {"One": "MA1.1"}, self.DATABASE)
        assert [(m.id, m.name) for m in found] == [("MA2.1", "MA2.1"), ("MA1.1", "One")]

    def test_no_target_is_known(self):
        with pytest.raises(UserError, match="no ground truth"):
            ground_truth_motifs(["Two"], {"One": "MA1.1"}, self.DATABASE)

    def test_database_lacks_the_matrix(self):
        with pytest.raises(UserError, match=r"MA3\.1 of Three is not in the motif database"):
            ground_truth_motifs(["Three"], {"Three": "MA3.1"}, self.DATABASE)
