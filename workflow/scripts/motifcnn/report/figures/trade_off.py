"""How many filters match against how well the network classifies: a point per activation, beside published ones."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.run_key import RunKey
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.tables import read_summaries, score, shown_metrics
from .style import FAINT, INK, MUTED, Look, activation_looks, by_architecture, name_dataset, style

# Inches.
_PANEL, _NAME = 2.6, 0.145


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `trade_off` from the summary.json of each run."""
    return trade_off(read_summaries(files["summary.json"]), published)


def trade_off(summaries: Sequence[Mapping[str, Any]], published: Published | None = None) -> Figure:
    """Draw a panel per architecture; names stand in a column beside it, from the highest match fraction to the lowest.

    A point is the mean over seeds, its lines the sd. Published networks of these architectures are drawn where both
    numbers are known, whether or not their activations were run.

    Parameters
    ----------
    summaries
        Contents of summary.json files, of runs on one dataset.
    published
        Values to draw as well.
    """
    match, aupr = shown_metrics(summaries)
    networks = by_architecture(RunKey.of(summary) for summary in summaries)
    seeds: dict[RunKey, list[tuple[float, float]]] = {}
    for summary in summaries:
        point = score(summary, "trained", aupr), score(summary, "trained", match)
        if None not in point:
            seeds.setdefault(RunKey.of(summary).over_seeds, []).append(point)
    theirs = _published(published, summaries[0]["dataset"], networks, (aupr, match))
    looks = activation_looks(key.activation for key in (*seeds, *theirs))
    named = {
        architecture: [key for key in dict.fromkeys((*seeds, *theirs)) if key.architecture == architecture]
        for architecture in networks
    }
    with style():
        height = max(2.6, _NAME * max(map(len, named.values())) + 0.9)
        figure = Figure(figsize=((_PANEL + 1.5) * len(networks), height), layout="constrained")
        panels = figure.subplots(1, len(networks), sharex=True, sharey=True, squeeze=False)[0]
        for panel, (architecture, keys) in zip(panels, named.items(), strict=True):
            places = {}
            for key in keys:
                look = looks[key.activation]
                if key in theirs:
                    mark = {"color": look.colour, "markerfacecolor": "white", "markersize": 4.5}
                    panel.plot(*theirs[key], marker=look.marker, linestyle="none", **mark)
                    places[key] = theirs[key]
                if key in seeds:
                    mean, sd = np.mean(seeds[key], axis=0), np.std(seeds[key], axis=0)
                    panel.errorbar(
                        *mean, sd[1], sd[0], fmt=look.marker, color=look.colour, markersize=5, elinewidth=0.8
                    )
                    if key in theirs:
                        panel.plot(*zip(theirs[key], mean, strict=True), color=look.colour, linewidth=0.5)
                    places[key] = tuple(mean)
            panel.set(ylim=(-0.04, 1.04), xlabel=METRICS[aupr].axis)
            panel.set_title(architecture, color=INK, fontweight="bold")
            _name(panel, places, seeds, looks)
        panels[0].set_ylabel(METRICS[match].axis)
        handles = [Line2D([], [], marker="o", color=MUTED, linestyle="none", label="mean ± sd over seeds")]
        if theirs:
            hollow = {"markerfacecolor": "white", "linestyle": "none"}
            handles.append(
                Line2D([], [], marker="o", color=MUTED, label="published (names in grey: not run)", **hollow)
            )
        figure.legend(handles=handles, loc="outside lower left", ncols=2)
        name_dataset(figure, summaries[0]["dataset"])
    return figure


def _published(
    published: Published | None, dataset: str, architectures: Mapping[str, Any], metrics: tuple[str, str]
) -> dict[RunKey, tuple[float, float]]:
    """Both published numbers of every network of one of the architectures, under the protocol as it stands."""
    found = {}
    for key, *_ in published.values if published else ():
        numbers = [published.value(key, metric) for metric in metrics]
        plain = key.dataset == dataset and key.architecture in architectures and not key.setting
        if plain and key.layer == 1 and None not in numbers:
            found[key] = tuple(value.number for value in numbers)
    return found


def _name(
    panel: Axes,
    places: Mapping[RunKey, tuple[float, float]],
    ours: Mapping[RunKey, Any],
    looks: Mapping[str, Look],
) -> None:
    """Write the names beside the panel, evenly spaced, each with its marker and joined to its point."""
    ranked = sorted(places, key=lambda key: (-places[key][1], -places[key][0]))
    for place, key in enumerate(ranked):
        height, look = 1 - (place + 0.5) / len(ranked), looks[key.activation]
        fill = look.colour if key in ours else "white"
        mark = {"marker": look.marker, "color": look.colour, "markerfacecolor": fill, "markersize": 3.6}
        panel.plot([1.06], [height], transform=panel.transAxes, clip_on=False, **mark)
        line = {"arrowstyle": "-", "color": FAINT, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2}
        panel.annotate("", places[key], xytext=(1.035, height), textcoords="axes fraction", arrowprops=line)
        name = " · ".join(key.parts[1:])
        text = {"fontsize": 7, "color": INK if key in ours else MUTED, "va": "center_baseline"}
        panel.text(1.09, height, name, transform=panel.transAxes, **text)
