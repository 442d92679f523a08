"""Precision against recall on the test set, a panel per target."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.run_key import RunKey
from ...results.published import Published
from ...results.run_files import RunTable, by_network, read_run_tables
from ...training.prediction_scores import PRECISION_RECALL_COLUMNS
from ..data_panel import prevalence, read_descriptions
from .style import LINE_STYLES, MUTED, activation_looks, name_dataset, style

# More panels could not be read; the first ones are drawn, and the figure says so.
MAX_TARGETS = 24
_PER_ROW, _MAX_LINES = 6, 12
_RECALL = np.linspace(0, 1, 101)


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `precision_recall_curves` from metrics.json and precision_recall.tsv of each training, and data.json."""
    tables = read_run_tables(files["metrics.json"], files["precision_recall.tsv"], PRECISION_RECALL_COLUMNS)
    # By hand, it may be drawn without data.json.
    prevalences = {
        target: prevalence(description, target)
        for description in read_descriptions(files["data.json"])
        for target in description["targets"]
    }
    return precision_recall_curves(tables, prevalences)


def precision_recall_curves(
    runs: Sequence[RunTable], prevalences: Mapping[str, float | None] = MappingProxyType({})
) -> Figure:
    """Draw precision against recall, a panel per target and a line per network: mean and range over seeds.

    Where more than twelve networks would share a panel, each architecture (and setting) has panels of its own.

    Parameters
    ----------
    runs
        Trainings on one dataset, with precision_recall.tsv as table.
    prevalences
        The precision of a guess, by target, which is drawn as a dotted line where it is known.
    """
    networks = by_network(runs)
    groups: dict[str, list[RunKey]] = {}
    for network in networks:
        own = network.network_without_activation if len(networks) > _MAX_LINES else ""
        groups.setdefault(own, []).append(network)
    lines = _lines(list(networks), by_activation="" not in groups)
    all_targets = list(dict.fromkeys(target for run in runs for target in run.table["target"].astype(str)))
    targets = all_targets[:MAX_TARGETS]
    columns = min(max(len(targets), 1), _PER_ROW)
    rows = max(-(-len(targets) // columns), 1)
    handles = {line["label"]: Line2D([], [], **line) for line in lines.values()}
    with style():
        legend_columns = max(2 * columns // 3, 1)
        legend_rows = -(-len(handles) // legend_columns)
        size = (max(1.75 * columns + 0.5, 4.2), 1.8 * rows * len(groups) + 0.4 + 0.17 * legend_rows)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(rows * len(groups), columns, sharex=True, sharey=True, squeeze=False)
        for panels, (group, members) in zip(np.split(axes, len(groups)), groups.items(), strict=True):
            for panel in panels.flat[len(targets) :]:
                panel.remove()
            for index, (panel, target) in enumerate(zip(panels.flat, targets, strict=False)):
                _draw(panel, target, {network: networks[network] for network in members}, lines)
                if known := prevalences.get(target):
                    panel.axhline(known, color=MUTED, linewidth=0.8, linestyle=":")
                panel.set_title(f"{group}\n{target}" if group and not index else target, fontweight="bold")
                lowest, leftmost = index + columns >= len(targets), index % columns == 0
                panel.set(xlabel="recall" if lowest else "", ylabel="precision" if leftmost else "")
                panel.tick_params(labelbottom=lowest, labelleft=leftmost)
        figure.legend(
            handles=list(handles.values()), loc="outside lower left", ncols=legend_columns, handlelength=3
        )
        left_out = len(all_targets) > len(targets)
        note = f", the first {len(targets)} of {len(all_targets)} targets" if left_out else ""
        name_dataset(figure, runs[0].key.dataset + note)
    return figure


def _draw(
    panel: Axes,
    target: str,
    networks: Mapping[RunKey, list[RunTable]],
    lines: Mapping[RunKey, dict[str, Any]],
) -> None:
    for network, members in networks.items():
        curves = _on_grid(members, target)
        if len(curves):
            panel.plot(_RECALL, curves.mean(axis=0), **lines[network], linewidth=1)
        if len(curves) > 1:
            band = {"color": lines[network]["color"], "alpha": 0.12, "linewidth": 0}
            panel.fill_between(_RECALL, curves.min(axis=0), curves.max(axis=0), **band)
    panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))


def _lines(networks: Sequence[RunKey], by_activation: bool) -> dict[RunKey, dict[str, Any]]:
    """Return how each network's curve is drawn: its activation's look, and a dash pattern per architecture.

    Where the activation alone tells the curves of a panel apart, they have no other dashes and names.
    """
    looks = activation_looks(network.activation for network in networks)
    shapes = list(dict.fromkeys((network.architecture, network.setting) for network in networks))
    lines: dict[RunKey, dict[str, Any]] = {}
    for network in networks:
        look, dashes, label = looks[network.activation], LINE_STYLES[0], network.activation
        if not by_activation:
            shape = shapes.index((network.architecture, network.setting))
            dashes, label = LINE_STYLES[shape % len(LINE_STYLES)], " · ".join(network.parts)
        lines[network] = {"color": look.colour, "linestyle": dashes, "label": label}
        if look.marker != "o":
            # Of several looks of one colour, the one with a round marker has a plain line.
            lines[network] |= {"marker": look.marker, "markersize": 3.5, "markevery": 0.2}
    return lines


def _on_grid(runs: Sequence[RunTable], target: str) -> np.ndarray:
    """Precision at the recalls of the grid, float64 (runs that have the target, 101)."""
    curves = [run.table[run.table["target"].astype(str) == target] for run in runs]
    return np.array([np.interp(_RECALL, one["recall"], one["precision"]) for one in curves if len(one)])
