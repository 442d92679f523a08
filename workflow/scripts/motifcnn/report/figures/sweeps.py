"""Match fraction and auPR against a number that settings or activations differ in."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.run_key import UNCHANGED, RunKey
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.tables import read_summaries, score, shown_metrics
from .style import ACCENT, INK, LINE_STYLES, MUTED, Look, activation_looks, name_dataset, style


def draw(
    files: Mapping[str, Sequence[str]], published: Published | None = None, sweeps: Sequence = ()
) -> Figure:
    """Draw `sweep_curves` from the summary.json of each run and `report: sweeps:` of the configuration."""
    return sweep_curves(read_summaries(files["summary.json"]), sweeps, published)


def sweep_curves(
    summaries: Sequence[Mapping[str, Any]],
    sweeps: Sequence[Mapping[str, Any]],
    published: Published | None = None,
) -> Figure:
    """Draw a row of panels per sweep, a line per network through the medians over seeds, with every seed as a point.

    Parameters
    ----------
    summaries
        Contents of summary.json files, of runs on one dataset.
    sweeps
        `report: sweeps:` of the configuration.
    published
        Values to draw beside ours.
    """
    metrics = shown_metrics(summaries)
    with style():
        figure = Figure(figsize=(3.4 * len(metrics) + 1.8, 2.4 * len(sweeps) + 0.4), layout="constrained")
        panels = figure.subplots(len(sweeps), len(metrics), squeeze=False)
        for row, sweep in zip(panels, sweeps, strict=True):
            curves = _curves(summaries, sweep["values"])
            for panel, metric in zip(row, metrics, strict=True):
                _draw(panel, curves, metric, sweep, published)
                panel.set_ylabel(METRICS[metric].axis)
            row[0].set_title(sweep["title"], color=INK, fontweight="bold")
            row[-1].legend(
                handles=_legend(curves, published), loc="upper left", bbox_to_anchor=(1.02, 1), handlelength=3
            )
        name_dataset(figure, summaries[0]["dataset"])
    return figure


Curves = dict[tuple[str, ...], dict[float, list[Mapping[str, Any]]]]


def _curves(summaries: Sequence[Mapping[str, Any]], values: Mapping[str, float]) -> Curves:
    """Runs by what names their curve and by their number; those that are not on the sweep are left out.

    The number is that of the run's setting or else of its activation; the other one names the curve.
    """
    curves: Curves = {}
    for summary in summaries:
        key = RunKey.of(summary)
        if (setting := key.setting or UNCHANGED) in values:
            name, number = (key.architecture, key.activation), values[setting]
        elif key.activation in values:
            name, number = tuple(filter(None, (key.architecture, key.setting))), values[key.activation]
        else:
            continue
        curves.setdefault(name, {}).setdefault(number, []).append(summary)
    return curves


def _looks(curves: Curves) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return colour and marker by the activation, if that names a curve, and dashes by the architecture."""
    looks = {None: Look(ACCENT, "o")} | activation_looks(name[1] for name in curves if len(name) > 1)
    architectures = list(dict.fromkeys(name[0] for name in curves))
    return {
        name: {
            "color": looks[name[1] if len(name) > 1 else None].colour,
            "marker": looks[name[1] if len(name) > 1 else None].marker,
            "linestyle": LINE_STYLES[architectures.index(name[0]) % len(LINE_STYLES)],
        }
        for name in curves
    }


def _draw(
    panel: Axes, curves: Curves, metric: str, sweep: Mapping[str, Any], published: Published | None
) -> None:
    looks = _looks(curves)
    for name, points in curves.items():
        look = looks[name]
        seeds = {number: [score(run, "trained", metric) for run in runs] for number, runs in points.items()}
        known = {
            number: found
            for number in sorted(seeds)
            if (found := [v for v in seeds[number] if v is not None])
        }
        medians = [np.median(found) for found in known.values()]
        panel.plot(list(known), medians, color=look["color"], linestyle=look["linestyle"], linewidth=1.3)
        for number, found in known.items():
            point = {"markersize": 3.2, "linestyle": "none", "markeredgewidth": 0, "alpha": 0.75}
            panel.plot([number] * len(found), found, color=look["color"], marker=look["marker"], **point)
        for number, runs in points.items():
            theirs = published.value(RunKey.of(runs[0]), metric) if published else None
            if theirs:
                mark = {"color": look["color"], "markerfacecolor": "white", "markersize": 4}
                panel.errorbar(
                    number, theirs.number, theirs.spread, fmt="D", elinewidth=0.7, zorder=3, **mark
                )
    if sweep["log"]:
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter("{x:g}")
    panel.set_xlabel(sweep["axis"])
    if METRICS[metric].of:
        panel.set_ylim(-0.04, 1.04)


def _legend(curves: Curves, published: Published | None) -> list[Line2D]:
    handles = [Line2D([], [], label=" · ".join(name), **look) for name, look in _looks(curves).items()]
    keys = [RunKey.of(runs[0]) for points in curves.values() for runs in points.values()]
    if published and any((key.over_seeds, metric) in published.values for key in keys for metric in METRICS):
        hollow = {"color": MUTED, "markerfacecolor": "white", "linestyle": "none"}
        handles.append(Line2D([], [], marker="D", markersize=4, label="published", **hollow))
    return handles
