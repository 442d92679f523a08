import numpy as np
import pytest
from motifcnn.motifs.meme import UNIFORM, Motif
from motifcnn.motifs.tomtom.scores import Targets, _integer_scores, _kth_smallest, _null, _survivals, smoothed

SURE = 1e12  # so many sites that the pseudocount vanishes
ONE_HOT = np.eye(4)


def test_pseudocount():
    motif = Motif("m", "", np.array([[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]]), 2.9)
    # int(nsites) = 2.
    expected = [[2.025 / 2.1, 0.025 / 2.1, 0.025 / 2.1, 0.025 / 2.1], [0.25] * 4]
    np.testing.assert_allclose(smoothed(motif, UNIFORM), expected, rtol=1e-15)
    none = Motif("m", "", ONE_HOT[:1], 0)
    np.testing.assert_allclose(smoothed(none, UNIFORM)[0, 0], 20.025 / 20.1, rtol=1e-15)


def test_integer_scores_by_hand():
    # Distances of A to A, C, G, T: 0, r, r, r with r = sqrt(2). The lower median of -0, -r, -r, -r is
    # -r, so the scores are r, 0, 0, 0; offset 0; scale floor(100 / r) = 70; 70 r = 98.99.
    scores, unaligned = _integer_scores(ONE_HOT[:1], ONE_HOT)
    np.testing.assert_array_equal(scores, [[99, 0, 0, 0]])
    assert unaligned == 0


def test_unaligned_columns_count_as_the_median():
    # Distances of A to A, A, A, C: 0, 0, 0, r; the median is 0, so scores are 0, 0, 0, -r;
    # offset floor(-r) = -2; scale 50; the scores become 100, 100, 100, round(50 (2 - r)) = 29.
    scores, unaligned = _integer_scores(ONE_HOT[:1], ONE_HOT[:, [0, 0, 0, 1]])
    np.testing.assert_array_equal(scores, [[100, 100, 100, 29]])
    assert unaligned == 100


def test_null_by_hand():
    lowest, probability = _null(np.array([[99, 3, 3, 3], [7, 7, 9, 7]], dtype=np.int32))
    np.testing.assert_array_equal(lowest, [3, 7])
    assert probability.shape == (2, 97)
    assert [(j, s, probability[j, s]) for j, s in zip(*probability.nonzero(), strict=True)] == [
        (0, 0, 3 / 4),
        (0, 96, 1 / 4),
        (1, 0, 3 / 4),
        (1, 2, 1 / 4),
    ]


def test_survivals_by_hand():
    first, second = (survival.copy() for survival in _survivals(np.array([[3 / 4, 1 / 4], [3 / 4, 1 / 4]])))
    # Two scores to a block, the first of which lies below the lowest score.
    np.testing.assert_array_equal(first[0], [1, 1, 1, 1 / 4, 0, 0, 0, 0])
    np.testing.assert_array_equal(second[0], [1, 1, 1, 7 / 16, 1 / 16, 0, 0, 0])
    np.testing.assert_array_equal(second[1], first[0])


@pytest.mark.parametrize("scores_from", [(0, 101), (20, 30), (50, 51)])
def test_survivals_agree_with_plain_convolution(scores_from):
    scores = np.random.default_rng(3).integers(*scores_from, size=(7, 300), dtype=np.int32)
    _, probability = _null(scores)
    size = probability.shape[1]
    for end, survival in enumerate(_survivals(probability), start=1):
        for start in range(end):
            density = np.ones(1)
            for k in range(start, end):
                density = np.convolve(density, probability[k])
            expected = np.cumsum(density[::-1])[::-1]
            found = survival[start, size:]
            assert (survival[start, :size] == 1).all()
            np.testing.assert_allclose(found[: len(expected)], expected, rtol=1e-12)
            assert len(found) > len(expected)
            assert not found[len(expected) :].any()


@pytest.mark.parametrize("distances", [[0.0] * 8, np.linspace(0, 1.4, 100), np.linspace(0.5, 0.501, 31)])
def test_the_median_is_exact(distances):
    shuffled = np.random.default_rng(1).permutation(distances)
    for k in range(len(distances)):
        assert _kth_smallest(shuffled, k) == distances[k]


def test_p_values_by_hand():
    # Oriented targets A, T, C, G of one column. Only A reaches the score 99, P = 1/4 on each strand:
    # p = 1 - (3/4)^2. The others score 0, which every column reaches.
    targets = Targets([Motif("a", "", ONE_HOT[:1], SURE), Motif("c", "", ONE_HOT[1:2], SURE)], UNIFORM)
    found = targets.align(ONE_HOT[:1])
    np.testing.assert_allclose(found.p_value, [7 / 16, 1, 1, 1])
    np.testing.assert_array_equal(found.offset, 0)
    np.testing.assert_array_equal(found.overlap, 1)


def test_alignment_by_brute_force():
    generator = np.random.default_rng(5)
    motifs = [Motif(str(w), "", generator.dirichlet(np.ones(4), w), 20) for w in (1, 2, 5, 9, 4, 12)]
    targets = Targets(motifs, UNIFORM)
    query = generator.dirichlet(np.ones(4), 5)
    scores, unaligned = _integer_scores(query, targets.columns)
    found = targets.align(query)
    starts = np.cumsum(targets.lengths) - targets.lengths
    for k, (start, length) in enumerate(zip(starts, targets.lengths, strict=True)):
        best = []
        for offset in range(-4, length):
            pairs = [(i, i + offset) for i in range(5) if 0 <= i + offset < length]
            complete = sum(scores[i, start + j] for i, j in pairs) + unaligned * (5 - len(pairs))
            best.append((complete, len(pairs), -offset))
        assert (found.overlap[k], -found.offset[k]) == max(best)[1:]


def test_tiny_p_values_keep_their_precision():
    # Thirty columns A, C, G, A, ...: of the 60 columns of both strands 10 are A, 20 C, 20 G, 10 T. Only
    # the full overlap reaches the highest score, with P = (1/6)^10 (1/3)^20, and p = 1 - (1 - P)^2.
    motif = Motif("m", "", ONE_HOT[np.arange(30) % 3], SURE)
    p = Targets([motif], UNIFORM).align(motif.probabilities).p_value
    np.testing.assert_allclose(p[0], 2 * 6.0**-10 * 3.0**-20, rtol=1e-9)
