"""Activations by name: functions with parameters, variants that set them, and modules of the user's own.

Networks take an activation as what is called its specification here: the name of a function,
`{"function": name, "parameters": {…}}`, with `"learnable": {…}` if the network learns some of them, or
`package.module:Class`. It says all that it takes to build the network again.
"""

from collections.abc import Mapping
from typing import Any

from ..core.declared_layers import ACTIVATION_KEYS
from ..core.errors import UserError
from ..core.run_key import STUDIED
from .schema import check, complete, fill_defaults, no_such

Specification = str | dict[str, Any]


def complete_activations(
    entries: Mapping[str, Any], where: str, known: Mapping[str, Any] | None = None
) -> dict[str, dict]:
    """Check entries, which stand at `where`, and fill in their defaults.

    They name the functions of `known`. If that is None, `entries` themselves declare functions: those
    without a key `function`.

    Raises
    ------
    UserError
        An entry has a key, function or parameter that does not exist, or a value that is not allowed.
    """
    completed = {}
    if known is None:
        for name, entry in entries.items():
            if "function" not in entry:
                completed[name] = complete(entry, "activation_function", f"{where}.{name}")
    functions = completed if known is None else known
    for name, entry in entries.items():
        if name not in completed:
            completed[name] = _complete_variant(entry, functions, f"{where}.{name}")
    return completed


def specification(name: str, entries: Mapping[str, Mapping[str, Any]]) -> Specification:
    """Return what networks take for the activation `name` of complete `entries`."""
    entry = entries[name]
    if "module" in entry:
        return entry["module"]
    if "function" not in entry:
        return name
    return {key: entry[key] for key in ("function", "parameters", "learnable") if key in entry}


def with_specifications(name: str, architecture: dict, entries: Mapping[str, Mapping[str, Any]]) -> dict:
    """Return the architecture `name`, with specifications in its layers in place of names of activations.

    Raises
    ------
    UserError
        A layer names an activation that does not exist.
    """
    if "layers" not in architecture:
        return architecture
    layers = [
        _with_specifications(layer, entries, f"layer {number} of the architecture '{name}'")
        for number, layer in enumerate(architecture["layers"], start=1)
    ]
    return {**architecture, "layers": layers}


def _with_specifications(layer: Mapping[str, Any], entries: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Do `with_specifications` for a layer and for the convolutions of a residual block."""
    found = dict(layer)
    for key in ACTIVATION_KEYS:
        activation = layer.get(key, STUDIED)
        if activation != STUDIED and ":" not in activation:
            if activation not in entries:
                known = [STUDIED, *entries]
                raise UserError(no_such("activation", activation, where, known, "define.activations"))
            found[key] = specification(activation, entries)
    if "convolutions" in layer:
        found["convolutions"] = [
            _with_specifications(inner, entries, where) for inner in layer["convolutions"]
        ]
    return found


def check_never_decreases(
    architecture: Mapping[str, Any], activation: str, entries: Mapping[str, Mapping[str, Any]]
) -> None:
    """Check that the highest activation of a network's first layer is at an end of its input's range.

    Parameters
    ----------
    architecture
        As `with_specifications` returns it.
    activation
        Name of the studied activation.
    entries
        Complete ones. Users' own modules are not checked, as only running them tells what they do.

    Raises
    ------
    UserError
        The activation decreases somewhere.
    """
    first = architecture["layers"][0]["activation"] if "layers" in architecture else STUDIED
    if first == STUDIED:
        first = specification(activation, entries)
    function = first["function"] if isinstance(first, dict) else first
    if ":" not in function and not entries[function]["monotone"]:
        raise UserError(
            f"filters: reference: theoretical is not defined for {function}, which decreases somewhere, so that "
            "its highest value need not be at an end of its range; write observed"
        )


def _complete_variant(entry: Mapping[str, Any], known: Mapping[str, Any], at: str) -> dict[str, Any]:
    entry = complete(entry, "activation", at)
    if ("function" in entry) == ("module" in entry):
        raise UserError(f"{at} must have either function or module, package.module:Class")
    if "module" in entry:
        if given := [key for key in ("parameters", "learnable") if key in entry]:
            raise UserError(
                f"{at} has {' and '.join(given)}, which only a function takes; set them in {entry['module']}"
            )
        return entry
    functions = {name: other for name, other in known.items() if "function" not in other}
    check(entry["function"], {"enum": [*functions]}, {}, f"{at}.function")
    limits, given = functions[entry["function"]]["parameters"], entry.get("parameters", {})
    for key in ("parameters", "learnable"):
        if entry.get(key) and not limits:
            raise UserError(f"{at}.{key}: the function '{entry['function']}' has no parameters; take it out")
    properties = {name: {"type": "number", **about} for name, about in limits.items()}
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    check(given, schema, {}, f"{at}.parameters")
    parameters = {name: float(value) for name, value in fill_defaults(given, schema, {}).items()}
    entry = entry | {"parameters": parameters}
    if "learnable" in entry:
        entry["learnable"] = _kinds_of_learnable(entry, limits, f"{at}.learnable")
    return entry


def _kinds_of_learnable(entry: Mapping[str, Any], limits: Mapping[str, Any], at: str) -> dict[str, str]:
    """Return the learnable parameters of an entry: whether they must stay `positive` or are any `real` number."""
    check(entry["learnable"], {"type": "array", "items": {"enum": [*limits]}}, {}, at)
    kinds = {}
    for name in entry["learnable"]:
        bounds = {key: value for key, value in limits[name].items() if key not in ("default", "description")}
        if bounds not in ({}, {"exclusiveMinimum": 0}):
            raise UserError(
                f"{at}: {entry['function']} cannot learn '{name}', whose limits are others than above 0 or none; "
                "set it under parameters"
            )
        kinds[name] = "positive" if bounds else "real"
    return kinds
