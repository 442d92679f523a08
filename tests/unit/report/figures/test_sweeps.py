import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.report.figures.sweeps import sweep_curves
from motifcnn.results.published import Published, Value
from toys.run_files import titles
from toys.summaries import seeds

SWEEP = {"title": "Steepness", "axis": "s", "log": False, "values": {"steep": 3.0, "exp": 1.0, "flat": 0.5}}


def test_a_line_per_network_in_the_order_of_the_numbers():
    runs = [*seeds("a", "steep", [0.2, 0.4, 0.9]), *seeds("a", "flat", [0.1]), *seeds("b", "exp", [0.5, 0.7])]
    runs += [*seeds("b", "flat", [0.3]), *seeds("a", "relu", [1.0])]
    theirs = {(RunKey("d", "b", "exp"), "match_relevant"): Value(0.4, None, "approx", "t", 10)}
    figure = sweep_curves(runs, [SWEEP], Published("P", "P", "", values=theirs))
    assert titles(figure) == ["Steepness"]
    match, aupr = figure.axes
    lines = {tuple(line.get_xdata()): tuple(line.get_ydata()) for line in match.lines}
    # Medians; ReLU is not on the sweep.
    assert lines[0.5, 3.0] == (0.1, 0.4)
    assert lines[(1.0,)] == (0.4,)
    assert lines[0.5, 1.0] == (0.3, 0.6)
    assert match.get_xlabel() == "s"
    names = [text.get_text() for text in aupr.get_legend().get_texts()]
    assert names == ["a", "b", "published"]


def test_networks_at_one_number_are_left_out_where_others_are_at_more():
    one, more = seeds("b", "exp", [0.5]), [*seeds("a", "steep", [0.2]), *seeds("a", "flat", [0.1])]
    for runs, names in (([*one, *more], ["a"]), (one, ["b"])):
        legend = sweep_curves(runs, [SWEEP]).axes[1].get_legend()
        assert [text.get_text() for text in legend.get_texts()] == names


def test_settings_make_a_line_per_activation():
    sweep = SWEEP | {"values": {"low": 0.1, "unchanged": 0.5}, "log": True}
    runs = [*seeds("a", "relu", [0.2], setting="low"), *seeds("a", "relu", [0.4]), *seeds("a", "elu", [0.3])]
    runs += seeds("a", "elu", [0.1], setting="low")
    match, aupr = sweep_curves(runs, [sweep]).axes
    assert match.get_xscale() == "log"
    assert [text.get_text() for text in aupr.get_legend().get_texts()] == ["a · relu", "a · elu"]
    assert {tuple(line.get_ydata()) for line in match.lines} >= {(0.2, 0.4), (0.1, 0.3)}


def scored(activation, method, numbers):
    about = {"dataset": "d", "architecture": "a", "activation": activation, "setting": "", "method": method}
    scores = [
        {"seed": s, "attribution_auroc": n, "attribution_aupr": n / 2} for s, n in enumerate(numbers, 1)
    ]
    return [about | one for one in scores]


def test_methods_make_a_line_per_network():
    values = {"one": 1, "five": 5}
    sweep = {"title": "References", "axis": "n", "log": False, "values": values}
    runs = [
        *scored("relu", "one", [0.6, 0.7, 0.8]),
        *scored("relu", "five", [0.9]),
        *scored("elu", "five", [0.5]),
        *scored("elu", "one", [0.4]),
    ]
    runs += scored("relu", "other", [0.1])
    key = RunKey("d", "a", "relu")
    theirs = {(key, "attribution_auroc", "one"): Value(0.681, None, "digitised", "t", 10)}
    # That of the network is of another metric.
    theirs |= {(key, "match_relevant"): Value(0.3, None, "approx", "t", 10)}
    summaries = seeds("a", "relu", [0.2])
    published = Published("P", "P", "", values=theirs)
    figure = sweep_curves(summaries, [sweep, SWEEP | {"values": {"relu": 1}}], published, runs)
    auroc, aupr, match, _ = figure.axes
    lines = [(tuple(line.get_xdata()), tuple(line.get_ydata())) for line in auroc.lines]
    assert ((1, 5), (0.7, 0.9)) in lines
    assert ((1,), (0.681,)) in lines
    assert ((1, 5), (0.4, 0.5)) in lines
    assert not any(0.1 in ys for _, ys in lines)
    assert ((1, 5), (0.35, 0.45)) in [
        (tuple(line.get_xdata()), tuple(line.get_ydata())) for line in aupr.lines
    ]
    names = [text.get_text() for text in aupr.get_legend().get_texts()]
    assert names == ["a · relu", "a · elu", "published"]
    assert auroc.get_ylabel() == "auROC of planted positions"
    # A sweep of activations in the same figure has the filters.
    assert (0.2,) in [tuple(line.get_ydata()) for line in match.lines]


def test_a_sweep_of_nothing_is_an_empty_panel():
    figure = sweep_curves(seeds("a", "relu", [0.2]), [SWEEP])
    assert not figure.axes[0].lines
    assert figure.axes[0].get_ylabel() == pytest.approx("filters that match\na relevant motif")
