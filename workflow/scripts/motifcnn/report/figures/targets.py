"""How many sequences each target binds: a bar per target."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...core.splits import SPLITS
from ...results.published import Published
from ..data_panel import prevalence, read_descriptions, share
from .style import ACCENT, FAINT, INK, MUTED, name_dataset, style

# More bars could not be read; those with the most positives are drawn, and the figure says so.
MAX_TARGETS = 40
_COLOURS = dict(zip(SPLITS, (ACCENT, FAINT, "#7fb8ae"), strict=True))
# Inches.
_BAR, _WIDTH, _HEAD = 0.24, 6.4, 0.95


def draw(files: Mapping[str, Sequence[str]], published: Published | None = None) -> Figure:
    """Draw `bars_of_targets` from the data.json of a dataset."""
    (description,) = read_descriptions(files["data.json"])
    return bars_of_targets(description)


def bars_of_targets(description: Mapping[str, Any]) -> Figure:
    """Draw the positives of each target, split by split, with its prevalence in the test set.

    Parameters
    ----------
    description
        `data.description.describe_dataset` of a dataset.
    """
    positives = {
        target: [description["splits"][split]["positives"][target] for split in SPLITS]
        for target in description["targets"]
    }
    targets = list(positives)
    if len(targets) > MAX_TARGETS:
        targets = sorted(targets, key=lambda target: -sum(positives[target]))[:MAX_TARGETS]
    with style():
        figure = Figure(figsize=(_WIDTH, _HEAD + _BAR * len(targets)), layout="constrained")
        panel = figure.subplots()
        left = np.zeros(len(targets))
        for index, split in enumerate(SPLITS):
            width = np.array([positives[target][index] for target in targets])
            panel.barh(range(len(targets)), width, left=left, height=0.66, color=_COLOURS[split])
            left += width
        for row, target in enumerate(targets):
            words = f" {share(prevalence(description, target))}"
            words += "  no motif in the database" if target in description["without_motif"] else ""
            panel.text(left[row], row, words, va="center_baseline", fontsize=7, color=MUTED)
        panel.set_yticks(range(len(targets)), targets, color=INK)
        panel.set(
            ylim=(len(targets) - 0.4, -0.6), xlim=(0, 1.3 * max(left.max(), 1)), xlabel="positive sequences"
        )
        panel.xaxis.set_major_formatter("{x:,.0f}")
        panel.grid(visible=False, axis="y")
        handles = [Patch(color=_COLOURS[split], label=split) for split in SPLITS]
        figure.legend(
            handles=handles, loc="outside upper right", ncols=len(SPLITS), handlelength=1, handleheight=1
        )
        left_out = len(positives) > len(targets)
        note = f", the {len(targets)} of {len(positives)} targets with the most positives" if left_out else ""
        name_dataset(figure, description["dataset"] + note)
    return figure
