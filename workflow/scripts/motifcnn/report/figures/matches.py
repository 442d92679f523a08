"""The share of each network's filters that match a motif, beside published values."""

from collections.abc import Mapping, Sequence
from itertools import accumulate, groupby, pairwise
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...core.errors import UserError
from ...core.run_key import RunKey
from ...results.metrics import METRICS, TABLE1_METRICS, Owner
from ...results.published import Published
from ...results.tables import GROUND_TRUTH, read_summaries, score
from .style import FAINT, INK, LINE_STYLES, MUTED, activation_looks, style

# Letters that fit under one network, and networks that fit side by side.
_LABEL_WIDTH, _PER_BAND = 10, 12


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `match_chart` of the summary.json of runs, their layers and ground-truth controls."""
    return match_chart(read_summaries(files["summary.json"]), published)


def match_chart(
    summaries: Sequence[Mapping[str, Any]], published: Published | None = None, metric: str = "match_relevant"
) -> Figure:
    """Draw a score of every network and activation: seeds as points, beside the published value.

    Parameters
    ----------
    summaries
        Contents of summary.json files, of runs and of ground-truth controls.
    published
        Values to draw beside ours.
    metric
        Which one of `TABLE1_METRICS`. Where a dataset has no relevant motifs, `match_any` is
        drawn instead of `match_relevant`. auROC and auPR, scores of the whole network, are drawn
        once per network, all others once per layer.

    Returns
    -------
    Figure
        A panel per dataset, or several where a dataset has more than twelve networks. A filled point
        is a seed, a bar their mean, a hollow diamond the published mean with its sd; grey marks are
        the untrained networks, a dashed line is what the true motifs score.
    """
    if metric not in TABLE1_METRICS:
        raise UserError(f"{metric!r} cannot be drawn; choose one of {', '.join(TABLE1_METRICS)}")
    datasets: dict[str, list[Mapping[str, Any]]] = {}
    for summary in summaries:
        if METRICS[metric].owner is not Owner.NETWORK or summary["layer"] == 1:
            datasets.setdefault(summary["dataset"], []).append(summary)
    bands = [(dataset, band) for dataset, part in datasets.items() for band in _bands(part)]
    places = [_places(band) for _, band in bands]
    right = max(max(place) for place in places) + 0.75
    with style():
        size = (max(5.6, 0.62 * right + 1.0), 2.5 * len(bands) + 0.45)
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(len(bands), 1, squeeze=False)[:, 0]
        handles: dict[str, Line2D] = {}
        for panel, (dataset, band), x in zip(panels, bands, places, strict=True):
            part, shown = datasets[dataset], metric
            if metric == "match_relevant" and all(score(s, "trained", metric) is None for s in part):
                shown = "match_any"
            handles |= _draw_matches(panel, part, band, x, published, shown)
            panel.set_xlim(0.75, right)
            panel.set_title(dataset, fontweight="bold")
        order = [
            name
            for name in ("a seed", "mean", "published ± sd", "untrained", "ground truth")
            if name in handles
        ]
        legend = [handles[name] for name in order]
        figure.legend(legend, order, loc="outside lower left", ncols=len(order), handletextpad=0.5)
    return figure


def _bands(summaries: Sequence[Mapping[str, Any]]) -> list[list[RunKey]]:
    """The networks of a dataset, in bands of about the same size; those of one architecture stay together."""
    runs = [summary for summary in summaries if summary["architecture"] != GROUND_TRUTH]
    networks = list(dict.fromkeys(RunKey.of(run).over_seeds for run in runs))
    architectures = [run["architecture"] for run in runs]
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


def _draw_matches(panel, summaries, networks, places, published, metric) -> dict[str, Line2D]:
    runs = [summary for summary in summaries if summary["architecture"] != GROUND_TRUTH]
    looks = activation_looks(run["activation"] for run in runs)
    handles: dict[str, Line2D] = {}
    for network, x in zip(networks, places, strict=True):
        members = [run for run in runs if RunKey.of(run).over_seeds == network]
        look, point = looks[network.activation], {"linestyle": "none", "markeredgewidth": 0}
        controls = [value for run in members if (value := score(run, "untrained", metric)) is not None]
        if controls:
            mark = {
                "color": FAINT,
                "marker": "_",
                "markersize": 11,
                "markeredgewidth": 1.2,
                "linestyle": "none",
            }
            handles["untrained"] = panel.plot([x - 0.12], [np.mean(controls)], **mark)[0]
        values = [value for run in members if (value := score(run, "trained", metric)) is not None]
        if values:
            spread = x - 0.12 + 0.05 * (np.arange(len(values)) - (len(values) - 1) / 2)
            panel.plot([x - 0.34, x + 0.1], [np.mean(values)] * 2, color=look.colour, linewidth=1.6)
            panel.plot(
                spread, values, marker=look.marker, markersize=4.5, color=look.colour, alpha=0.75, **point
            )
            handles["a seed"] = Line2D([], [], marker="o", markersize=4.5, color=MUTED, **point)
            handles["mean"] = Line2D([], [], color=MUTED, linewidth=1.6)
        theirs = published.value(network, metric) if published else None
        if theirs:
            bars = panel.errorbar(
                x + 0.26,
                theirs.mean,
                theirs.sd or None,
                fmt="D",
                color=INK,
                markerfacecolor="white",
                markersize=4.5,
                markeredgewidth=0.9,
                elinewidth=0.9,
                zorder=3,
            )
            handles["published ± sd"] = bars.lines[0]
    for summary in summaries:
        truth = score(summary, "trained", metric)
        if summary["architecture"] == GROUND_TRUTH and truth is not None:
            line = {"color": MUTED, "linewidth": 0.9, "linestyle": LINE_STYLES[1], "zorder": 1}
            handles["ground truth"] = panel.axhline(truth, **line)
    panel.set_xticks(places, [_label(network) for network in networks])
    panel.tick_params(axis="x", labelsize=7.5, labelcolor=INK)
    panel.grid(visible=False, axis="x")
    if METRICS[metric].is_share:
        panel.set_ylim(-0.04, 1.04)
    panel.set_ylabel(METRICS[metric].axis)
    return handles


def _label(network: RunKey) -> str:
    architecture, activation, *rest = network.parts
    return "\n".join([activation, *(fill(part, _LABEL_WIDTH) for part in (architecture, *rest))])
