import numpy as np
import plot_figure
import pytest
from motifcnn.core.errors import UserError
from motifcnn.report.figures.importance import MAX_FILTERS, importance_chart
from motifcnn.report.figures.style import activation_colours
from PIL import Image
from toys.run_files import DROPS, FACTORS, TARGETS, importance, labels, matches, run, write_run


def beside(panel):
    """The targets that stand beside bars, by line."""
    texts = [text for text in panel.texts if hasattr(text, "xy") and text.get_text()]
    return {round(text.xy[1]): text.get_text() for text in texts}


def heading(panel):
    return next(text.get_text() for text in panel.texts if not hasattr(text, "xy"))


def test_filters_in_the_order_of_their_drop():
    figure = importance_chart(
        [(run(matches(FACTORS, ["E2F1", "SP1", "MAX", ""])), importance(DROPS, TARGETS))]
    )
    (panel,) = figure.axes
    assert labels(panel) == ["SP1  1", "MAX  2", "E2F1  0", "–  3"]
    assert [bar.get_width() for bar in panel.patches] == [0.2, 0.05, 0.01, -0.03]
    # The target stands where the name does not say it.
    assert beside(panel) == {1: "SP1", 2: "MAX"}
    colours = [bar.get_facecolor() for bar in panel.patches]
    assert len(set(colours)) == 3
    assert colours[2] == colours[3]
    assert heading(panel).splitlines() == [
        "median of matching filters 0.1250",
        "median of other filters -0.0100",
        "own target suffers most in 1 of 2",
    ]


def test_seeds_are_spanned_by_rank():
    other = importance([0.3, 0.02, 0.0, 0.1], TARGETS)
    figure = importance_chart(
        [(run(matches(FACTORS)), importance(DROPS, TARGETS)), (run(matches(FACTORS), seed=2), other)]
    )
    (panel,) = figure.axes
    lines = panel.collections[0].get_segments()
    spans = [tuple(line[:, 0]) for line in lines]
    assert spans == [(0.2, 0.3), (0.05, 0.1), (0.01, 0.02), (-0.03, 0.0)]
    assert labels(panel)[0] == "SP1  1"
    assert "all seeds, by rank" in [text.get_text() for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize(("networks", "columns"), [(1, 1), (5, 5), (6, 3), (17, 5)])
def test_a_panel_per_network_and_the_top_filters_only(networks, columns):
    generator, size = np.random.default_rng(0), 300
    runs = []
    for number in range(networks):
        table = importance(generator.random(size), ["SP1"] * size)
        activation = ("relu", "exponential")[number % 2]
        runs.append((run(matches(["SP1"] * size), f"cnn-{number}", activation), table))
    figure = importance_chart(runs)
    assert len(figure.axes) == networks
    assert figure.axes[0].get_subplotspec().get_gridspec().ncols == columns
    assert {len(panel.patches) for panel in figure.axes} == {MAX_FILTERS}
    assert {panel.get_xlim() for panel in figure.axes} == {figure.axes[0].get_xlim()}
    assert figure.axes[0].get_xlabel() == "auPR lost, top 30 of 300"
    assert figure.axes[0].patches[0].get_width() == runs[0][1]["aupr_drop"].max()
    if networks > 1:
        both = [matplotlib_hex(figure.axes[number].patches[0]) for number in (0, 1)]
        assert both == list(activation_colours(["relu", "exponential"]).values())


def matplotlib_hex(bar):
    return "#" + "".join(f"{round(255 * part):02x}" for part in bar.get_facecolor()[:3])


def test_where_nothing_is_relevant_any_match_counts():
    table = matches(["", ""], ["E2F1", ""])
    figure = importance_chart([(run(table, factors=()), importance([0.1, 0.2], ["t", "t"]))])
    (panel,) = figure.axes
    assert heading(panel).splitlines() == [
        "median of matching filters 0.1000",
        "median of other filters 0.2000",
    ]
    said = [text.get_text() for text in figure.legends[0].get_texts()]
    assert said == ["matches a known motif", "matches no known motif"]


def test_a_single_target_is_not_named():
    figure = importance_chart([(run(matches(FACTORS)), importance(DROPS, ["SP1"] * 4, known=["SP1"]))])
    assert beside(figure.axes[0]) == {}


def test_where_aupr_is_not_defined():
    figure = importance_chart([(run(matches(FACTORS)), importance([np.nan] * 4, [""] * 4))])
    assert "auPR is not defined" in heading(figure.axes[0])


def test_tables_of_different_filters():
    with pytest.raises(UserError, match="are not about the same filters"):
        importance_chart([(run(matches(FACTORS)), importance([0.1], ["SP1"]))])


def test_adapter(tmp_path):
    folders = [write_run(tmp_path, seed) for seed in (1, 2)]
    files = [
        folder / name for name in ("summary.json", "matches.tsv", "importance.tsv") for folder in folders
    ]
    for name in ("a.png", "b.png"):
        plot_figure.main(figure="importance", files=files, output=tmp_path / name)
    assert Image.open(tmp_path / "a.png").size[0] > 500
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with pytest.raises(UserError, match="2, 2 and 1 files of the kinds"):
        plot_figure.main(figure="importance", files=files[:-1], output=tmp_path / "c.png")
    assert not (tmp_path / "c.png").exists()


def test_a_figure_that_does_not_exist(tmp_path):
    for name in ("importanse", "style"):
        with pytest.raises(UserError, match=f"there is no figure '{name}'"):
            plot_figure.main(figure=name, files=["a"], output=tmp_path / "a.png")
