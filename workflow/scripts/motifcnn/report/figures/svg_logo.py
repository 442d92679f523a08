"""Logos as SVG within the page: every letter is drawn once, and a logo only says where it stands."""

from collections.abc import Iterable

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.path import Path

from ...core.sequences import ALPHABET
from .sequence_logo import MAX_BITS, letter_heights, letters

# In bits. In a logo as small as a line of a table, shorter letters are invisible.
_SHORTEST_LETTER = 0.04
# CSS pixels.
_POSITION, _HEIGHT = 9, 34
_COMMANDS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


def letter_shapes() -> str:
    """Return an SVG element, invisible itself, with the letters that `svg_logo` refers to, each in a unit square."""
    shapes = []
    # Four positions of one letter each, 2 bits high.
    for place, (outline, colour) in enumerate(letters(np.eye(len(ALPHABET)))):
        vertices = (outline.vertices - (place, 0)) * (1, -1 / MAX_BITS) + (0, 1)
        drawn = _svg_path(Path(vertices, outline.codes))
        shapes.append(f'<path id="letter-{ALPHABET[place]}" fill="{to_hex(colour)}" d="{drawn}"/>')
    return f'<svg width="0" height="0" aria-hidden="true"><defs>{"".join(shapes)}</defs></svg>'


def svg_logo(ppm: np.ndarray) -> str:
    """Return the logo of a PPM as an SVG element, 0 to 2 bits high, the likeliest letter of a position on top.

    It needs `letter_shapes` on the same page, and is read aloud as its likeliest letters.
    """
    used = []
    for place, heights in enumerate(letter_heights(ppm)):
        top = MAX_BITS - heights.sum()
        # Of equal letters, the first of the alphabet is lowest, as in all other logos.
        for letter in sorted(range(len(ALPHABET)), key=lambda one: (-heights[one], -one)):
            if heights[letter] >= _SHORTEST_LETTER:
                used.append(
                    f'<use href="#letter-{ALPHABET[letter]}" '
                    f'transform="matrix(1 0 0 {heights[letter]:.3g} {place} {top:.3g})"/>'
                )
            top += heights[letter]
    size = f'width="{_POSITION * len(ppm)}" height="{_HEIGHT}" viewBox="0 0 {len(ppm)} {MAX_BITS:g}"'
    spoken = "".join(ALPHABET[place] for place in ppm.argmax(axis=1))
    look = f'class="logo" {size} preserveAspectRatio="none" role="img" aria-label="{spoken}"'
    return f"<svg {look}>{''.join(used)}</svg>"


def _svg_path(outline: Path) -> str:
    """Return the path data of an outline, to a thousandth."""
    return "".join(_segments(outline))


def _segments(outline: Path) -> Iterable[str]:
    for vertices, code in outline.iter_segments(simplify=False):
        yield "Z" if code == Path.CLOSEPOLY else _COMMANDS[code] + " ".join(f"{x:.3g}" for x in vertices)
