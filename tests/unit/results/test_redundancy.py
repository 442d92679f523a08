"""Similarity of motifs by hand, filters per motif, and the figure of both."""

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
    motifs += [motif("CCCC", "filter2"), motif("TGTAATC", "filter3"), motif("GATTACA", "filter4")]
    found = measure_redundancy(
        motifs, run(matches(["SP1", "SP1", "MAX", "SP1", ""]), factors=("SP1", "MAX", "YY1"))
    )
    assert found.filters == {"SP1": 3, "MAX": 1, "YY1": 0}
    assert found.unassigned == 1
    # Three pairs within SP1, one of them a reverse complement; each of the three with MAX.
    np.testing.assert_allclose(found.within, [1, 1, 1])
    np.testing.assert_allclose(found.between, [similarity(motifs[0], motifs[2])] * 3)
    assert found.between[0] < 0.5


def test_motifs_of_another_run():
    with pytest.raises(UserError, match="matches and motifs are not about the same filters"):
        measure_redundancy([motif("ACG", "filter7")], run(matches(["SP1"])))


def redundancy(counts, unassigned=0, within=(0.9, 0.7), between=(0.2,)):
    return Redundancy(counts, unassigned, np.array(within), np.array(between))


def written(panel):
    return [text.get_text() for text in panel.texts]


def test_counts_are_means_over_seeds_in_the_order_of_the_factors():
    counts = [{"SP1": 3, "MAX": 0}, {"SP1": 2, "MAX": 0}, {"SP1": 0, "MAX": 7}]
    which = [("cnn-2", 1), ("cnn-2", 2), ("cnn-50", 1)]
    runs = [
        (run(matches([]), architecture, seed=seed), redundancy(count, unassigned=4))
        for (architecture, seed), count in zip(which, counts, strict=True)
    ]
    panel, similar = redundancy_chart(runs).axes
    assert labels(panel) == ["cnn-2 · relu", "cnn-50 · relu"]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["SP1", "MAX", "none"]
    assert written(panel) == ["2.5", "0", "4", "0", "7", "4"]
    medians = [line.get_xdata()[0] for line in similar.lines if len(line.get_xdata()) == 1]
    assert medians == pytest.approx([0.2, 0.8] * 2)


def test_no_pair_shares_a_motif():
    runs = [(run(matches([])), redundancy({"SP1": 1, "MAX": 0}, within=(), between=()))]
    assert written(redundancy_chart(runs).axes[1]) == ["no two filters share a motif"]


def test_many_factors_and_networks():
    factors = [f"TF{n}" for n in range(MAX_FACTORS + 5)]
    runs = [
        (run(matches([]), f"cnn-{n}", factors=factors), redundancy(dict.fromkeys(factors, n)))
        for n in range(17)
    ]
    figure = redundancy_chart(runs)
    assert len(figure.axes[0].get_xticklabels()) == MAX_FACTORS + 1
    assert len(labels(figure.axes[0])) == 17
    assert figure.get_suptitle() == "d, the first 30 of 35 factors"


def test_nothing_is_relevant():
    figure = redundancy_chart(
        [(run(matches([]), factors=()), redundancy({}, unassigned=4, within=(), between=()))]
    )
    assert not figure.axes
    assert any("No motif is known to be relevant" in text.get_text() for text in figure.texts)


def test_adapter(tmp_path):
    folders = [write_run(tmp_path, seed) for seed in (1, 2)]
    for folder in folders:
        write_meme(folder / "filters.meme", [motif("GATTACA", f"filter{n}") for n in range(4)])
    files = [folder / name for name in ("summary.json", "matches.tsv", "filters.meme") for folder in folders]
    for name in ("a.png", "b.png"):
        plot_figure.main(figure="redundancy", files=files, output=tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
