"""Match fraction and auPR against a number that settings or activations differ in, or localisation that methods do."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.run_key import UNCHANGED, RunKey
from ...results.attribution_scores import read_attribution_scores
from ...results.metrics import METRICS
from ...results.published import Published, Value
from ...results.tables import read_summaries, score, shown_metrics
from .style import ACCENT, INK, LINE_STYLES, MUTED, Look, activation_looks, name_dataset, style

_LOCALISATION = ("attribution_auroc", "attribution_aupr")


def draw(
    files: Mapping[str, Sequence[str]], published: Published | None = None, sweeps: Sequence = ()
) -> Figure:
    """Draw `sweep_curves` from the summary.json of each run, the scores.json of its methods and `report: sweeps:`."""
    scores = read_attribution_scores(files.get("scores.json", ()))
    return sweep_curves(read_summaries(files["summary.json"]), sweeps, published, scores)


def sweep_curves(
    summaries: Sequence[Mapping[str, Any]],
    sweeps: Sequence[Mapping[str, Any]],
    published: Published | None = None,
    scores: Sequence[Mapping[str, Any]] = (),
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
    scores
        As `read_attribution_scores` returns them, for sweeps of attribution methods.
    """
    with style():
        figure = Figure(figsize=(8.6, 2.4 * len(sweeps) + 0.4), layout="constrained")
        panels = figure.subplots(len(sweeps), 2, squeeze=False)
        for row, sweep in zip(panels, sweeps, strict=True):
            runs, metrics = summaries, shown_metrics(summaries)
            if any(run["method"] in sweep["values"] for run in scores):
                runs, metrics = scores, _LOCALISATION
            curves = _curves(runs, sweep["values"])
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


def _curves(runs: Sequence[Mapping[str, Any]], values: Mapping[str, float]) -> Curves:
    """Runs by what names their curve and by their number; those that are not on the sweep are left out.

    The number is that of the attribution method, if they have one, of the run's setting or else of its activation; all
    else names the curve. Networks at one number, whose activation stands on the sweep by chance, are left out where
    others are at more.
    """
    curves: Curves = {}
    for run in runs:
        key = RunKey.of(run)
        if "method" in run:
            if run["method"] not in values:
                continue
            name, number = key.parts, values[run["method"]]
        elif (setting := key.setting or UNCHANGED) in values:
            name, number = (key.architecture, key.activation), values[setting]
        elif key.activation in values:
            name, number = tuple(filter(None, (key.architecture, key.setting))), values[key.activation]
        else:
            continue
        curves.setdefault(name, {}).setdefault(number, []).append(run)
    return {name: points for name, points in curves.items() if len(points) > 1} or curves


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
        seeds = {number: [_score(run, metric) for run in runs] for number, runs in points.items()}
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
            if theirs := _theirs(published, runs[0], metric):
                mark = {"color": look["color"], "markerfacecolor": "white", "markersize": 4}
                panel.errorbar(
                    number, theirs.number, theirs.spread, fmt="D", elinewidth=0.7, zorder=3, **mark
                )
    if sweep["log"]:
        panel.set_xscale("log")
        # Their own formatters write in mathematics, which our style does not read.
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_formatter("")
    panel.set_xlabel(sweep["axis"])
    if METRICS[metric].of:
        panel.set_ylim(-0.04, 1.04)


def _score(run: Mapping[str, Any], metric: str) -> float | None:
    return run[metric] if "method" in run else score(run, "trained", metric)


def _theirs(published: Published | None, run: Mapping[str, Any], metric: str) -> Value | None:
    method = (run["method"],) if "method" in run else ()
    return published.value(RunKey.of(run), metric, *method) if published else None


def _legend(curves: Curves, published: Published | None) -> list[Line2D]:
    handles = [Line2D([], [], label=" · ".join(name), **look) for name, look in _looks(curves).items()]
    first = [runs[0] for points in curves.values() for runs in points.values()]
    if any(_theirs(published, run, metric) for run in first for metric in METRICS):
        hollow = {"color": MUTED, "markerfacecolor": "white", "linestyle": "none"}
        handles.append(Line2D([], [], marker="D", markersize=4, label="published", **hollow))
    return handles
