import time

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgba
from motifcnn.core.errors import UserError
from motifcnn.interpretation.matching import MATCH_COLUMNS
from motifcnn.motifs.meme import Motif
from motifcnn.report.figures.logos import LETTER_COLOURS, Panel, letter_boxes, letter_heights, logo_sheet
from motifcnn.report.figures.style import save

UNIFORM = np.full((3, 4), 0.25)


def motif(name, probabilities):
    return Motif(name, "", np.asarray(probabilities, dtype=np.float64), len(probabilities))


def matches(*rows):
    blank = dict.fromkeys(MATCH_COLUMNS, "") | {"dead": False}
    return pd.DataFrame([blank | row for row in rows], columns=list(MATCH_COLUMNS))


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def letters(figure):
    (collection,) = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    return collection.get_paths()


def test_heights_by_hand():
    heights = letter_heights([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.25] * 4, [0.5, 0.25, 0.125, 0.125]])
    # 2 bits; 1 bit shared by two; none; 2 - 1.75 = 0.25 bits.
    expected = [[2, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0], [0.125, 0.0625, 0.03125, 0.03125]]
    np.testing.assert_allclose(heights, expected, atol=1e-12)


def test_letters_stack_from_small_to_large():
    boxes = letter_boxes([[0.5, 0.25, 0.125, 0.125], [0, 0, 0, 1]])
    assert boxes == [
        ("G", 0, 0.0, pytest.approx(0.03125)),
        ("T", 0, pytest.approx(0.03125), pytest.approx(0.03125)),
        ("C", 0, pytest.approx(0.0625), pytest.approx(0.0625)),
        ("A", 0, pytest.approx(0.125), pytest.approx(0.125)),
        ("T", 1, 0.0, pytest.approx(2)),
    ]


def test_a_stack_is_as_high_as_its_information_on_paper():
    figure = logo_sheet(
        [Panel("a", [motif("f0", [[1, 0, 0, 0], [0.5, 0.5, 0, 0]])], matches({"filter": "f0"}))]
    )
    paths = letters(figure)
    heights = [np.ptp(path.vertices[:, 1]) for path in paths]
    # 2 bits, and twice half a bit: a quarter of it each.
    assert heights == pytest.approx([0.40, 0.10, 0.10], rel=0.02)


def test_colours_follow_the_letters():
    acgt = np.eye(4)
    figure = logo_sheet([Panel("a", [motif("f0", acgt)], matches({"filter": "f0"}))])
    (collection,) = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    assert [tuple(c) for c in collection.get_facecolors()] == [to_rgba(LETTER_COLOURS[x]) for x in "ACGT"]


def test_what_a_panel_says():
    motifs = [motif(f"filter{i}", np.eye(4)) for i in range(3)] + [motif("filter3", UNIFORM)]
    table = matches(
        {"filter": "filter0", "relevant_tf": "SP1", "best_name": "KLF5", "best_id": "MA0599.1"},
        {"filter": "filter1", "best_name": "SOX10", "best_id": "MA0442.1"},
        {"filter": "filter2"},
        {"filter": "filter3", "dead": True},
    )
    truth = [Motif("MA0079.3", "SP1", np.eye(4), 4)]
    said = texts(logo_sheet([Panel("cnn-2 · relu", motifs, table)], truth, "A sheet"))
    for words in ("A sheet", "cnn-2 · relu", "0.250 relevant (1 of 4)", "SOX10", "(dead)", "0", "3"):
        assert words in said
    assert said.count("SP1") == 2
    assert "KLF5" not in said


def test_where_nothing_is_relevant_any_match_is_counted():
    table = matches({"filter": "f0", "best_id": "MA1", "best_name": "SOX10"}, {"filter": "f1"})
    said = texts(logo_sheet([Panel("a", [motif("f0", np.eye(4)), motif("f1", np.eye(4))], table)]))
    assert "0.500 match (1 of 2)" in said
    assert not any("relevant" in text for text in said)


def test_all_filters_dead():
    figure = logo_sheet([Panel("a", [motif("f0", UNIFORM)], matches({"filter": "f0", "dead": True}))])
    assert len(letters(figure)) == 0


def test_motifs_and_matches_of_different_runs():
    with pytest.raises(UserError, match="same run"):
        Panel("a", [motif("f0", UNIFORM)], matches({"filter": "f1"}))


@pytest.mark.parametrize("panels", [[], [Panel("a", [], matches().head(0))]])
def test_nothing_to_draw(panels):
    with pytest.raises(UserError, match="at least one"):
        logo_sheet(panels)


def sheet(n_panels=4, n_filters=30):
    rng = np.random.default_rng(0)
    panels = []
    for number in range(n_panels):
        motifs = [motif(f"filter{i}", rng.dirichlet([0.3] * 4, 19)) for i in range(n_filters)]
        rows = [{"filter": f"filter{i}", "relevant_tf": "SP1" if i % 2 else ""} for i in range(n_filters)]
        panels.append(Panel(f"network {number}", motifs, matches(*rows)))
    return logo_sheet(panels, [motif(f"MA{i}", rng.dirichlet([0.1] * 4, 12)) for i in range(12)], "A sheet")


def test_a_sheet_is_quick_and_the_same_every_time(tmp_path):
    start = time.perf_counter()
    save(sheet(), tmp_path / "one.png")
    assert time.perf_counter() - start < 30
    save(sheet(), tmp_path / "two.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


@pytest.mark.parametrize(("n_panels", "n_filters"), [(1, 1), (2, 7), (5, 30), (1, 128)])
def test_any_number_of_panels_and_filters_stays_within_the_sheet(n_panels, n_filters):
    figure = sheet(n_panels, n_filters)
    width, height = figure.get_size_inches()
    vertices = np.concatenate([path.vertices for path in letters(figure)])
    assert vertices[:, 0].min() > 0
    assert vertices[:, 0].max() < width
    assert vertices[:, 1].min() > 0
    assert vertices[:, 1].max() < height
