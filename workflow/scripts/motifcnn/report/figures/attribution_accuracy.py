"""How well attributions point at planted motifs against how well the network classifies: a point per seed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.stats import permutation_test

from ...core.run_key import RunKey
from ...results.attribution_scores import read_attribution_scores
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.statistics import p_in_words
from .style import INK, MUTED, Look, activation_looks, name_dataset, style

_COLUMNS = 4
# One per architecture, in their order.
_FILLS = ("full", "none", "left", "bottom", "right", "top")


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `attribution_accuracy` from the scores.json of each training and method."""
    return attribution_accuracy(read_attribution_scores(files["scores.json"]))


def attribution_accuracy(scores: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw a panel per method; colour and marker tell activations apart, their filling architectures.

    Parameters
    ----------
    scores
        As `read_attribution_scores` returns them, on one dataset. Runs whose auROC of classification is not known
        are left out.
    """
    methods = list(dict.fromkeys(run["method"] for run in scores))
    keys = [RunKey.of(run) for run in scores]
    looks = activation_looks(map(_activation, keys))
    architectures = list(dict.fromkeys(key.architecture for key in keys))
    fills = {name: _FILLS[place % len(_FILLS)] for place, name in enumerate(architectures)}
    columns = min(_COLUMNS, len(methods))
    rows = -(-len(methods) // columns)
    with style():
        figure = Figure(figsize=(2.3 * columns + 1.6, 2.3 * rows + 0.6), layout="constrained")
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for panel in panels.flat[len(methods) :]:
            panel.set_visible(False)
        for panel, method in zip(panels.flat, methods, strict=False):
            _draw(panel, [run for run in scores if run["method"] == method], looks, fills)
            panel.set_title(method, color=INK, fontweight="bold")
        for panel in panels[:, 0]:
            panel.set_ylabel(METRICS["attribution_auroc"].axis)
        for place in range(len(methods) - columns, len(methods)):
            panels.flat[place].set_xlabel(METRICS["auroc"].axis)
            panels.flat[place].tick_params(labelbottom=True)
        figure.legend(handles=_legend(looks, fills), loc="outside right upper")
        name_dataset(figure, scores[0]["dataset"])
    return figure


def _activation(key: RunKey) -> str:
    """What tells networks of one architecture apart."""
    return " · ".join(key.parts[1:])


def _mark(look: Look, fill: str) -> dict[str, Any]:
    return {
        "marker": look.marker,
        "color": look.colour,
        "fillstyle": fill,
        "markerfacecoloralt": "white",
        "markersize": 4,
        "markeredgewidth": 0.8,
        "linestyle": "none",
    }


def _draw(
    panel: Axes, scores: Sequence[Mapping[str, Any]], looks: Mapping[str, Look], fills: Mapping[str, str]
) -> None:
    networks: dict[RunKey, list[tuple[float, float]]] = {}
    for run in scores:
        point = run.get("auroc"), run["attribution_auroc"]
        if None not in point:
            networks.setdefault(RunKey.of(run).over_seeds, []).append(point)
    for key, points in networks.items():
        panel.plot(*zip(*points, strict=True), **_mark(looks[_activation(key)], fills[key.architecture]))
    means = pd.DataFrame([np.mean(points, axis=0) for points in networks.values()]).rank()
    # Of two networks, the ranks say nothing.
    if len(means) > 2 and (means.nunique() > 1).all():
        rho, p = _correlation(*means.to_numpy().T)
        panel.set_title(f"ρ = {rho:.2f}".replace("-", "−"), loc="right", color=MUTED, fontsize=7.5)
        panel.annotate(
            f"{len(means)} networks, {p_in_words(p)}", (1, 1), (0, 14), textcoords="offset points",
            xycoords="axes fraction", ha="right", color=MUTED, fontsize=6.5,
        )  # fmt: skip


def _correlation(ranks: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the correlation of ranks, and its p value: how often pairs put together at random correlate as strongly.

    Of up to seven networks all pairings are tried.
    """

    def correlation(shuffled: np.ndarray) -> float:
        return float(np.corrcoef(shuffled, others)[0, 1])

    test = permutation_test(
        (ranks,), correlation, permutation_type="pairings", vectorized=False, n_resamples=9999, rng=0
    )
    return test.statistic, test.pvalue


def _legend(looks: Mapping[str, Look], fills: Mapping[str, str]) -> list[Line2D]:
    handles = [Line2D([], [], label=name, **_mark(look, "full")) for name, look in looks.items()]
    if len(fills) > 1:
        any_look = Look(INK, "o")
        handles += [Line2D([], [], label=name, **_mark(any_look, fill)) for name, fill in fills.items()]
    return handles
