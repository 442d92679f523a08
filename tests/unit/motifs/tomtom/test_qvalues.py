import numpy as np
from motifcnn.motifs.tomtom.qvalues import Bootstrap, pi0, q_values


def test_the_generator_is_the_one_of_1998():
    # The first numbers of MT19937 as published in 1998, seeded with 4357.
    draws = Bootstrap()._bits.random_raw(5)
    assert draws.tolist() == [3510405877, 4290933890, 2191955339, 564929546, 152112058]


def test_indices_take_two_draws_each():
    indices = Bootstrap().indices(1038)
    assert indices.shape == (100, 1000)
    assert indices[0, :2].tolist() == [1038 * 3510405877 // 2**32, 1038 * 2191955339 // 2**32]
    assert (indices.min(), indices.max()) == (0, 1037)


def test_the_second_draw_carries_where_the_first_leaves_almost_an_index():
    class Draws:
        """m a / 2^32 is 1 - m / 2^32 for the second index: b decides whether it is 0 or 1."""

        def random_raw(self, count):
            return np.array([0, 0, 2**31 - 1, 0, 2**31 - 1, 2**32 - 1] + [0] * (count - 6), dtype=np.uint64)

    bootstrap = Bootstrap()
    bootstrap._bits = Draws()
    # With m = 2: 2 (2^31 - 1) / 2^32 < 1, and 2 (2^32 - 1) / 2^64 adds less than what is missing.
    assert bootstrap.indices(2)[0, :3].tolist() == [0, 0, 0]
    # With m = 2^31 + 1: (2^31 - 1) m = 2^62 - 1 leaves 2^32 - 1, to which a large b adds.
    assert bootstrap.indices(2**31 + 1)[0, :3].tolist() == [0, 2**30 - 1, 2**30]


def test_the_generator_runs_on():
    bootstrap, other = Bootstrap(), Bootstrap()
    first, second = bootstrap.indices(500), bootstrap.indices(500)
    assert not np.array_equal(first, second)
    assert np.array_equal(first, other.indices(500))


def test_few_p_values_make_pi0_one_and_draw_nothing():
    # Sorted p m / rank: 0.04, 0.06, 0.0533, 0.5; then the smallest from here on.
    p = np.array([0.01, 0.04, 0.03, 0.5])
    bootstrap = Bootstrap()
    np.testing.assert_allclose(q_values(p, bootstrap), [0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert pi0(np.linspace(0, 1, 100), bootstrap) == 1
    assert np.array_equal(bootstrap.indices(9), Bootstrap().indices(9))


def test_pi0_of_uniform_and_of_small_p_values():
    assert 0.9 < pi0(np.linspace(0, 1, 1000), Bootstrap()) <= 1
    half = np.sort(np.concatenate([np.full(500, 1e-6), np.linspace(0, 1, 500)]))
    assert 0.45 < pi0(half, Bootstrap()) < 0.55


def test_q_values_keep_the_order_of_p():
    p = np.random.default_rng(2).uniform(size=300) ** 2
    q = q_values(p, Bootstrap())
    order = np.argsort(p)
    assert (np.diff(q[order]) >= 0).all()
    assert q.max() <= 1
    np.testing.assert_array_equal(q_values(p[order], Bootstrap()), q[order])
