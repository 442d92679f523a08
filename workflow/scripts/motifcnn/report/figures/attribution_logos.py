"""Attribution logos: what each method says about the letters of a sequence, below the motifs planted there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from ...core.sequences import ALPHABET, N_CODE
from ...data.planted_sites import Site
from ...interpretation.localisation import INFORMATIVE
from .sequence_logo import MAX_BITS, letters
from .style import ACCENT, ACCENT_TINT, FAINT, INK, MUTED, style

# Inches.
_POSITION, _LOGO, _ROW = 0.065, 0.40, 0.48
_PER_CHARACTER, _BETWEEN, _RIGHT, _MARGIN = 0.072, 0.15, 0.6, 0.14
_TITLE, _HEAD, _NAMES, _TICKS, _GAP, _METHOD_GAP = 0.34, 0.24, 0.14, 0.2, 0.22, 0.07
_SHORTEST_LETTER = 0.01  # of the highest; shorter ones are invisible


@dataclass(frozen=True)
class Row:
    """What one method says about a sequence.

    Attributes
    ----------
    method, network
        What the row is called.
    score
        float (L,), height of the letter at each position.
    note
        What stands at the right, such as the auROC.
    """

    method: str
    network: str
    score: np.ndarray
    note: str = ""


@dataclass(frozen=True)
class Example:
    """A sequence with what was planted in it and what each method says.

    Attributes
    ----------
    title
        Which sequence it is.
    codes
        uint8 (L,).
    sites
        The planted motifs, or None where they are not known.
    rows
        At least one, those of a method next to each other.
    """

    title: str
    codes: np.ndarray
    sites: Sequence[Site] | None
    rows: Sequence[Row]


def attribution_logos(examples: Sequence[Example], title: str, length: int, notes: str = "") -> Figure:
    """Draw the sequences one below the other.

    Parameters
    ----------
    examples
        At least one; all of one length.
    title
        Of the figure.
    length
        How many positions are shown, those in the middle of the sequence.
    notes
        Heading of the rows' notes.
    """
    whole = len(examples[0].codes)
    start = max((whole - length) // 2, 0)
    shown = range(start, min(start + length, whole))
    names = [(row.method, row.network) for example in examples for row in example.rows]
    columns = [max(map(len, column)) * _PER_CHARACTER + _BETWEEN for column in zip(*names, strict=True)]
    left = _MARGIN + sum(columns)
    width = left + len(shown) * _POSITION + _RIGHT + _MARGIN
    height = _MARGIN + _TITLE + sum(_height(example) + _GAP for example in examples)
    with style():
        canvas = Figure(figsize=(width, height)).add_axes((0, 0, 1, 1))
        canvas.set(xlim=(0, width), ylim=(height, 0))
        canvas.axis("off")
        canvas.text(_MARGIN, _MARGIN + 0.1, title, fontsize=12, fontweight="bold", va="center_baseline")
        top = _MARGIN + _TITLE
        for example in examples:
            _draw(canvas, example, shown, left, top, notes)
            top += _height(example) + _GAP
    return canvas.figure


def _height(example: Example) -> float:
    truth = _NAMES + _ROW if example.sites is not None else 0
    return _HEAD + truth + _ROW * len(example.rows) + _METHOD_GAP * len(_methods(example)) + _TICKS


def _methods(example: Example) -> Mapping[str, None]:
    return dict.fromkeys(row.method for row in example.rows)


def _draw(canvas: Axes, example: Example, shown: range, left: float, top: float, notes: str) -> None:
    right = left + len(shown) * _POSITION
    small = {"fontsize": 7.5, "va": "center_baseline"}
    canvas.text(_MARGIN, top + 0.08, example.title, color=MUTED, fontsize=9, va="center_baseline")
    canvas.text(right + _RIGHT, top + 0.08, notes, color=MUTED, ha="right", **small)
    bottom = top + _height(example) - _TICKS
    y = top + _HEAD
    if example.sites is not None:
        _tint(canvas, example.sites, shown, left, y + _NAMES, bottom)
        canvas.text(_MARGIN, y + _NAMES + _LOGO / 2, "planted", fontweight="bold", **small)
        for site in example.sites:
            middle = site.start + len(site.heights) / 2 - shown.start
            if site.name and 0 <= middle <= len(shown):
                place = {"ha": "center", "color": ACCENT, "fontsize": 7, "va": "center_baseline"}
                canvas.text(left + middle * _POSITION, y + _NAMES / 2, site.name, **place)
        _letters(canvas, _of_sites(example.sites, shown), left, y + _NAMES + _LOGO, _LOGO / MAX_BITS)
        y += _NAMES + _ROW
    before = None
    for row in example.rows:
        if row.method != before:
            y += _METHOD_GAP
            canvas.text(_MARGIN, y + _LOGO / 2, row.method, fontweight="bold", **small)
        before = row.method
        canvas.text(left - 0.1, y + _LOGO / 2, row.network, ha="right", **small)
        canvas.text(right + _RIGHT, y + _LOGO / 2, row.note, color=INK, ha="right", **small)
        score = np.nan_to_num(row.score[shown.start : shown.stop].astype(np.float64))
        low, high = min(score.min(), 0), max(score.max(), 0)
        unit = _LOGO / (high - low) if high > low else 0
        base = y + high * unit
        canvas.add_collection(
            LineCollection([[(left, base), (right, base)]], colors=FAINT, linewidths=0.4), autolim=False
        )
        _letters(canvas, _of_scores(example.codes, score, shown, (high - low)), left, base, unit)
        y += _ROW
    for position in range(shown.start - shown.start % -20, shown.stop + 1, 20):
        if position > shown.start:
            place = {"ha": "center", "color": MUTED, "fontsize": 6.5, "va": "center_baseline"}
            canvas.text(left + (position - shown.start - 0.5) * _POSITION, y + 0.06, position, **place)


def _tint(canvas: Axes, sites: Sequence[Site], shown: range, left: float, top: float, bottom: float) -> None:
    """Shade the informative positions of planted motifs through all rows."""
    for site in sites:
        for at in np.flatnonzero(site.heights.sum(1) > INFORMATIVE) + site.start:
            if at in shown:
                x = left + (at - shown.start) * _POSITION
                canvas.fill_between(
                    [x, x + _POSITION], top, bottom, color=ACCENT_TINT, linewidth=0, zorder=0.5
                )


@cache
def _outlines() -> list[tuple[Path, tuple[float, ...]]]:
    """Return each letter as an outline from (0, 0) to (1, 1), and its colour."""
    drawn = letters(np.eye(len(ALPHABET)))
    size = np.array([1, MAX_BITS])
    return [
        (Path((one.vertices - (at, 0)) / size, one.codes), colour) for at, (one, colour) in enumerate(drawn)
    ]


Letter = tuple[int, int, float, float]


def _of_scores(codes: np.ndarray, score: np.ndarray, shown: range, highest: float) -> list[Letter]:
    """Return letter, position, foot and height of each; those of negative scores stand below the line, upside down."""
    visible = np.abs(score) > _SHORTEST_LETTER * highest
    return [
        (int(codes[at + shown.start]), int(at), 0.0, float(score[at]))
        for at in np.flatnonzero(visible & (codes[shown.start : shown.stop] != N_CODE))
    ]


def _of_sites(sites: Sequence[Site], shown: range) -> list[Letter]:
    """Return letter, position, foot and height of the letters of motifs, the likeliest of a position on top."""
    found = []
    for site in sites:
        for at, heights in enumerate(site.heights, start=site.start):
            foot = 0.0
            for letter in np.argsort(heights, kind="stable") if at in shown else ():
                if heights[letter] > _SHORTEST_LETTER:
                    found.append((int(letter), at - shown.start, foot, float(heights[letter])))
                foot += float(heights[letter])
    return found


def _letters(canvas: Axes, drawn: Sequence[Letter], left: float, base: float, unit: float) -> None:
    paths, colours = [], []
    for letter, at, foot, height in drawn:
        outline, colour = _outlines()[letter]
        vertices = outline.vertices * (_POSITION, -height * unit) + (
            left + at * _POSITION,
            base - foot * unit,
        )
        paths.append(Path(vertices, outline.codes))
        colours.append(colour)
    if paths:
        collection = PathCollection(paths, facecolors=colours, edgecolors="none", zorder=2)
        collection.set_transform(canvas.transData)
        canvas.add_collection(collection, autolim=False)
