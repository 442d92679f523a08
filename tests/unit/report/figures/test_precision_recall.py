import pandas as pd
import pytest
from motifcnn.report.figures.precision_recall import MAX_TARGETS, precision_recall_curves
from motifcnn.report.figures.style import save
from toys.run_files import legend, network, titles


def curve(targets=("SP1",), end=0.2):
    parts = [
        pd.DataFrame({"target": t, "recall": [0.0, 0.5, 1.0], "precision": [1.0, 0.8, end]}) for t in targets
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_panel_per_target_with_the_mean_over_seeds():
    runs = network("cnn-2", "relu", [curve(["SP1", "YY1"], 0.2), curve(["SP1"], 0.4)])
    figure = precision_recall_curves(runs, {"SP1": 0.15, "YY1": None})
    assert titles(figure) == ["SP1", "YY1"]
    sp1, yy1 = figure.axes
    # The precision of a guess is drawn where it is known.
    assert list(sp1.lines[1].get_ydata()) == [0.15, 0.15]
    assert len(yy1.lines) == 1
    # At full recall 0.2 and 0.4; half way between the points 0.8.
    assert sp1.lines[0].get_ydata()[[0, 50, 100]] == pytest.approx([1, 0.8, 0.3])
    # Only one seed has YY1: a line and no band.
    assert yy1.lines[0].get_ydata()[100] == pytest.approx(0.2)
    assert (len(sp1.collections), len(yy1.collections)) == (1, 0)
    assert legend(figure) == ["cnn-2 · relu"]


def test_no_more_targets_than_can_be_read():
    targets = [f"T{i}" for i in range(MAX_TARGETS + 1)]
    figure = precision_recall_curves(network("a", "relu", [curve(targets)]))
    assert len(titles(figure)) == MAX_TARGETS
    assert figure.get_suptitle() == f"d, the first {MAX_TARGETS} of {MAX_TARGETS + 1} targets"


def test_the_same_bytes_every_time(tmp_path):
    for name in ("one.svg", "two.svg"):
        save(precision_recall_curves(network("a", "relu", [curve()])), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
