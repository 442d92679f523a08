"""Match fraction and auPR, activations by networks: the mean over seeds in figures and in shades."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...core.run_key import RunKey
from ...results.metrics import METRICS
from ...results.published import Published
from ...results.tables import read_summaries, score, shown_metrics
from .style import INK, SHADES, name_dataset, slanted, style

# Inches.
_CELL_WIDTH, _CELL_HEIGHT, _NAMES, _HEAD = 0.56, 0.24, 1.6, 1.3


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `heat_map` from the summary.json of each run."""
    return heat_map(read_summaries(files["summary.json"]))


def heat_map(summaries: Sequence[Mapping[str, Any]]) -> Figure:
    """Draw a panel per metric: a row per activation (and setting), a column per architecture, in the order of the runs.

    Parameters
    ----------
    summaries
        Contents of summary.json files, of runs on one dataset.
    """
    keys = [RunKey.of(summary) for summary in summaries]
    rows = list(dict.fromkeys(" · ".join(key.parts[1:]) for key in keys))
    columns = list(dict.fromkeys(key.architecture for key in keys))
    metrics = shown_metrics(summaries)
    with style():
        size = (
            _NAMES + _CELL_WIDTH * len(columns) * len(metrics) + 0.4,
            _HEAD + _CELL_HEIGHT * len(rows),
        )
        figure = Figure(figsize=size, layout="constrained")
        panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
        for panel, metric in zip(panels, metrics, strict=True):
            cells: dict[tuple[int, int], list[float]] = {}
            for key, summary in zip(keys, summaries, strict=True):
                if (value := score(summary, "trained", metric)) is not None:
                    place = rows.index(" · ".join(key.parts[1:])), columns.index(key.architecture)
                    cells.setdefault(place, []).append(value)
            means = np.full((len(rows), len(columns)), np.nan)
            for place, values in cells.items():
                means[place] = np.mean(values)
            _draw(panel, means, metric)
            slanted(panel, columns)
        panels[0].set_yticks(range(len(rows)), rows, color=INK)
        name_dataset(figure, summaries[0]["dataset"])
    return figure


def _draw(panel: Axes, means: np.ndarray, metric: str) -> None:
    about = METRICS[metric]
    known = means[np.isfinite(means)]
    # A share is shaded from none to all; all else from the lowest to the highest that is shown.
    low, high = (
        (0.0, 1.0) if about.of or not len(known) else (known.min(), max(known.max(), known.min() + 1e-9))
    )
    panel.imshow(means, cmap=SHADES, vmin=low, vmax=high, aspect="auto")
    for (row, column), mean in np.ndenumerate(means):
        if np.isfinite(mean):
            colour = "white" if mean > low + 0.6 * (high - low) else INK
            text = {"ha": "center", "va": "center_baseline", "fontsize": 7, "color": colour}
            panel.text(column, row, f"{mean:.2f}" if about.of else f"{mean:.3f}", **text)
    panel.set_title(about.title, color=INK, fontweight="bold")
    panel.grid(visible=False)
    panel.spines[["left", "bottom"]].set_visible(False)
