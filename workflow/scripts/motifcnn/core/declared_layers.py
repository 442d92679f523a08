"""The layers of a declared network, as the registries complete them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Keys of a layer, and of a convolution in a residual block, that name an activation.
ACTIVATION_KEYS = ("activation_before_norm", "activation")


def activations_in(layers: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield the activations that layers declare, those within residual blocks too."""
    for layer in layers:
        yield from activations_in(layer.get("convolutions", ()))
        yield from (layer[key] for key in ACTIVATION_KEYS if key in layer)
