import time
from math import nan

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from motifcnn.core.errors import UserError
from motifcnn.interpretation.filter_tables import MATCH_COLUMNS
from motifcnn.motifs.meme import Motif
from motifcnn.report.figures.logos import Panel, logo_sheet
from motifcnn.report.figures.style import FAINT, WARN, save

UNIFORM = np.full((3, 4), 0.25)


def motif(name, probabilities):
    return Motif(name, "", np.asarray(probabilities, dtype=np.float64), len(probabilities))


def matches(*rows):
    blank = dict.fromkeys(MATCH_COLUMNS, "") | {"dead": False, "best_evalue": nan, "relevant_evalue": nan}
    return pd.DataFrame([blank | row for row in rows], columns=list(MATCH_COLUMNS))


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def letters(figure):
    (collection,) = [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]
    return collection.get_paths()


def test_a_stack_is_as_high_as_its_information_on_paper():
    figure = logo_sheet(
        [Panel("a", [motif("f0", [[1, 0, 0, 0], [0.5, 0.5, 0, 0]])], matches({"filter": "f0"}))]
    )
    paths = letters(figure)
    heights = [np.ptp(path.vertices[:, 1]) for path in paths]
    # 2 bits, and twice half a bit: a quarter of it each.
    assert heights == pytest.approx([0.40, 0.10, 0.10], rel=0.02)


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


def test_the_number_of_sites_stands_beside_each_logo():
    motifs = [motif(f"filter{i}", np.eye(4)) for i in range(3)]
    rows = [{"filter": f"filter{i}", "n_sites": sites} for i, sites in enumerate((12345, 9, 0))]
    rows[2]["dead"] = True
    figure = logo_sheet([Panel("a", motifs, matches(*rows).astype({"n_sites": "Int64"}))])
    beside = {text.get_text(): text.get_color() for text in figure.axes[0].texts if "n=" in text.get_text()}
    assert beside == {"n=12,345": FAINT, "n=9": WARN}
    assert_text_within(figure)


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


def sheet(n_panels, n_filters, informative=2):
    """A sheet of motifs 19 nt wide, with letters in as many columns at either end as are to be drawn."""
    rng = np.random.default_rng(0)
    panels = []
    for number in range(n_panels):
        ppms = np.full((n_filters, 19, 4), 0.25)
        for columns in (slice(informative // 2), slice(19 - informative // 2, None)):
            ppms[:, columns] = rng.dirichlet([0.3] * 4, ppms[:, columns].shape[:2])
        motifs = [motif(f"filter{i}", ppm) for i, ppm in enumerate(ppms)]
        rows = [{"filter": f"filter{i}", "relevant_tf": "SP1" if i % 2 else ""} for i in range(n_filters)]
        panels.append(Panel(f"network {number}", motifs, matches(*rows)))
    return logo_sheet(panels, [motif(f"MA{i}", np.eye(4)[[3, 0, 2]]) for i in range(12)], "A sheet")


def test_the_same_input_gives_the_same_bytes(tmp_path):
    for suffix in ("png", "svg"):
        for name in ("one", "two"):
            save(sheet(2, 3, informative=18), tmp_path / f"{name}.{suffix}")
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()


@pytest.mark.slow
def test_a_sheet_of_150_logos_takes_20_seconds_at_most(tmp_path):
    start = time.process_time()
    # Typical filters have letters in two thirds of their columns.
    save(sheet(5, 30, informative=12), tmp_path / "sheet.png")
    assert time.process_time() - start < 20


@pytest.mark.parametrize(("n_panels", "n_filters"), [(1, 1), (2, 7), (5, 30), (1, 128)])
def test_any_number_of_panels_and_filters_stays_within_the_sheet(n_panels, n_filters):
    figure = sheet(n_panels, n_filters)
    width, height = figure.get_size_inches()
    vertices = np.concatenate([path.vertices for path in letters(figure)])
    assert vertices[:, 0].min() > 0
    assert vertices[:, 0].max() < width
    assert vertices[:, 1].min() > 0
    assert vertices[:, 1].max() < height
    assert_text_within(figure)


def test_long_words_are_written_small_enough_to_fit():
    table = matches(
        {"filter": "filter0", "relevant_tf": "Arnt::Ahr::NFYB::MEF2A", "relevant_evalue": 2e-7},
        {"filter": "filter1", "best_id": "MA1", "best_name": "PPARG::RXRA (variant 2)", "best_evalue": 0.09},
    )
    motifs = [motif("filter0", np.eye(4)), motif("filter1", np.eye(4))]
    label = "cnn-deep with a very long name · exponential, layer 2, in a chosen setting"
    figure = logo_sheet([Panel(label, motifs, table)], [motif("MA1", np.eye(4))], "A title " * 20)
    assert_text_within(figure)
    assert {"2e-07", "0.09"} <= set(texts(figure))
    boxes = [(text.get_window_extent(), text.get_text()) for text in figure.axes[0].texts]
    for number, (box, said) in enumerate(boxes):
        for other, other_said in boxes[:number]:
            assert not box.overlaps(other), (said, other_said)


def assert_text_within(figure):
    FigureCanvasAgg(figure).draw()
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert figure.bbox.x0 < box.x0 < box.x1 < figure.bbox.x1, text.get_text()
