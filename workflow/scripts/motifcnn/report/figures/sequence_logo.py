"""One sequence logo: its heights in bits are computed here, its letters are drawn by logomaker."""

from functools import cache

import logomaker
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from ...core.sequences import ALPHABET
from ...motifs.ppm import information_content
from .style import style

MAX_BITS = 2.0
# In bits. Shorter letters are invisible, and would make up two fifths of a typical sheet.
_SHORTEST_LETTER = 0.01
# Added to the heights in bits of A, C, G and T, so that equal letters stack in this order on every machine.
_TIE_BREAK = 1e-9 * np.arange(len(ALPHABET))
# 'classic' is the usual scheme: A green, C blue, G orange, T red. The font comes with matplotlib.
_LETTERS = {"color_scheme": "classic", "font_name": "DejaVu Sans"}

# Inches.
_POSITION, _HEIGHT = 0.2, 0.8
_LEFT, _RIGHT, _BELOW, _ABOVE = 0.38, 0.06, 0.2, 0.08


def letter_heights(ppm: np.ndarray) -> np.ndarray:
    """Height of every letter of a PPM's logo in bits, float64 (W, 4).

    It is the probability times the position's information content, 2 + Σ p log2 p, without correction
    for small samples (Schneider & Stephens 1990, Nucleic Acids Res 18:6097).
    """
    ppm = np.asarray(ppm, dtype=np.float64)
    return ppm * information_content(ppm)[:, None]


def letters(ppm: np.ndarray) -> list[tuple[Path, tuple[float, ...]]]:
    """Return outline and RGBA colour of every visible letter of a PPM's logo, so that a sheet can place them.

    Position i spans x from i to i + 1, and y is in bits; the likeliest letter of a position is on top.
    """
    axes, right = _collector(), np.array([0.5, 0])
    axes.collected = []
    _draw(ppm, axes)
    outlines = [(patch.get_path(), patch.get_facecolor()) for patch in axes.collected]
    return [(Path(outline.vertices + right, outline.codes), colour) for outline, colour in outlines]


def logo_figure(ppm: np.ndarray) -> Figure:
    """Draw the logo of a PPM for use in a figure editor: every letter is a shape of its own, unclipped.

    It has 0.2 inches per position and 0.4 per bit, an axis from 0 to 2 bits, and numbered positions.
    """
    positions = len(ppm)
    width, height = _LEFT + positions * _POSITION + _RIGHT, _BELOW + _HEIGHT + _ABOVE
    with style():
        figure = Figure(figsize=(width, height))
        axes = figure.add_axes(
            (_LEFT / width, _BELOW / height, positions * _POSITION / width, _HEIGHT / height)
        )
        _draw(ppm, axes)
        for letter in axes.patches:
            letter.set_clip_on(False)
        axes.set(xlim=(-0.5, positions - 0.5), ylim=(0, MAX_BITS), yticks=(0, 1, 2), ylabel="bits")
        axes.set_xticks(range(positions), range(1, positions + 1))
        axes.grid(visible=False)
    return figure


def _draw(ppm: np.ndarray, axes: Axes) -> None:
    heights = letter_heights(ppm)
    # logomaker sorts with numpy.argsort, whose order of equal values depends on the CPU.
    heights = np.where(heights < _SHORTEST_LETTER, 0, heights + _TIE_BREAK)
    # logomaker gives axes without letters a height of zero, about which matplotlib warns.
    if heights.any():
        logomaker.Logo(pd.DataFrame(heights, columns=list(ALPHABET)), ax=axes, baseline_width=0, **_LETTERS)


class _Collector(Axes):
    """Axes that only collect the letters drawn on them: matplotlib's bookkeeping takes a third of a sheet's time."""

    def __init__(self):
        super().__init__(Figure(), (0, 0, 1, 1))
        self.collected: list[PathPatch] = []

    def add_patch(self, p: PathPatch) -> PathPatch:
        self.collected.append(p)
        return p

    def axhline(self, *args, **kwargs) -> None:
        """Draw no baseline."""


@cache
def _collector() -> _Collector:
    return _Collector()
