"""Architectures by name: lists of layers, variants of these, and modules of the user's own."""

from collections.abc import Mapping
from typing import Any

from ..core.declared_layers import activations_in
from ..core.errors import UserError
from ..core.run_key import STUDIED
from .schema import complete, no_such
from .yaml_file import place


def complete_architectures(
    entries: Mapping[str, Any], where: str, known: Mapping[str, Any] | None = None
) -> dict[str, dict]:
    """Check entries, which stand at `where`, fill in their defaults, and write variants out as layers.

    A variant may be `like` another of the entries, or one of those `known`.

    Raises
    ------
    UserError
        An entry has a key or a value that is not allowed, or a variant is like no network with layers.
    """
    entries = complete(entries, "define.architectures", where)
    others = {**(known or {}), **entries}
    return {name: _complete(entry, others, f"{where}.{name}", where) for name, entry in entries.items()}


def _complete(entry: dict, others: Mapping[str, dict], at: str, where: str) -> dict:
    if sum(key in entry for key in ("layers", "like", "module")) != 1:
        raise UserError(f"{at} must have either layers, like or module, package.module:Class")
    for key in ("width", "first_layer"):
        if key in entry and "like" not in entry:
            raise UserError(f"{at} has the key '{key}', which only a variant has; write it in the layers")
    if "module" in entry:
        return entry
    if "like" in entry:
        return _write_out(entry, others, at, where)
    layers = []
    for number, layer in enumerate(entry["layers"]):
        layers.append(complete(layer, f"layer_types.{layer['type']}", place(("layers", number), at)))
    kinds = [layer["type"] for layer in layers]
    if kinds[0] != "conv" or kinds != sorted(kinds, key=lambda kind: kind == "dense"):
        raise UserError(
            f"{at}: the first layer must be of type conv, and all of type dense must come after the others"
        )
    _check_studied(layers, at)
    return {**entry, "layers": layers}


def _check_studied(layers: list[dict], at: str) -> None:
    if STUDIED not in activations_in(layers):
        raise UserError(
            f"{at} has no layer with 'activation: {STUDIED}', so the grid's activations would make no "
            "difference; write it at the layer whose activation you study, usually the first"
        )


def _write_out(entry: dict, others: Mapping[str, dict], at: str, where: str) -> dict:
    """Return a variant as a network with layers of its own."""
    like = entry["like"]
    if "layers" not in others.get(like, {}):
        known = [name for name, other in others.items() if "layers" in other]
        raise UserError(no_such("network with layers", like, f"{at}.like", known))
    original = _complete(others[like], others, f"{where}.{like}", where)
    layers = [dict(layer) for layer in original["layers"]]
    for layer in layers:
        for key in {"filters", "units"} & set(layer):
            layer[key] *= entry.get("width", 1)
    if "first_layer" in entry:
        layers[0] = complete(layers[0] | entry["first_layer"], "layer_types.conv", f"{at}.first_layer")
        _check_studied(layers, at)
    return {"source": entry["source"] or original["source"], "layers": layers}
