"""Sequence logos, and sheets of them: the filters of several networks beside the true motifs.

Letters are drawn from glyph outlines as one collection per sheet, since a sheet holds 150 logos and
more: logomaker, which makes an artist per letter, took 90 ms per logo; this takes under 10.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from ...core.errors import UserError
from ...core.sequences import ALPHABET
from ...motifs.meme import Motif
from ...motifs.ppm import information_content
from .style import ACCENT, ACCENT_TINT, FAINT, INK, MUTED, RULE, style

LETTER_COLOURS = {"A": "#109648", "C": "#255c99", "G": "#f2a516", "T": "#c8202f"}
MAX_BITS = 2.0
# Letters lower than this cannot be seen and are left out.
_LOWEST_LETTER = 0.01

# All lengths in inches.
_POSITION, _LOGO_HEIGHT = 0.072, 0.40
_LABEL_HEIGHT, _CELL_GAP, _ROW_GAP = 0.145, 0.11, 0.07
_PANEL_GAP, _PANEL_HEAD, _MARGIN = 0.34, 0.44, 0.16
_SHEET_HEAD, _TRUTH_HEAD = 0.36, 0.34
_TRUTH_LINE = _LABEL_HEIGHT + 2 * _LOGO_HEIGHT + 3 * _ROW_GAP
_KEY_LINE, _KEY_LETTERS_PER_INCH = 0.13, 19
_PANELS_PER_ROW = 4
_KEY = (
    "Every logo spans 0 to 2 bits. Tinted, name in green: the filter matches a motif of that target. "
    "Grey name: its best match is another motif of the database. Dead: too rarely active for a motif."
)
_KEY_WITHOUT_TRUTH = (
    "Every logo spans 0 to 2 bits, and carries the name of its best match in the database. "
    "Dead: too rarely active for a motif."
)


@dataclass(frozen=True)
class Panel:
    """The filters of one network.

    Attributes
    ----------
    label
        Network and activation, as the heading is to say it.
    motifs
        The clipped motifs, F of them.
    matches
        Rows of matches.tsv about these motifs, in their order; `motifcnn.interpretation.matching.MATCH_COLUMNS`.
    """

    label: str
    motifs: Sequence[Motif]
    matches: pd.DataFrame

    def __post_init__(self):
        listed = list(self.matches["filter"])
        if listed != [motif.id for motif in self.motifs]:
            raise UserError(
                f"{self.label}: motifs and matches are not about the same {len(self.motifs)} filters; "
                "give filters.meme and matches.tsv of the same run"
            )


@dataclass(frozen=True)
class _Grid:
    columns: int
    rows: int
    width: float
    height: float


def letter_heights(ppm: np.ndarray) -> np.ndarray:
    """Height of every letter of a logo, bits.

    Parameters
    ----------
    ppm
        float (W, 4), columns A, C, G, T.

    Returns
    -------
    np.ndarray
        float64 (W, 4): probability times the column's information content, 2 + Σ p log2 p, without
        correction for small samples (Schneider & Stephens 1990, Nucleic Acids Res 18:6097).
    """
    ppm = np.asarray(ppm, dtype=np.float64)
    return ppm * information_content(ppm)[:, None]


def letter_boxes(ppm: np.ndarray) -> list[tuple[str, float, float, float]]:
    """Where the letters of a logo stand: the likeliest on top, the lowest at zero.

    Parameters
    ----------
    ppm
        float (W, 4), columns A, C, G, T.

    Returns
    -------
    list of (letter, position, bottom, height)
        Position 0 to W - 1; bottom and height in bits. Letters under 0.01 bits are left out.
    """
    boxes = []
    for position, heights in enumerate(letter_heights(ppm)):
        bottom = 0.0
        # A stable sort, so that equal letters always stack alike.
        for letter in np.argsort(heights, kind="stable"):
            if heights[letter] >= _LOWEST_LETTER:
                boxes.append((ALPHABET[letter], position, bottom, float(heights[letter])))
                bottom += float(heights[letter])
    return boxes


def logo_sheet(panels: Sequence[Panel], truth: Sequence[Motif] = (), title: str = "") -> Figure:
    """Draw the filters of several networks side by side, and the true motifs below.

    Parameters
    ----------
    panels
        One per network, any number of filters each; more than four are wrapped.
    truth
        Motifs of the targets, shown with their reverse complements; may be empty.
    title
        Of the whole sheet.

    Returns
    -------
    Figure
        Every logo is 2 bits high. A filter that matches a relevant motif is tinted and carries the
        target's name; another hit in the database is named in grey; a dead filter says so.

    Raises
    ------
    UserError
        There are no panels, or one has no filters.
    """
    if not panels or not all(len(panel.motifs) for panel in panels):
        raise UserError(
            "a logo sheet needs at least one network with at least one filter; give its filters.meme"
        )
    widths = [len(motif.probabilities) for motifs in (truth, *(p.motifs for p in panels)) for motif in motifs]
    cell = max(8, *widths) * _POSITION
    grids = [_grid(len(panel.motifs), cell) for panel in panels]
    # Six panels look better as three and three than as four and two.
    in_a_band = math.ceil(len(panels) / math.ceil(len(panels) / _PANELS_PER_ROW))
    bands = [range(start, min(start + in_a_band, len(panels))) for start in range(0, len(panels), in_a_band)]
    inner = max(sum(grids[i].width for i in band) + _PANEL_GAP * (len(band) - 1) for band in bands)
    fitting = max(int((inner + _CELL_GAP) / (cell + _CELL_GAP)), 1)
    truth_lines = math.ceil(len(truth) / fitting)
    # Where nothing is known to be relevant, a fraction of relevant filters would only look like a failure.
    known = len(truth) > 0 or any((panel.matches["relevant_tf"] != "").any() for panel in panels)
    counted = "relevant_tf" if known else "best_id"
    key = textwrap.fill(_KEY if known else _KEY_WITHOUT_TRUTH, int(inner * _KEY_LETTERS_PER_INCH))

    tops, y = [], _MARGIN + (_SHEET_HEAD if title else 0.0)
    for band in bands:
        tops.append(y)
        y += _PANEL_HEAD + max(grids[i].height for i in band) + _PANEL_GAP
    truth_top = y - _PANEL_GAP
    bottom = truth_top + (_TRUTH_HEAD + truth_lines * _TRUTH_LINE if truth else 0.0)
    height = bottom + 0.1 + _KEY_LINE * len(key.splitlines()) + _MARGIN

    with style():
        figure = Figure(figsize=(inner + 2 * _MARGIN, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, inner + 2 * _MARGIN), ylim=(height, 0))
        axes.axis("off")
        canvas = _Canvas(axes, cell)
        if title:
            axes.text(_MARGIN, _MARGIN + 0.14, title, fontsize=12, fontweight="bold", va="center")
        for band, top in zip(bands, tops, strict=True):
            x = _MARGIN
            for i in band:
                _draw_panel(canvas, panels[i], counted, grids[i], x, top)
                x += grids[i].width + _PANEL_GAP
        if truth:
            # Lines of equal length look better than full ones and a rest.
            _draw_truth(canvas, truth, math.ceil(len(truth) / truth_lines), inner, truth_top)
        axes.text(_MARGIN, bottom + 0.1, key, fontsize=6.5, color=MUTED, va="top", linespacing=1.4)
        canvas.finish()
    return figure


def _grid(n: int, cell: float) -> _Grid:
    # Three columns at least, so that the heading has room.
    columns = max(round(math.sqrt(0.3 * n)), 3)
    rows = math.ceil(n / columns)
    row = _LABEL_HEIGHT + _LOGO_HEIGHT + _ROW_GAP
    return _Grid(columns, rows, columns * (cell + _CELL_GAP) - _CELL_GAP, rows * row)


def _draw_panel(canvas: "_Canvas", panel: Panel, counted: str, grid: _Grid, left: float, top: float) -> None:
    count, total = int((panel.matches[counted] != "").sum()), len(panel.motifs)
    word = "relevant" if counted == "relevant_tf" else "match"
    text = canvas.axes.text
    size = min(10.5, 10.5 * 28 / max(len(panel.label), 1))
    text(left, top + 0.10, panel.label, fontsize=size, fontweight="bold", va="center")
    text(
        left + grid.width,
        top + 0.10,
        f"{count / total:.3f} {word} ({count} of {total})",
        fontsize=8.5,
        color=ACCENT if count else MUTED,
        ha="right",
        va="center",
    )
    canvas.rule(left, left + grid.width, top + 0.26, RULE)
    for i, (motif, match) in enumerate(zip(panel.motifs, panel.matches.itertuples(), strict=True)):
        x = left + (i % grid.columns) * (canvas.cell + _CELL_GAP)
        y = top + _PANEL_HEAD - 0.06 + (i // grid.columns) * (_LABEL_HEIGHT + _LOGO_HEIGHT + _ROW_GAP)
        number = motif.id.removeprefix("filter")
        if match.relevant_tf:
            canvas.tint(x, y, canvas.cell, _LABEL_HEIGHT + _LOGO_HEIGHT)
            canvas.label(x, y, number, match.relevant_tf, ACCENT, "bold")
        elif match.dead:
            canvas.label(x, y, number, "(dead)", FAINT, "normal")
        else:
            canvas.label(x, y, number, match.best_name or match.best_id, MUTED, "normal")
        canvas.logo(motif, x, y + _LABEL_HEIGHT)


def _draw_truth(canvas: "_Canvas", truth: Sequence[Motif], columns: int, inner: float, top: float) -> None:
    canvas.rule(_MARGIN, _MARGIN + inner, top + 0.06, FAINT)
    heading = "Motifs of the targets, and below each its reverse complement"
    canvas.axes.text(_MARGIN, top + 0.19, heading, fontsize=9, fontweight="bold", va="center")
    step = (inner + _CELL_GAP) / columns
    for i, motif in enumerate(truth):
        x = _MARGIN + (i % columns) * step + (step - _CELL_GAP - canvas.cell) / 2
        y = top + _TRUTH_HEAD + (i // columns) * _TRUTH_LINE
        canvas.label(x, y, "", motif.name or motif.id, INK, "bold")
        canvas.logo(motif, x, y + _LABEL_HEIGHT)
        canvas.logo(motif.reverse_complement(), x, y + _LABEL_HEIGHT + _LOGO_HEIGHT + _ROW_GAP)


class _Canvas:
    """Collects letters and lines in inches from the top left corner; `finish` puts them on the axes."""

    def __init__(self, axes: Axes, cell: float):
        self.axes, self.cell = axes, cell
        self.letters: list[Path] = []
        self.colours: list[str] = []
        self.lines: list[list[tuple[float, float]]] = []
        self.line_colours: list[str] = []

    def logo(self, motif: Motif, x: float, y: float) -> None:
        """Draw a logo with its top left corner at (x, y), centred in the cell."""
        x += (self.cell - len(motif.probabilities) * _POSITION) / 2
        base, scale = y + _LOGO_HEIGHT, _LOGO_HEIGHT / MAX_BITS
        for letter, position, bottom, height in letter_boxes(motif.probabilities):
            outline = _outline(letter)
            corner = (x + (position + 0.03) * _POSITION, base - bottom * scale)
            vertices = outline.vertices * (0.94 * _POSITION, -height * scale) + corner
            self.letters.append(Path(vertices, outline.codes))
            self.colours.append(LETTER_COLOURS[letter])
        self.rule(x, x + len(motif.probabilities) * _POSITION, base, FAINT)

    def rule(self, left: float, right: float, y: float, colour: str) -> None:
        """Draw a thin horizontal line."""
        self.lines.append([(left, y), (right, y)])
        self.line_colours.append(colour)

    def tint(self, x: float, y: float, width: float, height: float) -> None:
        """Mark a cell."""
        box = FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0.025,rounding_size=0.04")
        box.set(facecolor=ACCENT_TINT, edgecolor="none", zorder=0.5)
        self.axes.add_patch(box)

    def label(self, x: float, y: float, number: str, name: str, colour: str, weight: str) -> None:
        """Write the filter's number at the left and a name in the middle of the line above a logo."""
        middle = y + _LABEL_HEIGHT / 2
        self.axes.text(x, middle, number, fontsize=5.5, color=FAINT, va="center_baseline")
        # Long names, as of dimers, would run into the next cell.
        size = min(7.0, 7.0 * 15 / max(len(name), 1))
        centre = x + self.cell / 2
        self.axes.text(
            centre,
            middle,
            name,
            fontsize=size,
            color=colour,
            fontweight=weight,
            ha="center",
            va="center_baseline",
        )

    def finish(self) -> None:
        """Put everything collected on the axes."""
        lines = LineCollection(self.lines, colors=self.line_colours, linewidths=0.5, zorder=1)
        letters = PathCollection(self.letters, facecolors=self.colours, edgecolors="none", zorder=2)
        letters.set_transform(self.axes.transData)
        self.axes.add_collection(lines, autolim=False)
        self.axes.add_collection(letters, autolim=False)


@cache
def _outline(letter: str) -> Path:
    """Outline of a letter, stretched to the unit square."""
    path = TextPath((0, 0), letter, size=100, prop=FontProperties(family="DejaVu Sans", weight="bold"))
    box = path.get_extents()
    return Path((path.vertices - (box.x0, box.y0)) / (box.width, box.height), path.codes)
