"""Learning curves: loss and validation auPR per epoch."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ...results.published import Published
from ...results.run_files import RunTable, by_network, read_run_tables
from .style import FAINT, INK, LINE_STYLES, MUTED, activation_colours, name_dataset, style

HISTORY_COLUMNS = ("epoch", "train_loss", "val_loss", "val_aupr")
_PER_ROW = 6


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `learning_curves` of metrics.json and history.tsv, one of each per training."""
    return learning_curves(read_run_tables(files["metrics.json"], files["history.tsv"], HISTORY_COLUMNS))


def learning_curves(runs: Sequence[RunTable]) -> Figure:
    """Draw training and validation loss, and validation auPR, per epoch: a line per seed.

    Parameters
    ----------
    runs
        With history.tsv as table.

    Returns
    -------
    Figure
        A column per network and activation, six side by side; scales are shared.
    """
    networks = by_network(runs)
    colours = activation_colours(network.activation for network in networks)
    per_row = min(len(networks), _PER_ROW)
    bands = -(-len(networks) // per_row)
    losses = np.concatenate([run.table[["train_loss", "val_loss"]].to_numpy(float).ravel() for run in runs])
    losses = losses[np.isfinite(losses)]
    with style():
        figure = Figure(figsize=(max(1.75 * per_row + 0.6, 4.2), 2.75 * bands + 0.35), layout="constrained")
        axes = figure.subplots(2 * bands, per_row, sharex=True, sharey="row", squeeze=False)
        for index in range(bands * per_row):
            row, column = divmod(index, per_row)
            loss, aupr = axes[2 * row, column], axes[2 * row + 1, column]
            if index >= len(networks):
                loss.remove()
                aupr.remove()
                continue
            network = list(networks)[index]
            colour = colours[network.activation]
            for run in networks[network]:
                epoch = run.table["epoch"]
                loss.plot(
                    epoch, run.table["train_loss"], color=FAINT, linewidth=0.7, linestyle=LINE_STYLES[1]
                )
                loss.plot(epoch, run.table["val_loss"], color=colour, linewidth=0.9, alpha=0.8)
                aupr.plot(epoch, run.table["val_aupr"], color=colour, linewidth=0.9, alpha=0.8)
            loss.set_title(" · ".join(network.parts), color=INK, fontweight="bold")
            if len(losses):
                # The first epochs may start far above the rest.
                low, high = losses.min(), np.quantile(losses, 0.98)
                loss.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low) + 1e-9)
            aupr.set_ylim(-0.02, 1.02)
            aupr.set_xlabel("epoch")
            aupr.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            aupr.tick_params(labelbottom=True)
        for row in range(bands):
            axes[2 * row, 0].set_ylabel("loss")
            axes[2 * row + 1, 0].set_ylabel("auPR, validation")
        handles = [
            Line2D([], [], color=MUTED, linewidth=1.2, label="validation, a line per seed"),
            Line2D([], [], color=FAINT, linewidth=1, linestyle=LINE_STYLES[1], label="training"),
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=2)
        name_dataset(figure, runs[0].key.dataset)
    return figure
