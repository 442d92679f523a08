"""What a number belongs to: a dataset, a network (architecture, activation), one of its layers."""

from collections.abc import Mapping
from typing import Any

KEY = ("dataset", "architecture", "activation", "layer")
Key = tuple[str, str, str, int]


def key_of(row: Mapping[str, Any]) -> Key:
    """Return the values of `KEY` in a row; an activation of None is "", as the ground truth has it."""
    dataset, architecture, activation, layer = (row[name] for name in KEY)
    return str(dataset), str(architecture), str(activation or ""), int(layer)


def network_name(network: str, layer: int) -> str:
    """Say whose filters are meant: `cnn-1` are those of its first layer, else `cnn-1, layer 2`.

    `network` may say more than the architecture: `cnn-1 relu, layer 2`.
    """
    return network if layer == 1 else f"{network}, layer {layer}"
