import numpy as np
import pandas as pd
from motifcnn.report.figures.learning_curves import learning_curves
from motifcnn.report.figures.style import activation_colours, save
from toys.run_files import network, titles


def history(epochs=4):
    epoch = np.arange(1, epochs + 1)
    return pd.DataFrame(
        {"epoch": epoch, "train_loss": 1 / epoch, "val_loss": 1.2 / epoch, "val_aupr": epoch / epochs}
    )


def test_a_column_per_network_and_a_line_per_seed():
    runs = [*network("cnn-2", "relu", [history(), history(6)]), *network("cnn-2", "elu", [history()])]
    figure = learning_curves(runs)
    assert titles(figure) == ["cnn-2\nrelu", "cnn-2\nelu"]
    losses = figure.axes[0]
    # Training and validation of two seeds.
    assert len(losses.lines) == 4
    np.testing.assert_allclose(losses.lines[1].get_ydata(), 1.2 / np.arange(1, 5))
    assert losses.lines[1].get_color() == activation_colours(["relu", "elu"])["relu"]


def test_networks_are_wrapped_after_six(tmp_path):
    runs = [run for i in range(7) for run in network(f"cnn-{i}", "relu", [history()])]
    figure = learning_curves(runs)
    assert len(titles(figure)) == 7
    save(figure, tmp_path / "a.png")


def test_a_history_with_gaps_can_be_drawn(tmp_path):
    table = history()
    table.loc[1, ["val_loss", "val_aupr"]] = np.nan
    table.loc[2, "train_loss"] = np.inf
    save(learning_curves(network("a", "relu", [table])), tmp_path / "a.png")


def test_a_single_epoch_is_a_point():
    figure = learning_curves(network("a", "relu", [history(1), history(2)]))
    assert [line.get_marker() for line in figure.axes[0].lines] == ["o", "o", "", ""]


def test_a_validation_loss_that_leaves_the_axis_is_marked():
    table = history(100)
    table.loc[:1, "val_loss"] = [50, np.inf]
    figure = learning_curves([*network("a", "relu", [table]), *network("b", "relu", [history(100)])])
    high = figure.axes[0].get_ylim()[1]
    assert high < 1.2
    marks = figure.axes[0].lines[-1]
    assert (marks.get_xdata().tolist(), marks.get_ydata().tolist()) == ([1, 2], [high, high])
    assert [text.get_text() for text in figure.legends[0].texts][-1] == "validation loss above the axis"
    # Of the other network, 1.2 and 0.6 in the first two epochs.
    assert figure.axes[1].lines[-1].get_xdata().tolist() == [1, 2]
