"""What all figures share: colours, type, and files whose bytes depend on their content alone."""

import contextlib
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from PIL import Image

from ...core.errors import UserError
from ...core.files import whole_file
from ...core.run_key import RunKey

INK, MUTED, FAINT, RULE = "#1c2430", "#667080", "#a4adb8", "#dfe3e8"
ACCENT, ACCENT_TINT, WARN = "#00695c", "#e4f2ef", "#a84300"

# Okabe & Ito's colours, which are safe for the colour-blind, and two more. ReLU and the exponential, compared in
# most experiments, have the two that differ most.
_COLOURS = {
    "relu": "#5b6f87",
    "exponential": "#d55e00",
    "sigmoid": "#0072b2",
    "tanh": "#009e73",
    "softplus": "#cc79a7",
    "linear": "#e69f00",
    "elu": "#56b4e9",
    "gelu": "#7a5195",
    "silu": "#8c6d31",
}
# A modified function, such as shift_relu, has the function's colour and a marker of its own.
_MARKERS = {"": "o", "shift": "<", "scale": ">", "shift_scale": "^", "log": "v", "exp": "D"}
# Other names share the colours, except those of ReLU and the exponential, with other markers.
_OTHER_LOOKS = [(colour, marker) for marker in "sPXph*" for colour in list(_COLOURS.values())[2:]]
# From none to all.
SHADES = LinearSegmentedColormap.from_list("shades", ["white", ACCENT])
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
    # Names may have dollars, which stand for themselves.
    "text.parse_math": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "motif-filters",
}


class Look(NamedTuple):
    """How an activation is drawn; no two share both colour and marker."""

    colour: str
    marker: str


def activation_looks(activations: Iterable[str]) -> dict[str, Look]:
    """Give each activation a look.

    A known function, or a modification of one, always has the same look. A name of the user's own has the
    look that its hash picks, or the next free one if that is taken.
    """
    looks: dict[str, Look] = {}
    others = []
    for name in dict.fromkeys(activations):
        change, _, function = name.replace("-", "_").rpartition("_")
        look = Look(_COLOURS.get(function, ""), _MARKERS.get(change, ""))
        # a-b and a_b read alike.
        if all(look) and look not in looks.values():
            looks[name] = look
        else:
            others.append(name)
    for name in sorted(others):
        first = zlib.crc32(name.encode())
        order = [Look(*_OTHER_LOOKS[(first + step) % len(_OTHER_LOOKS)]) for step in range(len(_OTHER_LOOKS))]
        looks[name] = next((look for look in order if look not in looks.values()), order[0])
    return looks


def activation_colours(activations: Iterable[str]) -> dict[str, str]:
    """Give each activation the colour of its look, for figures whose labels tell equal colours apart."""
    return {name: look.colour for name, look in activation_looks(activations).items()}


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Draw within this block with the project's settings, whatever matplotlibrc says."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def by_architecture(keys: Iterable[RunKey]) -> dict[str, list[RunKey]]:
    """Group the networks of runs by architecture; `RunKey.over_seeds`, all in the order in which they come."""
    networks: dict[str, list[RunKey]] = {}
    for key in dict.fromkeys(key.over_seeds for key in keys):
        networks.setdefault(key.architecture, []).append(key)
    return networks


def slanted(panel: Axes, names: Sequence[str]) -> None:
    """Write names below the places 0, 1, 2, … of the x axis, slanted so that long ones have room."""
    panel.set_xticks(range(len(names)), names, rotation=55, ha="right", rotation_mode="anchor", color=INK)


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
            # 256 colours look the same here, and make the file a third as large.
            with Image.open(temporary) as picture:
                reduced = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
            reduced.save(temporary, optimize=True)
