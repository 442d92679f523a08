"""Similarity of motifs by hand, and filters per motif."""

import numpy as np
import plot_figure
import pytest
from motifcnn.core.errors import UserError
from motifcnn.motifs.meme import Motif, write_meme
from motifcnn.results.redundancy import Redundancy, measure_redundancy, similarities
from motifcnn.report.figures.redundancy import MAX_FACTORS, redundancy_chart
from motifcnn.core.sequences import encode
from toys.run_files import labels, matches, run, write_run

FLAT = np.full((3, 4), 0.25)


def motif(text, name="m"):
    return Motif(name, "", np.eye(4)[encode(text)])


def random_motif(seed, width):
    return Motif("r", "", np.random.default_rng(seed).dirichlet([0.3] * 4, width))


def padded(given, before, after):
    return Motif("p", "", np.concatenate([FLAT[:before], given.probabilities, FLAT[:after]]))


def similarity(one, two):
    return similarities([one, two])[0, 1]


def naive(one, two):
    """The definition, with every motif written into a long uniform one and numpy's correlation."""
    best = 0
    for other in (two, two.reverse_complement()):
        for shift in range(-other.width, one.width + 1):
            long = np.full((2, one.width + 2 * other.width, 4), 0.25)
            long[0, other.width : other.width + one.width] = one.probabilities
            long[1, other.width + shift : 2 * other.width + shift] = other.probabilities
            best = max(best, np.corrcoef(long.reshape(2, -1))[0, 1])
    return best


class TestSimilarity:
    def test_copies(self):
        for given in (random_motif(0, 9), motif("GATTACA")):
            for other in (given, given.reverse_complement(), padded(given, 2, 3), padded(given, 3, 0)):
                assert similarity(given, other) == pytest.approx(1, abs=1e-12)
                assert similarity(other, given) == pytest.approx(1, abs=1e-12)

    def test_part_of_a_motif(self):
        # Four of nine columns, each as informative as the others: 4 / sqrt(9 x 4).
        assert similarity(motif("GATTACAGC"), motif("ACAG")) == pytest.approx(2 / 3)
        # Copies cut by one column at opposite ends share 8 of 9: 8 / sqrt(9 x 9).
        assert similarity(motif("GATTACAGC"), motif("ATTACAGCC")) == pytest.approx(8 / 9)

    def test_one_letter_differs(self):
        # Two columns, less 1/4 in each letter, have the product 3/4 if they hold the same letter, else -1/4.
        assert similarity(motif("GATTACAGC"), motif("GATTGCAGC")) == pytest.approx(
            (8 * 0.75 - 0.25) / (9 * 0.75)
        )

    def test_unlike_motifs_lie_side_by_side(self):
        # No alignment of A with C or, on the other strand, G is better than none.
        assert similarity(motif("AAAA"), motif("CCCC")) == 0

    def test_uniform_motifs_are_like_nothing(self):
        found = similarities([Motif("dead", "", FLAT), motif("ACG"), Motif("dead2", "", FLAT)])
        np.testing.assert_array_equal(found, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])

    def test_is_the_definition(self):
        motifs = [random_motif(seed, width) for seed, width in enumerate((3, 7, 8, 12, 1))]
        found = similarities(motifs)
        expected = [[naive(one, two) for two in motifs] for one in motifs]
        np.testing.assert_allclose(found, expected, atol=1e-12)
        np.testing.assert_array_equal(found, found.T)
        assert (np.abs(found - np.eye(5)) > 0.01).any()

    def test_no_motifs(self):
        assert similarities([]).shape == (0, 0)


def test_filters_of_a_network():
    motifs = [motif("GATTACA", f"filter{n}") for n in range(2)]
    motifs += [motif("CCCC", "filter2"), motif("TGTAATC", "filter3")]
    # That two filters are assigned to no factor does not make them a pair of one.
    motifs += [motif("GATTACA", f"filter{n}") for n in (4, 5)]
    found = measure_redundancy(
        motifs, run(matches(["SP1", "SP1", "MAX", "SP1", "", ""]), factors=("SP1", "MAX", "YY1"))
    )
    assert found.filters == {"SP1": 3, "MAX": 1, "YY1": 0}
    assert found.unassigned == 2
    # Three pairs within SP1, one of them a reverse complement; each of the three with MAX.
    np.testing.assert_allclose(found.within, [1, 1, 1])
    np.testing.assert_allclose(found.between, [similarity(motifs[0], motifs[2])] * 3)
    assert found.between[0] < 0.5


def test_motifs_of_another_run():
    with pytest.raises(UserError, match="matches and motifs are not about the same filters"):
        measure_redundancy([motif("ACG", "filter7")], run(matches(["SP1"])))
