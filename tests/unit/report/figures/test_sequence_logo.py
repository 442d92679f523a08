import warnings

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from motifcnn.report.figures.sequence_logo import letter_heights, letters, logo_figure
from motifcnn.report.figures.style import save

GREEN, BLUE, ORANGE, RED = (to_rgba(colour) for colour in ("green", "blue", "orange", "red"))


def boxes(ppm):
    """Left, bottom, right and top of every letter, rounded."""
    return [tuple(outline.get_extents().extents.round(6).tolist()) for outline, _ in letters(ppm)]


def assert_colours(ppm, expected):
    np.testing.assert_allclose([colour for _, colour in letters(ppm)], expected, atol=0.01)


def test_heights_by_hand():
    heights = letter_heights([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4, [0.5, 0.25, 0.125, 0.125]])
    # 2 bits; 1 bit shared by two; none; 2 - 1.75 = 0.25 bits.
    expected = [[2, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0], [0.125, 0.0625, 0.03125, 0.03125]]
    np.testing.assert_allclose(heights, expected, atol=1e-12)


def test_letters_stack_from_small_to_large():
    # Equal letters stack in the order of the alphabet.
    assert boxes([[0.5, 0.25, 0.125, 0.125], [0, 0, 0, 1]]) == [
        (0.025, 0, 0.975, 0.03125),
        (0.025, 0.03125, 0.975, 0.0625),
        (0.025, 0.0625, 0.975, 0.125),
        (0.025, 0.125, 0.975, 0.25),
        (1.025, 0, 1.975, 2),
    ]
    assert_colours([[0.5, 0.25, 0.125, 0.125], [0, 0, 0, 1]], [ORANGE, RED, BLUE, GREEN, RED])


def test_every_letter_has_its_usual_colour():
    assert_colours(np.eye(4), [GREEN, BLUE, ORANGE, RED])


def test_every_letter_is_equally_wide():
    widths = [right - left for left, _, right, _ in boxes(np.eye(4))]
    assert widths == pytest.approx([0.95] * 4)


def test_letters_too_short_to_be_seen_are_left_out():
    # 2 - 0.081 bits, of which C has 0.01 * 1.919 = 0.019; G and T have none.
    assert len(letters([[0.99, 0.01, 0, 0]])) == 2
    # C has 0.004 * 1.962 = 0.0078 bits.
    assert len(letters([[0.996, 0.004, 0, 0]])) == 1
    assert letters(np.full((3, 4), 0.25)) == []


def test_one_logo_does_not_keep_the_letters_of_another():
    first = boxes(np.eye(4))
    letters(np.eye(4)[::-1])
    assert boxes(np.eye(4)) == first


def test_a_logo_for_a_figure_editor(tmp_path):
    figure = logo_figure([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4])
    (axes,) = figure.axes
    assert len(axes.patches) == 3
    assert not any(letter.get_clip_on() for letter in axes.patches)
    assert axes.get_ylim() == (0, 2)
    assert axes.get_xlim() == (-0.5, 2.5)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "3"]
    size = axes.get_position().size * figure.get_size_inches()
    assert size == pytest.approx([0.6, 0.8])
    for name in ("one.svg", "two.svg"):
        save(logo_figure(np.eye(4)), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_dead_filter_has_an_empty_logo():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (axes,) = logo_figure(np.full((4, 4), 0.25)).axes
    assert len(axes.patches) == 0
    assert axes.get_ylim() == (0, 2)
