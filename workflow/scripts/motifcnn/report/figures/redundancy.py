"""How many filters of each network share a motif, and how alike those are."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...motifs.meme import read_meme
from ...results.published import Published
from ...results.redundancy import Redundancy, measure_redundancy
from ...results.run_files import RunFilters, check_pairs, read_run_filters
from .style import FAINT, INK, MUTED, SHADES, activation_colours, name_dataset, style

# More columns could not be read; the first ones are drawn, and the figure says so.
MAX_FACTORS = 30
_UNASSIGNED = "none"
# Inches.
_CELL_WIDTH, _CELL_HEIGHT, _NAMES, _SIMILARITY, _HEAD = 0.36, 0.27, 1.5, 2.6, 1.35


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `redundancy_chart` from the summary.json, matches.tsv and filters.meme of each run."""
    kinds = [files[name] for name in ("summary.json", "matches.tsv", "filters.meme")]
    check_pairs(*kinds)
    runs = zip(read_run_filters(*kinds[:2]), kinds[2], strict=True)
    return redundancy_chart([(run, measure_redundancy(read_meme(path), run)) for run, path in runs])


def redundancy_chart(runs: Sequence[tuple[RunFilters, Redundancy]]) -> Figure:
    """Draw filters per motif, networks by factors, and the similarity of filters within a motif.

    Left: mean over the seeds. Right: medians and quartiles over the pairs of filters of all seeds. Where
    no motif is relevant on the dataset, the figure is a sentence that says so.

    Parameters
    ----------
    runs
        Runs on one dataset, each with what was measured of it.
    """
    dataset = runs[0][0].key.dataset
    factors = list(dict.fromkeys(factor for run, _ in runs for factor in run.factors))
    shown = factors[:MAX_FACTORS]
    networks: dict[str, list[Redundancy]] = {}
    for run, found in runs:
        networks.setdefault(run.network, []).append(found)
    by_activation = activation_colours(run.key.activation for run, _ in runs)
    colours = {run.network: by_activation[run.key.activation] for run, _ in runs}
    with style():
        if not factors:
            figure = Figure(figsize=(5.6, 0.8))
            figure.suptitle(dataset, x=0.015, ha="left", fontsize=9, color=MUTED)
            words = "No motif is known to be relevant here, so that no filters can share one."
            figure.text(0.015, 0.3, words, color=INK)
            return figure
        left = _CELL_WIDTH * (len(shown) + 1)
        size = (_NAMES + left + _SIMILARITY, _HEAD + _CELL_HEIGHT * len(networks))
        figure = Figure(figsize=size, layout="constrained")
        counts, similar = figure.subplots(1, 2, sharey=True, width_ratios=[left, _SIMILARITY - 0.3])
        _draw_counts(counts, networks, shown)
        _draw_similarity(similar, networks, colours)
        counts.set_yticks(range(len(networks)), list(networks), color=INK)
        counts.set_ylim(len(networks) - 0.5, -0.5)
        note = f", the first {len(shown)} of {len(factors)} factors" if len(factors) > len(shown) else ""
        name_dataset(figure, dataset + note)
    return figure


def _draw_counts(panel: Axes, networks: dict[str, list[Redundancy]], factors: Sequence[str]) -> None:
    columns = [*factors, _UNASSIGNED]
    counts = [
        [[*(found.filters.get(name, 0) for name in factors), found.unassigned] for found in seeds]
        for seeds in networks.values()
    ]
    means = np.array([np.mean(seeds, axis=0) for seeds in counts])
    highest = max(means[:, :-1].max(), 1)
    # Filters that match no motif are not shaded.
    shaded = np.where(np.arange(len(columns)) < len(factors), means, np.nan)
    panel.imshow(shaded, cmap=SHADES, vmin=0, vmax=highest, aspect="auto")
    for (row, column), mean in np.ndenumerate(means):
        number = f"{mean:.1f}".removesuffix(".0")
        strong = column < len(factors) and mean > 0.6 * highest
        colour = "white" if strong else FAINT if mean == 0 else MUTED if column == len(factors) else INK
        panel.text(column, row, number, ha="center", va="center_baseline", fontsize=7, color=colour)
    panel.set_xticks(range(len(columns)), columns, rotation=60, ha="left", rotation_mode="anchor", color=INK)
    panel.tick_params(axis="x", top=False, labeltop=True, labelbottom=False)
    panel.set_xlabel("filters per motif, mean over seeds")
    panel.grid(visible=False)
    panel.spines[["left", "bottom"]].set_visible(False)


def _draw_similarity(panel: Axes, networks: dict[str, list[Redundancy]], colours: dict[str, str]) -> None:
    for row, (network, seeds) in enumerate(networks.items()):
        within = np.concatenate([found.within for found in seeds])
        between = np.concatenate([found.between for found in seeds])
        for pairs, offset, colour in ((between, 0.17, FAINT), (within, -0.12, colours[network])):
            if len(pairs):
                low, middle, high = np.percentile(pairs, [25, 50, 75])
                panel.plot([low, high], [row + offset] * 2, color=colour, linewidth=1.6)
                panel.plot([middle], [row + offset], marker="o", markersize=4, color=colour)
        if not len(within):
            small = {"fontsize": 7, "color": MUTED, "va": "center_baseline"}
            panel.text(0.02, row - 0.16, "no two filters share a motif", **small)
    panel.set(xlim=(0, 1.02), xlabel="similarity of two filters")
    panel.tick_params(axis="y", labelleft=False)
    panel.grid(visible=False, axis="y")
    mark = {"marker": "o", "markersize": 4, "linewidth": 1.6}
    handles = [
        Line2D([], [], color=MUTED, label="within a motif", **mark),
        Line2D([], [], color=FAINT, label="between motifs", **mark),
    ]
    panel.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.03, 1.0), borderaxespad=0.2)
