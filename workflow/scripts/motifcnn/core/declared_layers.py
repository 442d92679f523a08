"""The layers of a declared network, as the registries complete them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

# Keys of a layer, and of a convolution in a residual block, that name an activation.
_ACTIVATION_KEYS = ("activation_before_norm", "activation")


def activations_in(layers: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    """Yield the activations that layers declare, those within residual blocks too."""
    for layer in layers:
        yield from activations_in(layer.get("convolutions", ()))
        yield from (layer[key] for key in _ACTIVATION_KEYS if key in layer)


def with_activations(layer: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a layer with `change(activation)` in place of each activation, within a residual block too."""
    changed = {**layer, **{key: change(layer[key]) for key in _ACTIVATION_KEYS if key in layer}}
    if "convolutions" in layer:
        changed["convolutions"] = [with_activations(inner, change) for inner in layer["convolutions"]]
    return changed
