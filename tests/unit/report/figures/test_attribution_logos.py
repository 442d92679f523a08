import numpy as np
import pytest
from matplotlib.collections import PathCollection
from motifcnn.data.planted_sites import Site
from motifcnn.report.figures.attribution_logos import Example, Row, attribution_logos
from motifcnn.report.figures.style import save

CODES = np.array([0, 1, 2, 3, 4, 0], np.uint8)


def row(*score, method="saliency", network="relu", note=""):
    return Row(method, network, np.array(score, np.float64), note)


def boxes(figure):
    """Return left, right, top and bottom of every letter of each row that has any, from top to bottom, in inches."""
    [axes] = figure.axes
    found = []
    for collection in axes.collections:
        if isinstance(collection, PathCollection):
            corners = [path.get_extents() for path in collection.get_paths()]
            found.append([(box.x0, box.x1, box.y0, box.y1) for box in corners])
    return found


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_letters_are_as_high_as_their_scores_below_the_line_where_these_are_negative():
    example = Example("Test sequence 1", CODES, None, [row(2, -2, 0, 1, 0, 0.01)])
    [letters] = boxes(attribution_logos([example], "cnn", 6))
    # The zero and the last, which is below a hundredth of the range, are not drawn.
    heights = [bottom - top for _, _, top, bottom in letters]
    assert heights == pytest.approx([0.20, 0.20, 0.10], rel=0.03)
    line = letters[0][3]
    assert letters[1][2] == pytest.approx(line, abs=0.01)
    assert letters[2][3] == pytest.approx(line, abs=0.01)


def test_an_n_has_no_letter():
    example = Example("", CODES, None, [row(1, 1, 1, 1, 5, 1)])
    [letters] = boxes(attribution_logos([example], "", 6))
    assert len(letters) == 5
    # But the scale of its row.
    assert letters[0][3] - letters[0][2] == pytest.approx(0.08, rel=0.03)


def test_the_truth_stands_above_with_the_likeliest_letter_on_top():
    site = Site(1, "MAX +", np.array([[0, 2, 0, 0], [0.25, 0, 0.75, 0], [0, 0, 0, 0]]))
    example = Example("", CODES, [site], [row(0, 1, 0, 0, 0, 0, note="0.987")])
    figure = attribution_logos([example], "", 6, "auROC")
    truth, scores = boxes(figure)
    assert [bottom - top for _, _, top, bottom in truth] == pytest.approx([0.40, 0.05, 0.15], rel=0.03)
    assert truth[2][3] == pytest.approx(truth[1][2], abs=0.01)
    assert truth[0][0] == pytest.approx(scores[0][0], abs=0.01)
    assert {"MAX +", "planted", "auROC", "0.987"} <= set(texts(figure))


def test_a_method_is_named_once_and_the_middle_of_a_long_sequence_is_shown():
    codes = np.zeros(100, np.uint8)
    rows = [
        Row(method, network, np.ones(100))
        for method in ("saliency", "deep_shap")
        for network in ("relu", "exp")
    ]
    figure = attribution_logos([Example("", codes, [], rows)], "", 30)
    said = texts(figure)
    assert [said.count(name) for name in ("saliency", "deep_shap", "relu")] == [1, 1, 2]
    # Positions 36 to 65, counted from 1.
    assert {"40", "60"} <= set(said)
    assert not {"20", "80"} & set(said)
    assert [len(letters) for letters in boxes(figure)] == [30] * 4


def test_the_same_bytes(tmp_path):
    example = Example(
        "One", CODES, [Site(0, "a", np.ones((2, 4)))], [row(0, 0, 0, 0, 0, 0), row(1, 2, 0, 1, 0, 1)]
    )
    for name in ("one.png", "two.png"):
        save(attribution_logos([example], "T", 6), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
