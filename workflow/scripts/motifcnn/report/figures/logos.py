"""Sheets of sequence logos: the filters of several networks beside the true motifs."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from ...core.errors import UserError
from ...motifs.meme import Motif
from .sequence_logo import MAX_BITS, letters
from .style import ACCENT, ACCENT_TINT, FAINT, INK, MUTED, RULE, WARN, style

# All lengths in inches.
_POSITION, _LOGO_HEIGHT = 0.072, 0.40
_LABEL_HEIGHT, _CELL_GAP, _ROW_GAP = 0.145, 0.11, 0.07
_PANEL_GAP, _PANEL_HEAD, _MARGIN = 0.34, 0.44, 0.16
_SHEET_HEAD, _TRUTH_HEAD = 0.36, 0.34
_ROW = _LABEL_HEIGHT + _LOGO_HEIGHT + _ROW_GAP
_TRUTH_ROW = _ROW + _LOGO_HEIGHT + 2 * _ROW_GAP
_SIDE, _SUMMARY_WIDTH = 0.26, 1.7
_POINTS = 72
_KEY_LINE, _KEY_LETTERS_PER_INCH = 0.13, 19
_PANELS_PER_ROW = 4
_FEWEST_POSITIONS = 12
# A motif of fewer sites says little.
_FEW = 10
_KEY = (
    "Every logo spans 0 to 2 bits. Tinted, name in green: the filter matches a motif of that target. "
    "Grey name: its best match is another motif of the database. At the right, the E-value of the match. "
    "Dead: too rarely active for a motif. n: the number of sites that it was made from, in orange if below 10."
)
_KEY_WITHOUT_TRUTH = (
    "Every logo spans 0 to 2 bits, under the name of its best match in the database and its E-value. "
    "Dead: too rarely active for a motif. n: the number of sites that it was made from, in orange if below 10."
)


@dataclass(frozen=True)
class Panel:
    """The filters of one network under a heading: clipped motifs and, in the same order, their rows of matches.tsv."""

    label: str
    motifs: Sequence[Motif]
    matches: pd.DataFrame

    def __post_init__(self):
        if list(self.matches["filter"]) != [motif.id for motif in self.motifs]:
            raise UserError(
                f"{self.label}: motifs and matches are not about the same {len(self.motifs)} filters; "
                "give filters.meme and matches.tsv of the same run"
            )


class _Grid(NamedTuple):
    """How the logos of a panel are arranged."""

    columns: int
    width: float
    height: float

    @classmethod
    def of(cls, n: int, cell: float) -> "_Grid":
        # At least three columns, to leave room for the heading.
        columns = max(round(math.sqrt(0.3 * n)), 3)
        return cls(columns, columns * (cell + _CELL_GAP) - _CELL_GAP, math.ceil(n / columns) * _ROW)


def logo_sheet(panels: Sequence[Panel], truth: Sequence[Motif] = (), title: str = "") -> Figure:
    """Draw the filters of several networks side by side, and the true motifs below them.

    Parameters
    ----------
    panels
        One per network, each with any number of filters; four stand side by side at most.
    truth
        Motifs of the targets, drawn with their reverse complements; may be empty.
    title
        Title of the whole sheet.

    Raises
    ------
    UserError
        There are no panels, or one has no filters.
    """
    if not panels or not all(panel.motifs for panel in panels):
        raise UserError(
            "a logo sheet needs at least one network with at least one filter; give its filters.meme"
        )
    motifs = [*truth, *(motif for panel in panels for motif in panel.motifs)]
    cell = max(_FEWEST_POSITIONS, *(len(motif.probabilities) for motif in motifs)) * _POSITION
    # Six panels look better as three and three than as four and two.
    per_band = math.ceil(len(panels) / math.ceil(len(panels) / _PANELS_PER_ROW))
    placed = [(panel, _Grid.of(len(panel.motifs), cell)) for panel in panels]
    bands = [placed[start : start + per_band] for start in range(0, len(panels), per_band)]
    inner = max(sum(grid.width for _, grid in band) + _PANEL_GAP * (len(band) - 1) for band in bands)
    # Where no motif is known to be relevant, counting relevant filters would only suggest a failure.
    known = len(truth) > 0 or any((panel.matches["relevant_tf"] != "").any() for panel in panels)
    key = textwrap.fill(_KEY if known else _KEY_WITHOUT_TRUTH, int(inner * _KEY_LETTERS_PER_INCH))
    truth_columns = max(int((inner + _CELL_GAP) / (cell + _CELL_GAP)), 1)
    truth_rows = math.ceil(len(truth) / truth_columns)

    tops = [_MARGIN + (_SHEET_HEAD if title else 0)]
    for band in bands:
        tops.append(tops[-1] + _PANEL_HEAD + max(grid.height for _, grid in band) + _PANEL_GAP)
    truth_top = tops.pop() - _PANEL_GAP
    key_top = truth_top + (_TRUTH_HEAD + truth_rows * _TRUTH_ROW if truth else 0) + 0.1
    size = (inner + 2 * _MARGIN, key_top + _KEY_LINE * len(key.splitlines()) + _MARGIN)

    with style():
        canvas = _Canvas(size, cell)
        if title:
            canvas.text(_MARGIN, _MARGIN + 0.14, title, 12, inner, fontweight="bold")
        for band, top in zip(bands, tops, strict=True):
            left = _MARGIN
            for panel, grid in band:
                _draw_panel(canvas, panel, "relevant_tf" if known else "best_id", grid, left, top)
                left += grid.width + _PANEL_GAP
        if truth:
            # Rows of equal length look better than full ones and a remainder.
            _draw_truth(canvas, truth, math.ceil(len(truth) / truth_rows), inner, truth_top)
        canvas.axes.text(_MARGIN, key_top, key, fontsize=6.5, color=MUTED, va="top", linespacing=1.4)
        return canvas.finish()


def _draw_panel(canvas: "_Canvas", panel: Panel, counted: str, grid: _Grid, left: float, top: float) -> None:
    count, total = int((panel.matches[counted] != "").sum()), len(panel.motifs)
    word = "relevant" if counted == "relevant_tf" else "match"
    right = left + grid.width
    summary = f"{count / total:.3f} {word} ({count} of {total})"
    canvas.text(left, top + 0.10, panel.label, 10.5, grid.width - _SUMMARY_WIDTH - 0.1, fontweight="bold")
    canvas.text(right, top + 0.10, summary, 8.5, _SUMMARY_WIDTH, color=ACCENT if count else MUTED, ha="right")
    canvas.rule(left, right, top + 0.26, RULE)
    for i, (motif, match) in enumerate(zip(panel.motifs, panel.matches.itertuples(), strict=True)):
        row, column = divmod(i, grid.columns)
        x, y = left + column * (canvas.cell + _CELL_GAP), top + _PANEL_HEAD - 0.06 + row * _ROW
        name, colour, weight, evalue = match.best_name or match.best_id, MUTED, "normal", match.best_evalue
        if match.relevant_tf:
            name, colour, weight, evalue = match.relevant_tf, ACCENT, "bold", match.relevant_evalue
            canvas.tint(x, y)
        elif match.dead:
            name, colour = "(dead)", FAINT
        sides = (motif.id.removeprefix("filter"), "" if math.isnan(evalue) else f"{evalue:.1g}")
        canvas.caption(x, y, name, sides, color=colour, fontweight=weight)
        canvas.logo(motif, x, y + _LABEL_HEIGHT)
        # Of a table that does not know it, the number is "" or missing.
        if not match.dead and isinstance(match.n_sites, Integral):
            canvas.beside(
                x, y + _LABEL_HEIGHT, f"n={match.n_sites:,}", WARN if match.n_sites < _FEW else FAINT
            )


def _draw_truth(canvas: "_Canvas", truth: Sequence[Motif], columns: int, inner: float, top: float) -> None:
    canvas.rule(_MARGIN, _MARGIN + inner, top + 0.06, FAINT)
    heading = "Motifs of the targets, each above its reverse complement"
    canvas.text(_MARGIN, top + 0.19, heading, 9, inner, fontweight="bold")
    step = (inner + _CELL_GAP) / columns
    for i, motif in enumerate(truth):
        row, column = divmod(i, columns)
        x = _MARGIN + column * step + (step - _CELL_GAP - canvas.cell) / 2
        y = top + _TRUTH_HEAD + row * _TRUTH_ROW
        canvas.caption(x, y, motif.name or motif.id, color=INK, fontweight="bold")
        canvas.logo(motif, x, y + _LABEL_HEIGHT)
        canvas.logo(motif.reverse_complement(), x, y + _ROW)


class _Canvas:
    """A figure measured in inches from its top left corner.

    Letters and rules are collected and drawn together by `finish`: one artist each would be slow.
    """

    def __init__(self, size: tuple[float, float], cell: float):
        self.cell = cell
        self.axes: Axes = Figure(figsize=size).add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, size[0]), ylim=(size[1], 0))
        self.axes.axis("off")
        self._letters: list[tuple[Path, tuple[float, ...]]] = []
        self._rules: list[tuple[list[tuple[float, float]], str]] = []

    def logo(self, motif: Motif, x: float, y: float) -> None:
        """Draw a logo with its top left corner at (x, y), centred in the cell."""
        width, base = len(motif.probabilities) * _POSITION, y + _LOGO_HEIGHT
        x += (self.cell - width) / 2
        for outline, colour in letters(motif.probabilities):
            vertices = outline.vertices * (_POSITION, -_LOGO_HEIGHT / MAX_BITS) + (x, base)
            self._letters.append((Path(vertices, outline.codes), colour))
        self.rule(x, x + width, base, FAINT)

    def rule(self, left: float, right: float, y: float, colour: str) -> None:
        """Draw a thin horizontal line."""
        self._rules.append(([(left, y), (right, y)], colour))

    def tint(self, x: float, y: float) -> None:
        """Highlight the cell whose top left corner is (x, y)."""
        height = _LABEL_HEIGHT + _LOGO_HEIGHT
        box = FancyBboxPatch((x, y), self.cell, height, boxstyle="round,pad=0.025,rounding_size=0.04")
        box.set(facecolor=ACCENT_TINT, edgecolor="none", zorder=0.5)
        self.axes.add_patch(box)

    def text(self, x: float, y: float, text: str, size: float, width: float, **style) -> None:
        """Write one line in `size` points, or smaller if it would be wider than `width` inches."""
        if text:
            weight = style.get("fontweight", "normal")
            outline = TextPath((0, 0), text, size=size, prop=FontProperties(weight=weight))
            size *= min(1, width * _POINTS / outline.get_extents().width)
            self.axes.text(x, y, text, fontsize=size, **({"va": "center_baseline"} | style))

    def beside(self, x: float, y: float, text: str, colour: str) -> None:
        """Write small print upwards in the gap to the right of a logo whose top left corner is (x, y)."""
        place = x + self.cell + _CELL_GAP / 2, y + _LOGO_HEIGHT / 2
        self.axes.text(*place, text, fontsize=4.2, color=colour, rotation=90, ha="center", va="center")

    def caption(self, x: float, y: float, name: str, sides: tuple[str, str] = ("", ""), **style) -> None:
        """Write the line above a logo: a name in the middle, and small print to its left and right."""
        middle = y + _LABEL_HEIGHT / 2
        self.text(x, middle, sides[0], 5, _SIDE, color=FAINT)
        self.text(x + self.cell, middle, sides[1], 5, _SIDE, color=FAINT, ha="right")
        room = self.cell - (2 * _SIDE if any(sides) else 0)
        self.text(x + self.cell / 2, middle, name, 7, room, ha="center", **style)

    def finish(self) -> Figure:
        """Draw everything collected and return the figure."""
        lines, line_colours = zip(*self._rules, strict=True)
        self.axes.add_collection(LineCollection(lines, colors=line_colours, linewidths=0.5), autolim=False)
        outlines, colours = zip(*self._letters, strict=True) if self._letters else ((), ())
        collection = PathCollection(outlines, facecolors=colours, edgecolors="none", zorder=2)
        collection.set_transform(self.axes.transData)
        self.axes.add_collection(collection, autolim=False)
        return self.axes.figure
