"""The share of each network's filters that match a motif, beside published values."""

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby, pairwise
from math import ceil
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.run_key import RunKey
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.tables import GROUND_TRUTH, read_summaries, score, shown_metrics
from .style import FAINT, INK, LINE_STYLES, MUTED, activation_looks, style

# Letters that fit under one of many networks, and networks that fit side by side.
_LABEL_WIDTH, _PER_BAND = 11, 12
# Inches between two networks of many, around the panels, and at least in all.
_STEP, _AROUND, _NARROWEST = 0.62, 1.0, 5.6
_LEGEND = ("a seed", "mean", "published", "untrained", "ground truth")
Summary = Mapping[str, Any]


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `match_chart` from the summary.json of runs, their layers and ground-truth controls."""
    return match_chart(read_summaries(files["summary.json"]), published)


def match_chart(summaries: Sequence[Summary], published: Published | None = None) -> Figure:
    """Draw the share of matching filters of every network: seeds as points, beside the published value.

    A dataset has a panel, or several if it has more than twelve networks and layers. Where no motif is
    relevant on it, filters that match any motif are counted.

    Parameters
    ----------
    summaries
        Contents of summary.json files, of runs and of ground-truth controls.
    published
        Values to draw beside ours.
    """
    datasets: dict[str, list[Summary]] = {}
    for summary in summaries:
        datasets.setdefault(summary["dataset"], []).append(summary)
    bands = [(dataset, band) for dataset, part in datasets.items() for band in _bands(part)]
    places = [_places(band) for _, band in bands]
    right = max(max(place) for place in places) + 0.75
    with style():
        size = (max(_NARROWEST, _STEP * right + _AROUND), 2.5 * len(bands) + 0.45)
        # However far apart the networks stand, their marks stand close to their names.
        scale = min(1.0, _STEP * (right - 0.75) / (size[0] - _AROUND))
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(bands), 1, squeeze=False)[:, 0]
        handles: dict[str, Line2D] = {}
        for panel, (dataset, band), x in zip(panels, bands, places, strict=True):
            handles |= _draw_matches(panel, datasets[dataset], band, x, published, scale)
            panel.set_xlim(0.75, right)
            panel.set_title(dataset, fontweight="bold")
        order = [name for name in _LEGEND if name in handles]
        legend = [handles[name] for name in order]
        figure.legend(legend, order, loc="outside lower left", ncols=len(order), handletextpad=0.5)
    return figure


def _bands(summaries: Sequence[Summary]) -> list[list[RunKey]]:
    """The networks of a dataset, in bands of about the same size; those of one architecture stay together."""
    keys = [RunKey.of(summary) for summary in summaries if summary["architecture"] != GROUND_TRUTH]
    networks = list(dict.fromkeys(key.over_seeds for key in keys))
    architectures = [key.architecture for key in keys]
    # Stable: the activations of an architecture stay in their order, and its deeper layers follow.
    networks.sort(key=lambda network: (architectures.index(network.architecture), network.layer))
    size = -(-len(networks) // -(-len(networks) // _PER_BAND)) if networks else 0
    bands: list[list[RunKey]] = []
    for _, members in groupby(networks, key=lambda network: network.architecture):
        group = list(members)
        if not bands or len(bands[-1]) + len(group) > max(size, len(group)):
            bands.append([])
        bands[-1] += group
    return bands


def _places(networks: Sequence[RunKey]) -> list[float]:
    """Where the networks stand on the x axis: those of one architecture closer to each other."""
    steps = [1.0 if one.architecture == other.architecture else 1.5 for one, other in pairwise(networks)]
    return list(accumulate(steps, initial=1.5))


def _draw_matches(
    panel: Axes,
    summaries: Sequence[Summary],
    networks: Sequence[RunKey],
    places: Sequence[float],
    published: Published | None,
    scale: float,
) -> dict[str, Line2D]:
    """Draw one band of a dataset's networks; return what the legend needs.

    Ours stand above the name of their network or, where a published value stands at their right, both beside its
    middle; `scale` is what distances within a network are multiplied by.
    """
    metric, _ = shown_metrics(summaries)
    runs = [summary for summary in summaries if summary["architecture"] != GROUND_TRUTH]
    looks = activation_looks(run["activation"] for run in runs)
    point = {"markersize": 4.5, "linestyle": "none", "markeredgewidth": 0}
    handles: dict[str, Line2D] = {}

    def scores(network: RunKey, variant: str) -> list[float]:
        found = [score(run, variant, metric) for run in runs if RunKey.of(run).over_seeds == network]
        return [value for value in found if value is not None]

    for network, x in zip(networks, places, strict=True):
        look = looks[network.activation]
        theirs = published.value(network, metric) if published else None
        ours = x - 0.15 * scale if theirs else x
        if controls := scores(network, "untrained"):
            mark = {"marker": "_", "markersize": 11, "markeredgewidth": 1.2, "linestyle": "none"}
            handles["untrained"] = panel.plot([ours], [np.mean(controls)], color=FAINT, **mark)[0]
        if values := scores(network, "trained"):
            spread = ours + 0.05 * scale * (np.arange(len(values)) - (len(values) - 1) / 2)
            ends = [ours - 0.22 * scale, ours + 0.22 * scale]
            panel.plot(ends, [np.mean(values)] * 2, color=look.colour, linewidth=1.6)
            panel.plot(spread, values, marker=look.marker, color=look.colour, alpha=0.75, **point)
            handles["a seed"] = Line2D([], [], marker="o", color=MUTED, **point)
            handles["mean"] = Line2D([], [], color=MUTED, linewidth=1.6)
        if theirs:
            mark = {"color": INK, "markerfacecolor": "white", "markersize": 4.5, "markeredgewidth": 0.9}
            bars = panel.errorbar(
                x + 0.22 * scale, theirs.number, theirs.spread, fmt="D", elinewidth=0.9, zorder=3, **mark
            )
            handles["published"] = bars.lines[0]
    for summary in summaries:
        truth = score(summary, "trained", metric)
        if summary["architecture"] == GROUND_TRUTH and truth is not None:
            line = {"color": MUTED, "linewidth": 0.9, "linestyle": LINE_STYLES[1], "zorder": 1}
            handles["ground truth"] = panel.axhline(truth, **line)
    panel.set_xticks(places, [_label(network, int(_LABEL_WIDTH / scale)) for network in networks])
    panel.tick_params(axis="x", labelsize=7.5, labelcolor=INK)
    panel.grid(visible=False, axis="x")
    panel.set_ylim(-0.04, 1.04)
    panel.set_ylabel(METRICS[metric].axis)
    return handles


def _label(network: RunKey, width: int) -> str:
    architecture, activation, *rest = network.parts
    return "\n".join(_folded(part, width) for part in (activation, architecture, *rest))


def _folded(name: str, width: int) -> str:
    """Break a name behind hyphens and underscores, or, where it has none, into pieces of about the same length."""
    longest = max(map(len, re.split("[-_]", name)))
    width = width if longest < width else ceil(longest / ceil(longest / width))
    return fill(name.replace("_", "_ "), width).replace("_ ", "_")
