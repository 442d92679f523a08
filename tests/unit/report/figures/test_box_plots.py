import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.report.figures.box_plots import box_plots
from motifcnn.report.figures.style import save
from motifcnn.results.published import MEDIAN, Published, Value
from toys.run_files import legend, titles
from toys.summaries import seeds, summary


def names(panel):
    return [label.get_text() for label in panel.get_xticklabels()]


def test_a_column_per_architecture_with_every_seed_as_a_point():
    theirs = Value(0.5, None, MEDIAN, "t", 10, (0.4, 0.7))
    published = Published("P", "P", "", values={(RunKey("d", "a", "relu"), "match_relevant"): theirs})
    shares = [0.1, 0.3, 0.2, 0.9, 0.4]
    runs = [
        *seeds("a", "relu", shares),
        *seeds("a", "elu", [0.5, 0.6]),
        *seeds("b", "relu", [0.7], setting="low"),
    ]
    figure = box_plots(runs, published)
    assert titles(figure) == ["a", "b"]
    a, b, *below = figure.axes
    assert (names(below[0]), names(below[1])) == (["relu", "elu"], ["relu · low"])
    assert legend(figure) == ["a seed", "median", "middle half", "published"]
    drawn = [list(line.get_ydata()) for line in a.lines]
    assert shares in drawn
    assert [0.3, 0.3] in drawn
    # Two seeds have no box.
    (box,) = a.patches
    assert (box.get_y(), box.get_height()) == pytest.approx((0.2, 0.2))
    # The published median with its quartiles.
    (bars,) = [line.get_segments()[0] for line in a.collections]
    assert bars[:, 1].tolist() == pytest.approx([0.4, 0.7])
    assert not b.collections


def test_seventeen_activations_can_be_told_apart_without_colour(tmp_path):
    runs = [run for i in range(17) for run in seeds("a", f"own-{i}", [0.1, 0.2])]
    figure = box_plots(runs)
    assert names(figure.axes[-1]) == [f"own-{i}" for i in range(17)]
    save(figure, tmp_path / "a.png")


def test_one_run_without_relevant_motifs_or_auroc():
    figure = box_plots([summary("a", "relu", 1, None, aupr=None)])
    assert figure.axes[0].get_ylabel() == "filters that match\nany known motif"
    assert legend(figure) == ["a seed", "median"]
