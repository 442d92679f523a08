"""Learning curves, precision-recall curves, and matches per network beside published values."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ...core.errors import UserError
from ...core.run_key import network_name
from ...results.metrics import METRICS, TABLE1_METRICS, Owner
from ...results.published import Published
from ...results.tables import GROUND_TRUTH, score
from .style import FAINT, INK, LINE_STYLES, MUTED, activation_colours, style

HISTORY_COLUMNS = ("epoch", "train_loss", "val_loss", "val_aupr")
# More panels than these cannot be read; the first ones are drawn, and the figure says so.
MAX_TARGETS = 24
_PER_ROW = 6
# Letters that fit under one network of `match_chart`, and networks that fit side by side.
_LABEL_WIDTH, _PER_BAND = 10, 12
_RECALL = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class RunTable:
    """A table of one run, with the run's name.

    Attributes
    ----------
    dataset, architecture, activation, seed
        Which run.
    table
        history.tsv or precision_recall.tsv.
    """

    dataset: str
    architecture: str
    activation: str
    seed: int
    table: pd.DataFrame


def read_run_tables(paths: Iterable[str | os.PathLike], columns: Sequence[str]) -> list[RunTable]:
    """Read a table of each of several runs of one dataset.

    Parameters
    ----------
    paths
        `.../{dataset}/{architecture}/{activation}/seed-{seed}/{file}`; the run is read off the path.
    columns
        What each must have: `HISTORY_COLUMNS` or `metrics.PRECISION_RECALL_COLUMNS`.

    Raises
    ------
    UserError
        There is no path, a path names no run, the runs are of several datasets, or a file is missing, is
        no table or lacks a column.
    """
    runs = []
    for path in map(Path, paths):
        parts = path.absolute().parts
        seed = re.fullmatch(r"seed-(\d+)", parts[-2]) if len(parts) > 5 else None
        if not seed:
            raise UserError(f"{path} names no run; it must lie in DATASET/ARCHITECTURE/ACTIVATION/seed-SEED/")
        try:
            table = pd.read_csv(path, sep="\t")
        except FileNotFoundError:
            raise UserError(f"{path} does not exist") from None
        except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
            raise UserError(f"{path} is not a table ({error}); delete it and run again") from None
        if missing := [name for name in columns if name not in table]:
            raise UserError(f"{path} lacks the column {missing[0]}; delete it and run again")
        runs.append(RunTable(*parts[-5:-2], int(seed[1]), table))
    if len({run.dataset for run in runs}) != 1:
        raise UserError("a figure of curves needs runs of exactly one dataset; make one figure per dataset")
    return runs


def learning_curves(runs: Sequence[RunTable]) -> Figure:
    """Draw training and validation loss, and validation auPR, per epoch: a line per seed.

    Parameters
    ----------
    runs
        With history.tsv as table.

    Returns
    -------
    Figure
        A column per network and activation, six side by side; scales are shared.
    """
    networks = _by_network(runs)
    colours = activation_colours(activation for _, activation in networks)
    per_row = min(len(networks), _PER_ROW)
    bands = -(-len(networks) // per_row)
    losses = np.concatenate([run.table[["train_loss", "val_loss"]].to_numpy(float).ravel() for run in runs])
    losses = losses[np.isfinite(losses)]
    with style():
        figure = Figure(figsize=(max(1.75 * per_row + 0.6, 4.2), 2.75 * bands + 0.35), layout="constrained")
        axes = figure.subplots(2 * bands, per_row, sharex=True, sharey="row", squeeze=False)
        for index in range(bands * per_row):
            row, column = divmod(index, per_row)
            loss, aupr = axes[2 * row, column], axes[2 * row + 1, column]
            if index >= len(networks):
                loss.remove()
                aupr.remove()
                continue
            network = list(networks)[index]
            colour = colours[network[1]]
            for run in networks[network]:
                epoch = run.table["epoch"]
                loss.plot(
                    epoch, run.table["train_loss"], color=FAINT, linewidth=0.7, linestyle=LINE_STYLES[1]
                )
                loss.plot(epoch, run.table["val_loss"], color=colour, linewidth=0.9, alpha=0.8)
                aupr.plot(epoch, run.table["val_aupr"], color=colour, linewidth=0.9, alpha=0.8)
            loss.set_title(" · ".join(network), color=INK, fontweight="bold")
            if len(losses):
                # The first epochs may start far above the rest.
                low, high = losses.min(), np.quantile(losses, 0.98)
                loss.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low) + 1e-9)
            aupr.set_ylim(-0.02, 1.02)
            aupr.set_xlabel("epoch")
            aupr.xaxis.set_major_locator(MaxNLocator(5, integer=True))
            aupr.tick_params(labelbottom=True)
        for row in range(bands):
            axes[2 * row, 0].set_ylabel("loss")
            axes[2 * row + 1, 0].set_ylabel("auPR, validation")
        handles = [
            Line2D([], [], color=MUTED, linewidth=1.2, label="validation, a line per seed"),
            Line2D([], [], color=FAINT, linewidth=1, linestyle=LINE_STYLES[1], label="training"),
        ]
        figure.legend(handles=handles, loc="outside lower left", ncols=2)
        _name_dataset(figure, runs[0].dataset)
    return figure


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
    networks = _by_network(runs)
    colours = activation_colours(activation for _, activation in networks)
    architectures = list(dict.fromkeys(architecture for architecture, _ in networks))
    styles = {name: LINE_STYLES[i % len(LINE_STYLES)] for i, name in enumerate(architectures)}
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
                line = {"color": colours[network[1]], "linestyle": styles[network[0]], "linewidth": 1}
                panel.plot(_RECALL, curves.mean(axis=0), label=" · ".join(network), **line)
                if len(curves) > 1:
                    band = {"color": line["color"], "alpha": 0.12, "linewidth": 0}
                    panel.fill_between(_RECALL, curves.min(axis=0), curves.max(axis=0), **band)
            panel.set_title(targets[index], fontweight="bold")
            panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
            lowest, leftmost = index + columns >= len(targets), index % columns == 0
            panel.set(xlabel="recall" if lowest else "", ylabel="precision" if leftmost else "")
            panel.tick_params(labelbottom=lowest, labelleft=leftmost)
        handles = [
            Line2D([], [], color=colours[network[1]], linestyle=styles[network[0]], label=" · ".join(network))
            for network in networks
        ]
        figure.legend(
            handles=handles, loc="outside lower left", ncols=max(2 * columns // 3, 1), handlelength=3
        )
        left_out = len(all_targets) > len(targets)
        note = f", the first {len(targets)} of {len(all_targets)} targets" if left_out else ""
        _name_dataset(figure, runs[0].dataset + note)
    return figure


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


def _bands(summaries: Sequence[Mapping[str, Any]]) -> list[list[tuple[str, str, int]]]:
    """The networks of a dataset, in bands of about the same size; those of one architecture stay together."""
    runs = [summary for summary in summaries if summary["architecture"] != GROUND_TRUTH]
    networks = list(dict.fromkeys(map(_network, runs)))
    architectures = [run["architecture"] for run in runs]
    # Stable: the activations of an architecture stay in their order, and its deeper layers follow.
    networks.sort(key=lambda network: (architectures.index(network[0]), network[2]))
    size = -(-len(networks) // -(-len(networks) // _PER_BAND)) if networks else 0
    bands: list[list[tuple[str, str, int]]] = []
    for _, members in groupby(networks, key=lambda network: network[0]):
        group = list(members)
        if not bands or len(bands[-1]) + len(group) > max(size, len(group)):
            bands.append([])
        bands[-1] += group
    return bands


def _places(networks: Sequence[tuple[str, str, int]]) -> list[float]:
    """Where the networks stand on the x axis: those of one architecture closer to each other."""
    steps = [1.0 if one[0] == other[0] else 1.5 for one, other in pairwise(networks)]
    return list(accumulate(steps, initial=1.5))


def _draw_matches(panel, summaries, networks, places, published, metric) -> dict[str, Line2D]:
    runs = [summary for summary in summaries if summary["architecture"] != GROUND_TRUTH]
    colours = activation_colours(run["activation"] for run in runs)
    handles: dict[str, Line2D] = {}
    for network, x in zip(networks, places, strict=True):
        members = [run for run in runs if _network(run) == network]
        colour, point = colours[network[1]], {"linestyle": "none", "markeredgewidth": 0}
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
            panel.plot([x - 0.34, x + 0.1], [np.mean(values)] * 2, color=colour, linewidth=1.6)
            panel.plot(spread, values, marker="o", markersize=4.5, color=colour, alpha=0.75, **point)
            handles["a seed"] = Line2D([], [], marker="o", markersize=4.5, color=MUTED, **point)
            handles["mean"] = Line2D([], [], color=MUTED, linewidth=1.6)
        dataset = members[0]["dataset"]
        theirs = published.value((dataset, *network), metric) if published else None
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
    panel.set_xticks(places, [_label(*network) for network in networks])
    panel.tick_params(axis="x", labelsize=7.5, labelcolor=INK)
    panel.grid(visible=False, axis="x")
    if METRICS[metric].is_share:
        panel.set_ylim(-0.04, 1.04)
    panel.set_ylabel(METRICS[metric].axis)
    return handles


def _label(architecture: str, activation: str, layer: int) -> str:
    # The layer on a line of its own.
    parts = network_name(architecture, layer).split(", ")
    return "\n".join([activation, *(fill(part, _LABEL_WIDTH) for part in parts)])


def _network(summary: Mapping[str, Any]) -> tuple[str, str, int]:
    return summary["architecture"], summary["activation"], summary["layer"]


def _name_dataset(figure: Figure, name: str) -> None:
    figure.suptitle(name, x=0.008, ha="left", fontsize=9, color=MUTED)


def _by_network(runs: Sequence[RunTable]) -> dict[tuple[str, str], list[RunTable]]:
    architectures = list(dict.fromkeys(run.architecture for run in runs))
    networks: dict[tuple[str, str], list[RunTable]] = {}
    for run in sorted(runs, key=lambda run: architectures.index(run.architecture)):
        networks.setdefault((run.architecture, run.activation), []).append(run)
    return networks


def _on_grid(runs: Sequence[RunTable], target: str) -> np.ndarray | None:
    """Precision at the recalls of the grid, float64 (runs that have the target, 101)."""
    curves = []
    for run in runs:
        curve = run.table[run.table["target"].astype(str) == target]
        if len(curve):
            curves.append(np.interp(_RECALL, curve["recall"], curve["precision"]))
    return np.array(curves) if curves else None
