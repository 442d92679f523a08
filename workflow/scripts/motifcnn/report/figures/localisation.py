"""How well each network's first layer points at planted motifs, beside scans with the true motifs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.files import read_json
from ...core.run_key import RunKey
from ...interpretation.filter_tables import read_localisation
from ...results.first_layer_scans import scan_value
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.run_files import RunTable, by_network, check_pairs
from .style import FAINT, INK, LINE_STYLES, MUTED, activation_looks, name_dataset, style

_SCANS = {"pwm": ("scan with the true PWMs", LINE_STYLES[1]), "ppm": ("with the true PPMs", LINE_STYLES[2])}


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `localisation_chart` from the metrics.json and localisation.tsv of each training."""
    metrics, tables = files["metrics.json"], files["localisation.tsv"]
    check_pairs(metrics, tables)
    return localisation_chart(
        [
            RunTable(RunKey.of(read_json(about)), read_localisation(path))
            for about, path in zip(metrics, tables, strict=True)
        ]
    )


def localisation_chart(runs: Sequence[RunTable]) -> Figure:
    """Draw the areas under both curves: a line per network, a point per seed.

    Parameters
    ----------
    runs
        Trainings on one dataset, with localisation.tsv as table.
    """
    networks = by_network(runs)
    looks = activation_looks(network.activation for network in networks)
    with style():
        figure = Figure(figsize=(6.4, 0.2 * len(networks) + 1.1), layout="constrained")
        panels = figure.subplots(1, 2, sharey=True)
        for panel, name in zip(panels, ("auroc", "aupr"), strict=True):
            for place, (network, seeds) in enumerate(networks.items()):
                values, look = (
                    [scan_value(run.table, "first_layer", name) for run in seeds],
                    looks[network.activation],
                )
                point = {"markersize": 4, "linestyle": "none", "markeredgewidth": 0, "alpha": 0.75}
                panel.plot(values, [place] * len(values), marker=look.marker, color=look.colour, **point)
                panel.plot(
                    [np.mean(values)] * 2, [place - 0.35, place + 0.35], color=look.colour, linewidth=1.6
                )
            _draw_scans(panel, runs[0].table, name)
            panel.set_xlim(-0.02, 1.02)
            panel.set_xlabel(METRICS[f"localisation_{name}"].axis)
            panel.grid(visible=False, axis="y")
        panels[0].set_yticks(range(len(networks)), [" · ".join(network.parts) for network in networks])
        panels[0].tick_params(axis="y", labelcolor=INK)
        panels[0].set_ylim(len(networks) - 0.4, -0.6)
        handles = [
            Line2D(
                [],
                [],
                marker="o",
                color=MUTED,
                markersize=4,
                markeredgewidth=0,
                linestyle="none",
                label="a seed",
            ),
            Line2D([], [], color=MUTED, linewidth=1.6, label="mean"),
            *panels[0].get_legend_handles_labels()[0],
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=len(handles))
        name_dataset(figure, runs[0].key.dataset)
    return figure


def _draw_scans(panel: Axes, table: pd.DataFrame, name: str) -> None:
    """Draw what scans with the true motifs reach, where these are known; they are the same for all runs."""
    for scan, (label, line) in _SCANS.items():
        if scan in set(table["scan"]):
            value = scan_value(table, scan, name)
            panel.axvline(value, color=FAINT, linewidth=1.1, linestyle=line, zorder=1, label=label)
