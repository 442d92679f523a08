import pytest
from motifcnn.report.figures.attribution_accuracy import attribution_accuracy
from toys.run_files import titles


def run(architecture, activation, seed, auroc, found, method="saliency", setting=""):
    about = {
        "dataset": "code",
        "architecture": architecture,
        "activation": activation,
        "setting": setting,
        "seed": seed,
    }
    return about | {"method": method, "auroc": auroc, "attribution_auroc": found}


def points(panel):
    return {
        (round(float(x), 6), round(float(y), 6))
        for line in panel.lines
        for x, y in zip(*line.get_data(), strict=True)
    }


def rho(panel):
    return panel.get_title("right")


RUNS = [
    run("cnn-dist", "relu", 1, 0.9, 0.6),
    run("cnn-dist", "relu", 2, 0.92, 0.7),
    run("cnn-local", "relu", 1, 0.8, 0.8),
    run("cnn-local", "exponential", 1, 0.85, 0.9),
]


def test_a_panel_per_method_and_a_point_per_seed():
    figure = attribution_accuracy([*RUNS, run("cnn-dist", "relu", 1, 0.9, 0.5, "deep_shap")])
    assert titles(figure) == ["saliency", "deep_shap"]
    saliency, deep_shap = figure.axes
    assert points(saliency) == {(0.9, 0.6), (0.92, 0.7), (0.8, 0.8), (0.85, 0.9)}
    assert points(deep_shap) == {(0.9, 0.5)}
    # Ranks of the three means: (3, 1), (1, 2), (2, 3). A single network has no rank.
    assert rho(saliency) == "ρ = −0.50"
    assert rho(deep_shap) == ""
    # Of the six ways to pair three ranks all correlate by ±0.5 or ±1, that is, as strongly.
    assert [text.get_text() for text in saliency.texts] == ["3 networks, p = 1.00"]
    assert not deep_shap.texts
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["relu", "exponential", "cnn-dist", "cnn-local"]


def test_activations_and_architectures_are_told_apart():
    first, second, third = attribution_accuracy(RUNS).axes[0].lines
    assert first.get_color() == second.get_color() != third.get_color()
    assert [line.get_fillstyle() for line in (first, second, third)] == ["full", "none", "none"]


def test_settings_are_named_and_runs_without_accuracy_left_out():
    runs = [run("cnn-dist", "relu", 1, None, 0.6), run("cnn-dist", "relu", 1, 0.9, 0.6, setting="low")]
    figure = attribution_accuracy(runs)
    assert points(figure.axes[0]) == {(0.9, 0.6)}
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["relu", "relu · low"]


@pytest.mark.parametrize(("n", "shown"), [(1, 1), (4, 4), (5, 5)])
def test_methods_fill_rows_of_four(n, shown):
    figure = attribution_accuracy([run("a", "relu", 1, 0.9, 0.6, f"m{number}") for number in range(n)])
    assert sum(panel.get_visible() for panel in figure.axes) == shown


def test_p_of_four_networks_in_the_same_order():
    runs = [run("a", f"x{number}", 1, 0.8 + number / 100, 0.5 + number / 100) for number in range(4)]
    (panel,) = attribution_accuracy(runs).axes
    assert rho(panel) == "ρ = 1.00"
    # Of the 24 orders this one and its reverse.
    assert [text.get_text() for text in panel.texts] == ["4 networks, p = 0.083"]
