"""The filters that each network depends on, beside the motifs that they match."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from ...interpretation.filter_tables import DROP_OF, read_importance
from ...results.published import Published
from ...results.run_files import RunFilters, check_pairs, read_run_filters
from .style import FAINT, INK, MUTED, activation_colours, name_dataset, style

# A network's other filters matter less, and more bars would be too small to read.
MAX_FILTERS = 30
# As many as the report shows without making their labels smaller.
_PER_ROW = 5
# Inches.
_PANEL_WIDTH, _LINE, _HEAD = 2.42, 0.142, 1.15
_NO_MATCH = "#d3d8de"
_SMALL = {"fontsize": 7, "color": MUTED}


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `importance_chart` from the summary.json, matches.tsv and importance.tsv of each run."""
    kinds = [files[name] for name in ("summary.json", "matches.tsv", "importance.tsv")]
    check_pairs(*kinds)
    return importance_chart(
        list(zip(read_run_filters(*kinds[:2]), map(read_importance, kinds[2]), strict=True))
    )


def importance_chart(runs: Sequence[tuple[RunFilters, pd.DataFrame]]) -> Figure:
    """Draw how much auPR falls without each filter: a panel per network, a bar per filter of its first seed.

    Thin lines span all seeds, rank by rank. Where no motif is relevant on the dataset, the filters in
    colour are those that match any motif.

    Parameters
    ----------
    runs
        Runs on one dataset, each with its importance table.

    Raises
    ------
    UserError
        Matches and importance are not about the same filters.
    """
    some_relevant = any(run.factors for run, _ in runs)
    networks: dict[str, list[pd.DataFrame]] = {}
    by_activation, colours = activation_colours(run.key.activation for run, _ in runs), {}
    for run, importance in runs:
        architecture, *rest = run.key.parts
        title = f"{architecture}\n{' · '.join(rest)}"
        networks.setdefault(title, []).append(_joined(run, importance, some_relevant))
        colours[title] = by_activation[run.key.activation]
    tables = [table for seeds in networks.values() for table in seeds]
    lines = min(MAX_FILTERS, max(map(len, tables)))
    rows = -(-len(networks) // _PER_ROW)
    columns = -(-len(networks) // rows)
    with style():
        size = (max(columns * _PANEL_WIDTH + 0.2, 5.6), rows * (lines * _LINE + _HEAD) + 0.6)
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for panel in panels[len(networks) :]:
            panel.remove()
        limits = _limits(pd.concat(tables)["aupr_drop"].dropna())
        for panel, (title, seeds) in zip(panels, networks.items(), strict=False):
            _draw(panel, seeds, colours[title], lines)
            panel.set_title(title, color=INK, fontweight="bold", pad=36)
            words = panel.text(0, 1.012, _in_words(seeds), transform=panel.transAxes, **_SMALL, va="bottom")
            # Wider than the axes, which must not make room for it.
            words.set_in_layout(False)
            panel.set_xlim(limits)
            panel.xaxis.set_major_locator(MaxNLocator(3))
        _add_legend(figure, some_relevant, len(tables) > len(networks))
        name_dataset(figure, runs[0][0].key.dataset)
    return figure


def _joined(run: RunFilters, importance: pd.DataFrame, some_relevant: bool) -> pd.DataFrame:
    """Importance with what each filter matches, the most important filter first.

    Adds `name`; `matches`, whether the filter is in colour; `own`, whether the target that suffers
    most is the factor that it matches; and `beside`, that target where it is worth naming.
    """
    matches = run.matches
    run.check_filters(importance["filter"], "importance")
    factor, target = matches["relevant_tf"], importance["target"]
    several_targets = sum(column.startswith(DROP_OF) for column in importance) > 1
    own = (factor != "") & (factor == target)
    table = importance.assign(
        name=factor.where(factor != "", matches["best_name"]),
        matches=(factor if some_relevant else matches["best_id"]) != "",
        own=own,
        beside=target.where(several_targets & ~own, ""),
    )
    return table.sort_values("aupr_drop", ascending=False, kind="stable", ignore_index=True)


def _draw(panel: Axes, seeds: Sequence[pd.DataFrame], colour: str, lines: int) -> None:
    shown = seeds[0].head(lines)
    place = np.arange(len(shown))
    drop = shown["aupr_drop"].fillna(0)
    fill = np.where(shown["own"], colour, np.where(shown["matches"], _paler(colour), _NO_MATCH))
    panel.barh(place, drop, height=0.72, color=fill)
    panel.axvline(0, color=FAINT, linewidth=0.6)
    ends = drop.clip(lower=0).to_numpy()
    if len(seeds) > 1 and len({len(table) for table in seeds}) == 1:
        ranked = np.array([table["aupr_drop"].head(lines) for table in seeds])
        panel.hlines(place, ranked.min(axis=0), ranked.max(axis=0), color=MUTED, linewidth=0.7)
        ends = np.fmax(ends, ranked.max(axis=0))
    for row, end, target in zip(place, ends, shown["beside"], strict=True):
        offset = {"xytext": (3, 0), "textcoords": "offset points"}
        panel.annotate(target, (end, row), **offset, **_SMALL, va="center_baseline")
    numbers = shown["filter"].str.removeprefix("filter")
    names = [f"{name or '–'}  {number}" for name, number in zip(shown["name"], numbers, strict=True)]
    panel.set_yticks(place, names)
    for label, matches in zip(panel.get_yticklabels(), shown["matches"], strict=True):
        label.set(fontsize=_SMALL["fontsize"], color=INK if matches else FAINT)
    panel.set_ylim(lines - 0.4, -0.6)
    panel.grid(visible=False, axis="y")
    panel.spines["left"].set_visible(False)
    panel.set_xlabel(f"auPR lost, top {lines} of {len(seeds[0])}" if len(seeds[0]) > lines else "auPR lost")


def _in_words(seeds: Sequence[pd.DataFrame]) -> str:
    """How much matching and other filters matter, over all seeds, in three lines."""
    table = pd.concat(seeds)
    if table["aupr_drop"].isna().all():
        return "auPR is not defined, since all\nlabels of each target are alike\n"
    lines = []
    for word, chosen in (("matching", table["matches"]), ("other", ~table["matches"])):
        if chosen.any():
            lines.append(f"median of {word} filters {table['aupr_drop'][chosen].median():.4f}")
    if table["own"].any():
        lines.append(f"own target suffers most in {table['own'].sum()} of {table['matches'].sum()}")
    return "\n".join(lines)


def _limits(drops: pd.Series) -> tuple[float, float]:
    """Limits of all horizontal axes, with room for names on the right."""
    low, high = (min(drops.min(), 0), max(drops.max(), 1e-3)) if len(drops) else (0, 1)
    return low - 0.03 * (high - low), high + 0.22 * (high - low)


def _add_legend(figure: Figure, some_relevant: bool, several_seeds: bool) -> None:
    if some_relevant:
        fills = {
            "matches a relevant motif, whose target suffers most": MUTED,
            "matches a relevant motif, another target suffers most": _paler(MUTED),
            "matches no relevant motif": _NO_MATCH,
        }
    else:
        fills = {"matches a known motif": _paler(MUTED), "matches no known motif": _NO_MATCH}
    handles: list[Patch | Line2D] = [Patch(color=colour, label=label) for label, colour in fills.items()]
    if several_seeds:
        handles.append(Line2D([], [], color=MUTED, linewidth=0.8, label="all seeds, by rank"))
    figure.legend(handles=handles, loc="outside lower left", ncols=2, handlelength=1.4)


def _paler(colour: str) -> str:
    return to_hex([0.5 + 0.5 * part for part in to_rgb(colour)])
