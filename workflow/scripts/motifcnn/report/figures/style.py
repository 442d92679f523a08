"""What all pictures share: colours, type, and files whose bytes depend on nothing but their content."""

import contextlib
import os
from collections.abc import Iterable, Iterator

import matplotlib
from matplotlib.figure import Figure
from PIL import Image

from ...core.errors import UserError
from ...core.files import whole_file

INK, MUTED, FAINT, RULE = "#1c2430", "#667080", "#a4adb8", "#dfe3e8"
ACCENT, ACCENT_TINT = "#00695c", "#e4f2ef"

# Colour-blind safe (Okabe & Ito); the two activations that every experiment has get the two that
# differ most, whatever else is drawn.
_FIXED = {"relu": "#5b6f87", "exponential": "#d55e00"}
_FREE = ("#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#8c6d31")
LINE_STYLES = ("-", (0, (4, 1.6)), (0, (1.2, 1.2)), (0, (6, 1.4, 1.2, 1.4)))

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "motif-filters",
}


def activation_colours(activations: Iterable[str]) -> dict[str, str]:
    """Give each activation a colour; `relu` and `exponential` always have the same."""
    names = list(dict.fromkeys(activations))
    others = [name for name in names if name not in _FIXED]
    return {name: _FIXED.get(name) or _FREE[others.index(name) % len(_FREE)] for name in names}


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw within this block with the project's settings, and nobody's matplotlibrc."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def name_dataset(figure: Figure, name: str) -> None:
    """Write which dataset a figure is about, in its upper left corner."""
    figure.suptitle(name, x=0.008, ha="left", fontsize=9, color=MUTED)


def save(figure: Figure, path: str | os.PathLike, dpi: int = 160) -> None:
    """Write a figure as PNG, SVG or PDF by its suffix; the same figure gives the same bytes.

    Raises
    ------
    UserError
        Another suffix.
    """
    suffix = os.path.splitext(path)[1].lower()
    metadata = {
        ".png": {"Software": None},
        ".svg": {"Date": None, "Creator": None},
        ".pdf": {"CreationDate": None, "Producer": None, "Creator": None},
    }
    if suffix not in metadata:
        raise UserError(f"{path} cannot be drawn; give a name that ends in {', '.join(metadata)}")
    with style(), whole_file(path) as temporary:
        figure.savefig(temporary, format=suffix[1:], dpi=dpi, metadata=metadata[suffix])
        if suffix == ".png":
            # 256 colours cannot be told from all of them here, and make a file of a third.
            with Image.open(temporary) as picture:
                reduced = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            reduced.save(temporary, optimize=True)
