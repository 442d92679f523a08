"""Combinations of activations, which give the layers of a network different ones.

`first` is for the layers declared `studied`, `deeper` for the other convolutions and `dense` for the dense
layers. Their names are names of activations like any other, and in a plan they are dicts of specifications
(`activation_entries`). Networks know nothing of them: they get a declaration with the activations of `deeper`
and `dense` in place, and that of `first` as the studied one.
"""

from typing import Any

from ..core.declared_layers import with_activations
from ..core.errors import UserError
from ..core.run_key import STUDIED

PARTS = ("first", "deeper", "dense")
# What is declared where a layer is to have no activation; a combination leaves it so.
_NONE = "linear"
Specification = str | dict[str, Any]


def is_combination(activation: Specification) -> bool:
    """Tell whether an activation of a plan is a combination."""
    return isinstance(activation, dict) and "first" in activation


def of_studied(activation: Specification) -> Specification:
    """Return what the layers declared `studied` get of an activation of a plan."""
    if not is_combination(activation):
        return activation
    first = activation["first"]
    # A bare name would be left out of the model file, which has the name of the combination.
    return {"function": first, "parameters": {}} if isinstance(first, str) and ":" not in first else first


def with_combination(architecture: dict, activation: Specification) -> dict:
    """Return an architecture with the activations of a combination in its deeper and its dense layers.

    Parameters
    ----------
    architecture
        As `activation_entries.with_specifications` returns it.
    activation
        If it is no combination, the architecture remains as it is.

    Raises
    ------
    UserError
        The architecture is the user's own module, which takes one activation.
    """
    if not is_combination(activation):
        return architecture
    if "layers" not in architecture:
        raise UserError(
            f"the network {architecture['module']} of your own takes one activation, but the grid has a combination "
            "for it; put it into a block without combinations"
        )
    return {
        **architecture,
        "layers": [_with_combination(layer, activation) for layer in architecture["layers"]],
    }


def _with_combination(layer: dict, activation: dict[str, Any]) -> dict:
    part = activation.get("dense" if layer["type"] == "dense" else "deeper")
    if part is None:
        return layer
    return with_activations(layer, lambda declared: declared if declared in (STUDIED, _NONE) else part)
