"""Sequences for attribution logos, chosen by rule."""

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Split
from motifcnn.interpretation.attribution.attribution_file import AttributionFile, Attributions
from motifcnn.report.attribution_examples import choose_examples, examples_of

NAN = np.nan


@pytest.mark.parametrize(
    ("areas", "choose", "number", "expected"),
    [
        ([[0.1, 0.9, 0.5, 0.6]], "first", 2, [0, 1]),
        ([[0.1, 0.9, 0.5, 0.6]], "first", 9, [0, 1, 2, 3]),
        # Their median is 0.55.
        ([[0.1, 0.9, 0.5, 0.6]], "median", 2, [2, 3]),
        ([[0.1, 0.9, 0.5, 0.6, 0.2]], "median", 1, [2]),
        # Means 0.5, 0.9, 0.8.
        ([[0, 1, 0.7], [1, 0.8, 0.9]], "median", 1, [2]),
        # One without planted positions is never shown.
        ([[NAN, 0.9, 0.5, 0.6]], "median", 1, [3]),
        ([[NAN] * 4], "median", 2, [0, 1]),
        (None, "median", 2, [0, 1]),
    ],
)
def test_the_choice(areas, choose, number, expected):
    areas = None if areas is None else [np.array(one) for one in areas]
    count = 4 if areas is None else len(areas[0])
    assert choose_examples(areas, count, choose, number).tolist() == expected


def file(*scores, rows=(3, 5)):
    score = np.array(scores, np.float32)
    codes = np.tile(np.array([0, 1, 2, 3], np.uint8), (len(score), 1))
    found = Attributions(
        codes, np.zeros(len(score), np.float32), np.zeros((len(score), 4, 4)), score, None, None
    )
    return AttributionFile(found, np.array(rows), np.ones(len(score), np.uint8), "bound", {})


def test_rows_of_planted_motifs_say_how_well_they_are_found():
    bits = np.zeros((6, 4), np.float32)
    bits[[3, 5], 1] = 2
    test = Split(np.zeros((6, 4), np.uint8), np.ones((6, 1), np.uint8), None, bits)
    files = [file([0, 1, 0, 0], [5, 1, 2, 0]), file([0, 0, 0, 0], [0, 9, 0, 0])]
    first, second = examples_of(files, ["saliency"] * 2, ["relu", "exp"], test, [], "first", 2)
    assert (first.title, second.title) == ("Test sequence 4", "Test sequence 6")
    assert [row.note for row in first.rows] == ["1.000", "0.500"]
    # One of the three others is below.
    assert [row.note for row in second.rows] == ["0.333", "1.000"]
    assert [(row.method, row.network) for row in second.rows] == [("saliency", "relu"), ("saliency", "exp")]
    assert second.rows[0].score.tolist() == [5, 1, 2, 0]
    assert second.sites[0].heights[1].tolist() == [2, 0, 0, 0]


def test_in_vivo_nothing_is_said_about_the_truth():
    test = Split(np.zeros((6, 4), np.uint8), np.ones((6, 1), np.uint8))
    [example] = examples_of([file([0, 1, 0, 0], [0] * 4)], ["saliency"], ["relu"], test, [], "median", 1)
    assert (example.title, example.sites, example.rows[0].note) == ("Test sequence 4", None, "")


def test_rows_that_do_not_go_together():
    test = Split(np.zeros((6, 4), np.uint8), np.ones((6, 1), np.uint8))
    files = [file([0] * 4, [0] * 4), file([0] * 4, [0] * 4, rows=(3, 4))]
    with pytest.raises(UserError, match="are about different sequences"):
        examples_of(files, ["a", "b"], ["relu"] * 2, test, [], "first", 1)
    with pytest.raises(UserError, match="there are 2 files of attributions, 1 methods and 2 networks"):
        examples_of(files, ["a"], ["relu"] * 2, test, [], "first", 1)
    with pytest.raises(UserError, match="at least one"):
        examples_of([], [], [], test, [], "first", 1)
