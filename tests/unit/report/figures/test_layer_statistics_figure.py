import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from motifcnn.report.figures.layer_statistics import draw, statistics_of_layers
from motifcnn.report.figures.style import ACCENT, activation_colours, save
from toys.run_files import legend, network, titles


def history(epochs=4, layers=("1", "2", "output")):
    epoch = np.arange(1, epochs + 1)
    found = {"epoch": epoch, "train_loss": 1 / epoch}
    found |= {f"activation_{name}_1": scale * epoch for scale, name in ((1, "mean"), (2, "sd"), (30, "max"))}
    found |= {f"gradient_{name}": 0.1 ** (place + 1) / epoch for place, name in enumerate(layers)}
    return pd.DataFrame(found)


def test_a_line_per_seed_statistic_and_layer(tmp_path):
    runs = [
        *network("cnn-2", "relu", [history(), history(6)]),
        *network("cnn-2", "exponential", [history(1)]),
    ]
    figure = statistics_of_layers(runs)
    assert titles(figure) == ["cnn-2\nrelu", "cnn-2\nexponential"]
    activation, _, gradient, _ = figure.axes
    assert len(activation.lines) == len(gradient.lines) == 2 * 3
    mean, _, highest = activation.lines[:3]
    assert mean.get_ydata().tolist() == [1, 2, 3, 4]
    assert highest.get_ydata().tolist() == [30, 60, 90, 120]
    assert mean.get_color() == activation_colours(["relu"])["relu"]
    np.testing.assert_allclose(gradient.lines[1].get_ydata(), [0.01, 0.005, 0.01 / 3, 0.0025])
    # The first layer is the darkest.
    assert to_hex(gradient.lines[0].get_color()) == ACCENT
    assert legend(figure) == ["mean", "sd", "max", "layer 1", "layer 2", "output"]
    # A single epoch is a point.
    assert {line.get_marker() for line in figure.axes[1].lines} == {"o"}
    save(figure, tmp_path / "a.png")


def test_the_output_comes_last_whatever_the_depth():
    runs = [
        *network("a", "relu", [history()]),
        *network("b", "relu", [history(layers=("1", "2", "3", "output"))]),
    ]
    assert legend(statistics_of_layers(runs))[3:] == ["layer 1", "layer 2", "layer 3", "output"]


def test_activations_of_zero_and_below_and_gaps_can_be_drawn(tmp_path):
    table = history()
    table["activation_mean_1"] = [0, -2, np.nan, np.inf]
    table["gradient_1"] = [0, np.nan, 1, 2]
    figure = statistics_of_layers(network("a", "tanh", [table]))
    save(figure, tmp_path / "a.png")
    low, high = figure.axes[0].get_ylim()
    assert low < -2
    assert high > 120


def test_networks_are_wrapped_after_six(tmp_path):
    figure = statistics_of_layers([run for i in range(7) for run in network(f"cnn-{i}", "relu", [history()])])
    assert len(titles(figure)) == 7
    save(figure, tmp_path / "a.png")


def test_trainings_without_statistics_are_left_out():
    plain = history()[["epoch", "train_loss"]]
    figure = statistics_of_layers([*network("a", "relu", [plain]), *network("b", "relu", [history(), plain])])
    assert titles(figure) == ["b\nrelu"]
    assert len(figure.axes[0].lines) == 3
    none = statistics_of_layers(network("a", "relu", [plain]))
    assert none.texts[-1].get_text() == "No training here recorded statistics of its layers."


def test_from_files(tmp_path):
    (tmp_path / "metrics.json").write_text(
        '{"dataset": "d", "architecture": "a", "activation": "relu", "seed": 1, "layer": 1}'
    )
    history().to_csv(tmp_path / "history.tsv", sep="\t", index=False)
    files = {name: [tmp_path / name] for name in ("metrics.json", "history.tsv")}
    assert titles(draw(files)) == ["a\nrelu"]
