"""Where the positions of a convolution's map lie in the sequence: padding, pooling, receptive fields.

Only plain Python, so that a plan can be checked where nothing but Snakemake is installed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import UserError


@dataclass(frozen=True)
class Geometry:
    """Where the positions of a map lie in the input sequence.

    Attributes
    ----------
    start
        Input position of the left edge of the first map position's receptive field, nt; negative
        where it begins in the padding.
    step
        Distance between the receptive fields of neighbouring map positions, nt.
    width
        Width of the receptive field, nt; None where it is not known, and `start` is then the centre.
    positions
        Number of map positions.
    """

    start: int
    step: int
    width: int | None
    positions: int

    def centres(self) -> range:
        """Return the input positions on which the map positions are centred.

        A receptive field of even width has its centre right of the middle, so that a window of the
        same width, half of it (`width // 2`) left of the centre, covers exactly the field.
        """
        first = self.start + (self.width or 1) // 2
        return range(first, first + self.step * self.positions, self.step)


@dataclass(frozen=True)
class Pooling:
    """A max-pooling over positions: window, stride, (left, right) padding, and positions that come out."""

    size: int
    stride: int
    padding: tuple[int, int]
    positions: int


@dataclass(frozen=True)
class Stage:
    """How a convolution lies over its input: padding, its map, the pooling of the map, if any."""

    padding: tuple[int, int]
    geometry: Geometry
    pool: Pooling | None

    @property
    def pooled_positions(self) -> int:
        """Number of positions that the next layer sees."""
        return self.pool.positions if self.pool else self.geometry.positions


def same_padding(length: int, size: int, stride: int = 1) -> tuple[int, int]:
    """Return the (left, right) padding with which `ceil(length / stride)` positions come out.

    The smaller half goes to the left, as TensorFlow's SAME does it.
    """
    positions = math.ceil(length / stride)
    total = max((positions - 1) * stride + size - length, 0)
    return total // 2, total - total // 2


def stages(layers: Iterable[Mapping[str, Any]], length: int) -> list[Stage]:
    """Follow a sequence through the convolutions of a network.

    Parameters
    ----------
    layers
        The declared layers with their defaults; those that are not of type conv are passed over.
    length
        Of the sequences, nt.

    Returns
    -------
    list of Stage
        One per convolution.

    Raises
    ------
    UserError
        The sequence is too short for a convolution or a pooling without padding.
    """
    found, positions = [], length
    start, step, width = 0, 1, 1
    for number, layer in enumerate((layer for layer in layers if layer["type"] == "conv"), start=1):
        size = layer["size"]
        if layer["padding"] == "valid" and positions < size:
            raise UserError(
                f"layer {number} has filters of {size}, but only {positions} positions are left of "
                f"{length} nt; use longer sequences, smaller pools or padding: same"
            )
        padding = same_padding(positions, size) if layer["padding"] == "same" else (0, 0)
        positions += sum(padding) - size + 1
        start, width = start - step * padding[0], width + step * (size - 1)
        pool = _pooling(layer["pool"], positions)
        found.append(Stage(padding, Geometry(start, step, width, positions), pool))
        if pool:
            start, width = start - step * pool.padding[0], width + step * (pool.size - 1)
            step *= pool.stride
            positions = pool.positions
    return found


def window_width(window: int | str, geometry: Geometry, layer: int, length: int) -> int:
    """Return how much sequence around each position of a map becomes part of a motif, nt.

    Parameters
    ----------
    window
        A width, nt, or `receptive_field`: all that a position depends on.
    geometry
        Of the layer's map.
    layer
        Its number, counted from 1, for the message.
    length
        Of the sequences, nt.

    Raises
    ------
    UserError
        The receptive field is not known or wider than the sequence; or positions are further apart
        than the window is wide, so that the motif could lie between windows.
    """
    if window == "receptive_field":
        if geometry.width is None:
            raise UserError(
                f"filters: window: receptive_field is not known for layer {layer} of this network; "
                "write a width, such as 19"
            )
        if geometry.width > length:
            raise UserError(
                f"filters: window: receptive_field is not defined for layer {layer}: each of its positions "
                f"sees {geometry.width} nt, more than the {length} nt of a sequence; take the layer out of "
                "layers"
            )
        return geometry.width
    if window < geometry.step:
        raise UserError(
            f"filters: window: {window} is not defined for layer {layer}: its positions are {geometry.step} "
            "nt apart, so that most of the sequence lies in no window; write receptive_field, or take the "
            "layer out of layers"
        )
    return int(window)


def _pooling(declared: int | Mapping[str, Any] | None, positions: int) -> Pooling | None:
    if declared is None or declared == 1:
        return None
    given = declared if isinstance(declared, Mapping) else {"size": declared}
    size = given["size"]
    stride = given.get("stride") or size
    if given.get("padding", "same") == "same":
        padding = same_padding(positions, size, stride)
    elif positions < size:
        raise UserError(f"a pool of {size} does not fit into {positions} positions; use padding: same")
    else:
        padding = (0, 0)
    return Pooling(size, stride, padding, (positions + sum(padding) - size) // stride + 1)
