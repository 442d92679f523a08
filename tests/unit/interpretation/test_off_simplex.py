"""Angles between gradients and the simplex of one-hot sequences."""

import numpy as np
import pytest
from motifcnn.core.sequences import N_CODE
from motifcnn.interpretation.off_simplex import off_simplex


def shares(*columns, codes=None):
    """Of one sequence, given the gradients of its positions."""
    gradients = np.array(columns, np.float32).T[None]
    found = off_simplex(gradients, np.zeros((1, len(columns)), np.uint8) if codes is None else codes)
    return tuple(found.values())


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        # Within the simplex, and at right angles to it.
        ((1, -1, 0, 0), (0, 0, 0)),
        ((1, 1, 1, 1), (1, 1, 1)),
        ((-3, -3, -3, -3), (1, 1, 1)),
        # One letter: the sine is 1/2, an angle of 30 degrees, not more.
        ((2, 0, 0, 0), (0, 0, 0)),
        ((2, 0.01, 0, 0), (1, 0, 0)),
        # Two: the sine is 1/sqrt(2), 45 degrees. Three: sqrt(3)/2, 60 degrees.
        ((1, 1.1, 0.01, 0), (1, 1, 0)),
        ((1, 1, -0.01, 0), (1, 0, 0)),
        ((1, 1, 1, 0.01), (1, 1, 1)),
        ((1, 1, 1, -0.01), (1, 1, 0)),
        ((1e-30, 1e-30, 1e-30, 1e-30), (1, 1, 1)),
    ],
)
def test_angles_by_hand(column, expected):
    assert shares(column) == expected


def test_shares_are_of_known_positions_with_a_gradient():
    columns = [(1, 1, 1, 1), (1, -1, 0, 0), (0, 0, 0, 0), (1, 1, 1, 1)]
    codes = np.array([[0, 1, 2, N_CODE]], np.uint8)
    assert shares(*columns, codes=codes) == (0.5, 0.5, 0.5)
    assert shares((0, 0, 0, 0)) == (None, None, None)
    assert shares((1, 1, 1, 1), codes=np.array([[N_CODE]], np.uint8)) == (None, None, None)


def test_random_directions():
    """P(sine > s) = 1 - 2/pi (arcsin s + s sqrt(1 - s²)) in four dimensions."""
    gradients = np.random.default_rng(1).standard_normal((100, 4, 1000))
    found = off_simplex(gradients, np.zeros((100, 1000), np.uint8))
    for angle, share in zip((30, 45, 60), found.values(), strict=True):
        s = np.sin(np.radians(angle))
        assert share == pytest.approx(1 - 2 / np.pi * (np.arcsin(s) + s * np.sqrt(1 - s**2)), abs=0.005)
    assert list(found.values()) == pytest.approx([0.391, 0.182, 0.058], abs=0.005)


def test_a_corrected_gradient_lies_within():
    gradients = np.random.default_rng(2).standard_normal((3, 4, 50))
    found = off_simplex(gradients - gradients.mean(1, keepdims=True), np.zeros((3, 50), np.uint8))
    assert set(found.values()) == {0}
