from motifcnn.core.run_key import RunKey
from motifcnn.report.figures.trade_off import trade_off
from motifcnn.results.published import Published, Value
from toys.run_files import legend, titles
from toys.summaries import seeds, summary


def value(number):
    return Value(number, None, "approx", "t", 10)


VALUES = {
    (RunKey("d", "a", "relu"), "match_relevant"): value(0.1),
    (RunKey("d", "a", "relu"), "aupr"): value(0.7),
    (RunKey("d", "a", "tanh"), "match_relevant"): value(0.8),
    (RunKey("d", "a", "tanh"), "aupr"): value(0.6),
    # Without auPR, of another network, setting or dataset.
    (RunKey("d", "a", "elu"), "match_relevant"): value(0.3),
    (RunKey("d", "c", "tanh"), "match_relevant"): value(0.3),
    (RunKey("d", "c", "tanh"), "aupr"): value(0.3),
    (RunKey("d", "a", "tanh", "low"), "match_relevant"): value(0.3),
    (RunKey("d", "a", "tanh", "low"), "aupr"): value(0.3),
    (RunKey("e", "a", "tanh"), "match_relevant"): value(0.3),
    (RunKey("e", "a", "tanh"), "aupr"): value(0.3),
}


def named(panel):
    """Names beside a panel from top to bottom."""
    texts = [text for text in panel.texts if text.get_text()]
    return [text.get_text() for text in sorted(texts, key=lambda text: -text.get_position()[1])]


def test_our_networks_and_the_paper_s_others_stand_in_one_panel_by_match_fraction():
    runs = [*seeds("a", "relu", [0.2, 0.4], aupr=0.9), *seeds("a", "mine", [0.9]), *seeds("b", "mine", [0.5])]
    figure = trade_off(runs, Published("P", "P", "", values=VALUES))
    assert titles(figure) == ["a", "b"]
    a, b = figure.axes
    assert named(a) == ["mine", "tanh", "relu"]
    assert named(b) == ["mine"]
    points = {
        tuple(round(float(x[0]), 6) for x in line.get_data())
        for line in a.lines
        if len(line.get_xdata()) == 1
    }
    assert {(0.9, 0.3), (0.7, 0.1), (0.6, 0.8), (0.8, 0.9)} <= points
    assert legend(figure) == ["mean ± sd over seeds", "published (names in grey: not run)"]


def test_a_run_without_auroc_has_no_place():
    figure = trade_off([summary("a", "relu", 1, 0.5, aupr=None), summary("a", "elu", 1, 0.5)])
    assert named(figure.axes[0]) == ["elu"]
    assert legend(figure) == ["mean ± sd over seeds"]
