import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.report.figures.sweeps import sweep_curves
from motifcnn.results.published import Published, Value
from toys.run_files import titles
from toys.summaries import seeds

SWEEP = {"title": "Steepness", "axis": "s", "log": False, "values": {"steep": 3.0, "exp": 1.0, "flat": 0.5}}


def test_a_line_per_network_in_the_order_of_the_numbers():
    runs = [*seeds("a", "steep", [0.2, 0.4, 0.9]), *seeds("a", "flat", [0.1]), *seeds("b", "exp", [0.5, 0.7])]
    runs += seeds("a", "relu", [1.0])
    theirs = {(RunKey("d", "b", "exp"), "match_relevant"): Value(0.4, None, "approx", "t", 10)}
    figure = sweep_curves(runs, [SWEEP], Published("P", "P", "", values=theirs))
    assert titles(figure) == ["Steepness"]
    match, aupr = figure.axes
    lines = {tuple(line.get_xdata()): tuple(line.get_ydata()) for line in match.lines}
    # Medians; ReLU is not on the sweep.
    assert lines[0.5, 3.0] == (0.1, 0.4)
    assert lines[(1.0,)] == (0.4,)
    assert match.get_xlabel() == "s"
    names = [text.get_text() for text in aupr.get_legend().get_texts()]
    assert names == ["a", "b", "published"]


def test_settings_make_a_line_per_activation():
    sweep = SWEEP | {"values": {"low": 0.1, "unchanged": 0.5}, "log": True}
    runs = [*seeds("a", "relu", [0.2], setting="low"), *seeds("a", "relu", [0.4]), *seeds("a", "elu", [0.3])]
    match, aupr = sweep_curves(runs, [sweep]).axes
    assert match.get_xscale() == "log"
    assert [text.get_text() for text in aupr.get_legend().get_texts()] == ["a · relu", "a · elu"]
    assert {tuple(line.get_ydata()) for line in match.lines} >= {(0.2, 0.4), (0.3,)}


def test_a_sweep_of_nothing_is_an_empty_panel():
    figure = sweep_curves(seeds("a", "relu", [0.2]), [SWEEP])
    assert not figure.axes[0].lines
    assert figure.axes[0].get_ylabel() == pytest.approx("filters that match\na relevant motif")
