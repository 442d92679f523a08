"""What a result belongs to: a dataset, a network (architecture and activation), and one of its layers."""

from collections.abc import Mapping
from typing import Any

KEY = ("dataset", "architecture", "activation", "layer")
Key = tuple[str, str, str, int]


def key_of(row: Mapping[str, Any]) -> Key:
    """Return the values of `KEY` in a row; an activation of None is "", as the ground truth has it."""
    dataset, architecture, activation, layer = (row[name] for name in KEY)
    return str(dataset), str(architecture), str(activation or ""), int(layer)


def is_layer(value: Any) -> bool:
    """Whether a value can be the number of a layer, counted from 1."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def network_name(architecture: str, layer: int) -> str:
    """Say whose filters are meant: `cnn-1` are those of its first layer, else `cnn-1, layer 2`."""
    return architecture if layer == 1 else f"{architecture}, layer {layer}"
