"""Match fraction and auPR of every activation as box plots, with every seed as a point."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from ...core.run_key import RunKey
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.tables import read_summaries, score, shown_metrics
from .style import INK, MUTED, activation_looks, by_architecture, name_dataset, slanted, style

# With fewer seeds, a box would say no more than its points.
_MIN_SEEDS = 5
_WIDTH, _LEFT = 0.5, -0.15


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `box_plots` from the summary.json of each run."""
    return box_plots(read_summaries(files["summary.json"]), published)


def box_plots(summaries: Sequence[Mapping[str, Any]], published: Published | None = None) -> Figure:
    """Draw a column of panels per architecture, with a box per activation (and setting) in the order of the runs.

    A box spans the quartiles over seeds, its line is the median.

    Parameters
    ----------
    summaries
        Contents of summary.json files, of runs on one dataset.
    published
        Values to draw beside ours.
    """
    networks = by_architecture(RunKey.of(summary) for summary in summaries)
    metrics = shown_metrics(summaries)
    seeds = {metric: _seeds(summaries, metric) for metric in metrics}
    looks = activation_looks(key.activation for keys in networks.values() for key in keys)
    most = max(map(len, networks.values()))
    with style():
        size = (max((0.24 * most + 0.5) * len(networks), 4.2) + 0.5, 2.3 * len(metrics) + 1.4)
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(metrics), len(networks), sharey="row", sharex="col", squeeze=False)
        handles: dict[str, Any] = {}
        for row, metric in zip(panels, metrics, strict=True):
            for panel, (architecture, keys) in zip(row, networks.items(), strict=True):
                for place, key in enumerate(keys):
                    handles |= _draw_seeds(panel, place, seeds[metric][key], looks[key.activation])
                    handles |= _draw_published(panel, place, key, metric, published)
                panel.set_xlim(-0.7, max(len(keys), 2) - 0.3)
                if metric == metrics[0]:
                    panel.set_title(architecture, color=INK, fontweight="bold")
                if metric == metrics[-1]:
                    slanted(panel, [" · ".join(key.parts[1:]) for key in keys])
            row[0].set_ylabel(METRICS[metric].axis)
            if METRICS[metric].of:
                row[0].set_ylim(-0.04, 1.04)
        figure.legend(handles.values(), handles, loc="outside lower left", ncols=len(handles))
        name_dataset(figure, summaries[0]["dataset"])
    return figure


def _seeds(summaries: Sequence[Mapping[str, Any]], metric: str) -> dict[RunKey, list[float]]:
    found: dict[RunKey, list[float]] = {}
    for summary in summaries:
        value = score(summary, "trained", metric)
        found.setdefault(RunKey.of(summary).over_seeds, []).extend([] if value is None else [value])
    return found


def _draw_seeds(panel: Axes, place: float, values: Sequence[float], look: Any) -> dict[str, Any]:
    if not values:
        return {}
    middle, n = place + _LEFT, len(values)
    handles: dict[str, Any] = {}
    low, median, high = np.percentile(values, [25, 50, 75])
    if n >= _MIN_SEEDS:
        box = {"facecolor": look.colour, "alpha": 0.22, "linewidth": 0}
        panel.add_patch(Rectangle((middle - _WIDTH / 2, low), _WIDTH, high - low, **box))
        handles["middle half"] = Patch(facecolor=MUTED, alpha=0.22, linewidth=0)
    panel.plot([middle - _WIDTH / 2, middle + _WIDTH / 2], [median] * 2, color=look.colour, linewidth=1.6)
    spread = np.linspace(-0.15, 0.15, n) if n > 1 else np.zeros(1)
    point = {"markersize": 3.2, "linestyle": "none", "markeredgewidth": 0}
    panel.plot(middle + spread, values, marker=look.marker, color=look.colour, alpha=0.8, **point)
    median_line = Line2D([], [], color=MUTED, linewidth=1.6)
    return {"a seed": Line2D([], [], marker="o", color=MUTED, **point), "median": median_line} | handles


def _draw_published(
    panel: Axes, place: float, key: RunKey, metric: str, published: Published | None
) -> dict[str, Any]:
    theirs = published.value(key, metric) if published else None
    if not theirs:
        return {}
    mark = {"color": INK, "markerfacecolor": "white", "markersize": 3.4, "markeredgewidth": 0.8}
    bars = panel.errorbar(
        place + 0.27, theirs.number, theirs.spread, fmt="D", elinewidth=0.8, zorder=3, **mark
    )
    return {"published": bars.lines[0]}
