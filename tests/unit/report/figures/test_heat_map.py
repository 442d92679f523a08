from motifcnn.report.figures.heat_map import heat_map
from toys.run_files import labels, titles
from toys.summaries import seeds


def test_means_of_activations_by_networks():
    runs = [*seeds("a", "relu", [0.1, 0.2], aupr=0.9), *seeds("b", "relu", [1.0], aupr=0.8)]
    runs += seeds("b", "elu", [0.5], setting="low")
    figure = heat_map(runs)
    assert titles(figure) == ["Match relevant", "auPR"]
    match, aupr = figure.axes
    assert labels(match) == ["relu", "elu · low"]
    assert [label.get_text() for label in match.get_xticklabels()] == ["a", "b"]
    # What was not run, elu in a, has no number.
    assert {text.get_position(): text.get_text() for text in match.texts} == {
        (0, 0): "0.15",
        (1, 0): "1.00",
        (1, 1): "0.50",
    }
    assert [text.get_text() for text in aupr.texts] == ["0.900", "0.800", "0.800"]
    # White on dark, ink on light.
    assert [text.get_color() == "white" for text in match.texts] == [False, True, False]
