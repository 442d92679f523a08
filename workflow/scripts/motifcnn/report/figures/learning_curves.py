"""Learning curves: loss and validation auPR per epoch."""

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ...results.published import Published
from ...results.run_files import RunTable, by_network, read_run_tables
from .style import FAINT, INK, LINE_STYLES, MUTED, activation_colours, name_dataset, style

HISTORY_COLUMNS = ("epoch", "train_loss", "val_loss", "val_aupr")
_PER_ROW = 6
# How values above an axis are marked, at its upper end.
_BEYOND = {"linestyle": "", "marker": "^", "markersize": 3.5, "clip_on": False, "zorder": 3}


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `learning_curves` from the metrics.json and history.tsv of each training."""
    return learning_curves(read_run_tables(files["metrics.json"], files["history.tsv"], HISTORY_COLUMNS))


def learning_curves(runs: Sequence[RunTable]) -> Figure:
    """Draw training and validation loss, and validation auPR, per epoch: a column per network, a line per seed.

    Parameters
    ----------
    runs
        Trainings on one dataset, with history.tsv as table.
    """
    networks = by_network(runs)
    colours = activation_colours(network.activation for network in networks)
    per_row = min(len(networks), _PER_ROW)
    bands = -(-len(networks) // per_row)
    losses = np.concatenate([run.table[["train_loss", "val_loss"]].to_numpy(float).ravel() for run in runs])
    low, high = _loss_limits(losses[np.isfinite(losses)])
    above = False
    dotted = {"color": FAINT, "linestyle": LINE_STYLES[1]}
    with style():
        figure = Figure(figsize=(max(1.75 * per_row + 0.6, 4.2), 2.9 * bands + 0.35), layout="constrained")
        axes = figure.subplots(2 * bands, per_row, sharex=True, sharey="row", squeeze=False)
        pairs = list(zip(axes[::2].ravel(), axes[1::2].ravel(), strict=True))
        for panel in chain(*pairs[len(networks) :]):
            panel.remove()
        for network, (loss, aupr) in zip(networks, pairs, strict=False):
            line = {"color": colours[network.activation], "linewidth": 0.9, "alpha": 0.8}
            for run in networks[network]:
                epoch = run.table["epoch"]
                # A single epoch makes no line.
                marker = {"marker": "o" if len(epoch) == 1 else "", "markersize": 3}
                loss.plot(epoch, run.table["train_loss"], linewidth=0.7, **dotted, **marker)
                loss.plot(epoch, run.table["val_loss"], **line, **marker)
                aupr.plot(epoch, run.table["val_aupr"], **line, **marker)
                beyond = epoch[run.table["val_loss"] > high]
                if len(beyond):
                    above = True
                    loss.plot(beyond, np.full(len(beyond), high), **_BEYOND, color=line["color"])
            architecture, *rest = network.parts
            loss.set_title(f"{architecture}\n{' · '.join(rest)}", color=INK, fontweight="bold")
            loss.set_ylim(low, high)
            aupr.set_ylim(-0.02, 1.02)
            aupr.set_xlabel("epoch")
            aupr.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            aupr.tick_params(labelbottom=True)
        for loss, aupr in zip(axes[::2, 0], axes[1::2, 0], strict=True):
            loss.set_ylabel("loss")
            aupr.set_ylabel("auPR, validation")
        handles = [
            Line2D([], [], color=MUTED, linewidth=1.2, label="validation, a line per seed"),
            Line2D([], [], linewidth=1, label="training", **dotted),
        ]
        if above:
            handles.append(Line2D([], [], color=MUTED, label="validation loss above the axis", **_BEYOND))
        # Below two networks there is no room for three.
        ncols = min(len(handles), max(per_row, 2))
        figure.legend(handles=handles, loc="outside lower left", ncols=ncols)
        name_dataset(figure, runs[0].key.dataset)
    return figure


def _loss_limits(losses: np.ndarray) -> tuple[float, float]:
    """Return where the axis of the loss begins and ends. The first epochs may start far above the rest."""
    if not len(losses):
        return 0.0, 1.0
    low, high = losses.min(), np.quantile(losses, 0.98)
    margin = 0.08 * (high - low)
    return low - margin, high + margin + 1e-9
