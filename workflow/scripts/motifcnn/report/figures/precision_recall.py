"""Precision against recall on the test set, a panel per target."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...results.published import Published
from ...results.run_files import RunTable, by_network, read_run_tables
from ...training.prediction_scores import PRECISION_RECALL_COLUMNS
from .style import LINE_STYLES, Look, activation_looks, name_dataset, style

# More panels than these cannot be read; the first ones are drawn, and the figure says so.
MAX_TARGETS = 24
_PER_ROW = 6
_RECALL = np.linspace(0, 1, 101)


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `precision_recall_curves` of metrics.json and precision_recall.tsv, one of each per training."""
    tables = read_run_tables(files["metrics.json"], files["precision_recall.tsv"], PRECISION_RECALL_COLUMNS)
    return precision_recall_curves(tables)


def precision_recall_curves(runs: Sequence[RunTable]) -> Figure:
    """Draw precision against recall on the test set, a panel per target.

    Parameters
    ----------
    runs
        With precision_recall.tsv as table.

    Returns
    -------
    Figure
        A line per network and activation: mean precision over the seeds at each recall; the band
        spans the seeds.
    """
    networks = by_network(runs)
    looks = activation_looks(network.activation for network in networks)
    shapes = list(dict.fromkeys((network.architecture, network.setting) for network in networks))
    styles = {shape: LINE_STYLES[i % len(LINE_STYLES)] for i, shape in enumerate(shapes)}
    all_targets = list(dict.fromkeys(target for run in runs for target in run.table["target"].astype(str)))
    targets = all_targets[:MAX_TARGETS]
    columns = min(max(len(targets), 1), _PER_ROW)
    rows = max(-(-len(targets) // columns), 1)
    with style():
        legend_rows = -(-len(networks) // max(2 * columns // 3, 1))
        size = (max(1.75 * columns + 0.5, 4.2), 1.8 * rows + 0.4 + 0.17 * legend_rows)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for index, panel in enumerate(axes.flat):
            if index >= len(targets):
                panel.remove()
                continue
            for network, members in networks.items():
                curves = _on_grid(members, targets[index])
                if curves is None:
                    continue
                shape = styles[network.architecture, network.setting]
                line = _line(looks[network.activation], shape) | {"linewidth": 1}
                panel.plot(_RECALL, curves.mean(axis=0), label=" · ".join(network.parts), **line)
                if len(curves) > 1:
                    band = {"color": line["color"], "alpha": 0.12, "linewidth": 0}
                    panel.fill_between(_RECALL, curves.min(axis=0), curves.max(axis=0), **band)
            panel.set_title(targets[index], fontweight="bold")
            panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
            lowest, leftmost = index + columns >= len(targets), index % columns == 0
            panel.set(xlabel="recall" if lowest else "", ylabel="precision" if leftmost else "")
            panel.tick_params(labelbottom=lowest, labelleft=leftmost)
        handles = [
            Line2D(
                [],
                [],
                **_line(looks[network.activation], styles[network.architecture, network.setting]),
                label=" · ".join(network.parts),
            )
            for network in networks
        ]
        figure.legend(
            handles=handles, loc="outside lower left", ncols=max(2 * columns // 3, 1), handlelength=3
        )
        left_out = len(all_targets) > len(targets)
        note = f", the first {len(targets)} of {len(all_targets)} targets" if left_out else ""
        name_dataset(figure, runs[0].key.dataset + note)
    return figure


def _line(look: Look, style: str | tuple) -> dict[str, Any]:
    """Return how a curve is drawn; of the looks of a colour the one with a round marker has a plain line."""
    marker = {} if look.marker == "o" else {"marker": look.marker, "markersize": 3.5, "markevery": 0.2}
    return {"color": look.colour, "linestyle": style, **marker}


def _on_grid(runs: Sequence[RunTable], target: str) -> np.ndarray | None:
    """Precision at the recalls of the grid, float64 (runs that have the target, 101)."""
    curves = []
    for run in runs:
        curve = run.table[run.table["target"].astype(str) == target]
        if len(curve):
            curves.append(np.interp(_RECALL, curve["recall"], curve["precision"]))
    return np.array(curves) if curves else None
