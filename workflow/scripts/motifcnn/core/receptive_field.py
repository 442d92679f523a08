"""Padding, pooling and receptive fields: which part of the sequence each position of a map sees.

Plain Python, so that a plan can be checked with nothing but Snakemake installed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .errors import UserError


@dataclass(frozen=True)
class ReceptiveFields:
    """Which part of the input sequence each position of a map sees.

    Attributes
    ----------
    start
        Left edge of the first position's field, nt; negative if it lies in the padding.
    step
        Distance between the fields of neighbouring positions, nt.
    width
        Width of a field, nt; None if unknown, in which case `start` is the centre.
    positions
        Number of map positions.
    """

    start: int
    step: int
    width: int | None
    positions: int

    def centres(self) -> range:
        """Return the input position at the centre of each field.

        A field of even width has its centre right of the middle, so that a window of the same width
        that starts `width // 2` to the left of the centre covers the field exactly.
        """
        first = self.start + (self.width or 1) // 2
        return range(first, first + self.step * self.positions, self.step)


@dataclass(frozen=True)
class Pooling:
    """Max-pooling along a map: window, stride, (left, right) padding, number of positions afterwards."""

    size: int
    stride: int
    padding: tuple[int, int]
    positions: int


@dataclass(frozen=True)
class ConvolutionShape:
    """Padding of a convolution's input, receptive fields of its map, and pooling of the map, if any.

    A residual block is padded within its `path`, the shapes of its convolutions.
    """

    padding: tuple[int, int]
    fields: ReceptiveFields
    pool: Pooling | None
    path: tuple["ConvolutionShape", ...] = ()

    @property
    def positions_out(self) -> int:
        """Number of positions passed on to the next layer."""
        return self.pool.positions if self.pool else self.fields.positions


def same_padding(length: int, size: int, stride: int = 1) -> tuple[int, int]:
    """Return the (left, right) padding that gives `ceil(length / stride)` positions.

    If the total is odd, the extra position goes to the right, as with TensorFlow's SAME.
    """
    positions = math.ceil(length / stride)
    total = max((positions - 1) * stride + size - length, 0)
    return total // 2, total - total // 2


def convolution_shapes(layers: Iterable[Mapping[str, Any]], length: int) -> list[ConvolutionShape]:
    """Follow a sequence of `length` nt through the convolutions and residual blocks of a network's declared layers.

    Raises
    ------
    UserError
        The sequence is too short for an unpadded convolution or pooling.
    """
    shapes, seen = [], ReceptiveFields(start=0, step=1, width=1, positions=length)
    for number, layer in enumerate((layer for layer in layers if layer["type"] != "dense"), start=1):
        padding, path = (0, 0), []
        if layer["type"] == "residual":
            # What is added to the result of its convolutions sees less than they do.
            for convolution in layer["convolutions"]:
                inner = same_padding(seen.positions, convolution["size"])
                seen = _convolved(seen, convolution["size"], inner)
                path.append(ConvolutionShape(inner, seen, None))
        else:
            size = layer["size"]
            if layer["padding"] == "valid" and seen.positions < size:
                raise UserError(
                    f"layer {number} has filters of {size}, but only {seen.positions} positions are left of "
                    f"{length} nt; use longer sequences, smaller pools or padding: same"
                )
            if layer["padding"] == "same":
                padding = same_padding(seen.positions, size)
            seen = _convolved(seen, size, padding)
        pool = _pooling(layer["pool"], seen.positions)
        shapes.append(ConvolutionShape(padding, seen, pool, tuple(path)))
        if pool:
            seen = _convolved(seen, pool.size, pool.padding)
            seen = replace(seen, step=seen.step * pool.stride, positions=pool.positions)
    return shapes


def window_width(window: int | str, fields: ReceptiveFields, layer: int, length: int) -> int:
    """Return the width of the sequence window around each map position that goes into a motif, nt.

    Parameters
    ----------
    window
        A width in nt, or `receptive_field` for everything that a position sees.
    fields, layer
        Receptive fields of the layer's map; the layer's number, counted from 1.
    length
        Sequence length, nt.

    Raises
    ------
    UserError
        The receptive field is unknown or wider than the sequence, or neighbouring positions are
        farther apart than the window is wide, so that a motif could fall between two windows.
    """
    if window == "receptive_field":
        if fields.width is None:
            raise UserError(
                f"filters: window: receptive_field is not known for layer {layer} of this network; "
                "write a width, such as 19"
            )
        if fields.width > length:
            raise UserError(
                f"filters: window: receptive_field is not defined for layer {layer}: each of its positions "
                f"sees {fields.width} nt, more than the {length} nt of a sequence; take the layer out of "
                "layers"
            )
        return fields.width
    if window < fields.step:
        raise UserError(
            f"filters: window: {window} is not defined for layer {layer}: its positions are {fields.step} "
            "nt apart, so that most of the sequence lies in no window; write receptive_field, or take the "
            "layer out of layers"
        )
    return int(window)


def _convolved(seen: ReceptiveFields, size: int, padding: tuple[int, int]) -> ReceptiveFields:
    """Return the receptive fields of the windows of `size` positions, one at each position."""
    return ReceptiveFields(
        start=seen.start - seen.step * padding[0],
        step=seen.step,
        width=seen.width + seen.step * (size - 1),
        positions=seen.positions + sum(padding) - size + 1,
    )


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
