"""Activations by name: functions, variants that set parameters, combinations, and modules of the user's own.

Networks take an activation as what is called its specification here: the name of a function,
`{"function": name, "parameters": {…}}`, with `"learnable": {…}` if the network learns some of them, or
`package.module:Class`. It says all that it takes to build the network again.
For combinations see `activation_combinations`.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ..core.declared_layers import with_activations
from ..core.errors import UserError
from ..core.run_key import STUDIED
from .activation_combinations import PARTS, Specification, is_combination
from .schema import check, complete, fill_defaults, no_such


def complete_activations(
    entries: Mapping[str, Any], where: str, known: Mapping[str, Any] | None = None
) -> dict[str, dict]:
    """Check entries, which stand at `where`, and fill in their defaults.

    They name activations of `known`. If that is None, `entries` themselves declare functions: those with
    neither `function` nor `first`.

    Raises
    ------
    UserError
        An entry has a key, function or parameter that does not exist, or a value that is not allowed.
    """
    completed = {}
    if known is None:
        for name, entry in entries.items():
            if "function" not in entry and "first" not in entry:
                completed[name] = complete(entry, "activation_function", f"{where}.{name}")
    functions = completed if known is None else known
    for name, entry in entries.items():
        if name not in completed:
            completed[name] = _complete_own(entry, functions, {**functions, **entries}, f"{where}.{name}")
    return completed


def specification(name: str, entries: Mapping[str, Mapping[str, Any]]) -> Specification:
    """Return what a plan has for the activation `name` of complete `entries`, and networks take.

    Of a combination it is a dict of specifications, which `activation_combinations` takes apart.
    """
    entry = entries[name]
    if "module" in entry:
        return entry["module"]
    if "first" in entry:
        return {part: _named(entry[part], entries) for part in PARTS if part in entry}
    if "function" not in entry:
        return name
    return {key: entry[key] for key in ("function", "parameters", "learnable") if key in entry}


def with_specifications(name: str, architecture: dict, entries: Mapping[str, Mapping[str, Any]]) -> dict:
    """Return the architecture `name`, with specifications in its layers in place of names of activations.

    Raises
    ------
    UserError
        A layer names an activation that does not exist, or a combination.
    """
    if "layers" not in architecture:
        return architecture

    def specified(activation: str, where: str) -> Specification:
        if activation == STUDIED:
            return activation
        if ":" not in activation and activation not in entries:
            known = [STUDIED, *entries]
            raise UserError(no_such("activation", activation, where, known, "define.activations"))
        found = _named(activation, entries)
        if is_combination(found):
            raise UserError(
                f"{where} has the activation '{activation}', which is a combination for several layers; write "
                f"one of its activations, or {STUDIED}, and '{activation}' in the grid"
            )
        return found

    layers = []
    for number, layer in enumerate(architecture["layers"], start=1):
        where = f"layer {number} of the architecture '{name}'"
        layers.append(with_activations(layer, partial(specified, where=where)))
    return {**architecture, "layers": layers}


def check_never_decreases(
    architecture: Mapping[str, Any], studied: Specification, entries: Mapping[str, Mapping[str, Any]]
) -> None:
    """Check that the highest activation of a network's first layer is at an end of its input's range.

    Parameters
    ----------
    architecture, studied
        As `activation_combinations` returns them: the network with its activations, and that of the studied layers.
    entries
        Complete ones. Users' own modules are not checked, as only running them tells what they do.

    Raises
    ------
    UserError
        The activation decreases somewhere.
    """
    first = architecture["layers"][0]["activation"] if "layers" in architecture else STUDIED
    if first == STUDIED:
        first = studied
    function = first["function"] if isinstance(first, dict) else first
    if ":" not in function and not entries[function]["monotone"]:
        raise UserError(
            f"filters: reference: theoretical is not defined for {function}, which decreases somewhere, so that "
            "its highest value need not be at an end of its range; write observed"
        )


def _named(name: str, entries: Mapping[str, Mapping[str, Any]]) -> Specification:
    """Return the specification of an activation by its name, or by the class of the user's own module."""
    return name if ":" in name else specification(name, entries)


def _complete_own(entry: Any, functions: Mapping[str, Any], everything: Mapping[str, Any], at: str) -> dict:
    """Complete an entry that is no function: a variant, a combination, or the user's own module."""
    entry = complete(entry, "activation", at)
    kinds = [kind for kind in ("function", "module", "first") if kind in entry]
    if len(kinds) != 1:
        raise UserError(f"{at} must have one of the keys function, module and first (for a combination)")
    allowed = {"function": {"parameters", "learnable"}, "module": set(), "first": {"deeper", "dense"}}[
        kinds[0]
    ]
    for key in entry:
        if key not in allowed | {*kinds, "source"}:
            raise UserError(f"{at}.{key} does not go with {kinds[0]}; take it out")
    if "first" in entry:
        return _complete_combination(entry, everything, at)
    return _complete_variant(entry, functions, at) if "function" in entry else entry


def _complete_combination(entry: dict[str, Any], everything: Mapping[str, Any], at: str) -> dict[str, Any]:
    if len(entry.keys() & {*PARTS}) == 1:
        raise UserError(f"{at} has only first; add deeper or dense, or write {entry['first']} in the grid")
    single = [name for name, other in everything.items() if "first" not in other]
    for part in PARTS:
        if part in entry and ":" not in entry[part] and entry[part] not in single:
            raise UserError(no_such("activation", entry[part], f"{at}.{part}", single, "define.activations"))
    return entry


def _complete_variant(entry: dict[str, Any], known: Mapping[str, Any], at: str) -> dict[str, Any]:
    functions = {name: other for name, other in known.items() if "monotone" in other}
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
