"""What names in a configuration mean: the registries under resources/, and the user's own `define:`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from ..core.run_key import STUDIED
from .activation_entries import complete_activations
from .dataset_kinds import kind_of
from .schema import complete, place, read_yaml

# Names that an entry cannot have, as they would collide with folders beside the runs.
_TAKEN = {
    "datasets": {"tables", "figures", "logs", "benchmarks"},
    "architectures": {"tables", "figures", "controls", "logs", "benchmarks", "ground_truth"},
    "activations": set(),
    "databases": set(),
}


def join_registries(resources: Path, define: Mapping[str, Mapping]) -> dict[str, dict[str, Any]]:
    """Return all entries, checked and with their defaults, by kind and name.

    Parameters
    ----------
    resources
        Folder with a YAML file of each kind: datasets, architectures, activations and databases.
    define
        The user's own entries by kind and name. A dataset without `type` changes keys of the registry's
        dataset of that name.

    Raises
    ------
    UserError
        An entry is wrong, or one of the user's clashes with another name.
    """
    known = {}
    for kind in _TAKEN:
        own, changes = define.get(kind, {}), {}
        path, where = resources / f"{kind}.yaml", f"define.{kind}"
        registry = read_yaml(path)
        if kind == "activations":
            built_in = complete_activations(registry, str(path))
            own = complete_activations(own, where, built_in)
        else:
            built_in = _complete_entries(kind, registry, str(path))
            if kind == "datasets":
                changes = {
                    name: registry[name] | own[name] for name in own if _is_change(name, own, registry)
                }
                own = {name: entry for name, entry in own.items() if name not in changes}
            own, changes = (_complete_entries(kind, entries, where) for entries in (own, changes))
        known[kind] = _join(kind, built_in | changes, own)
    return known


def complete_dataset(entry: Any, where: str) -> dict[str, Any]:
    """Check the definition of a dataset, which stands at `where`, and fill in its defaults.

    Raises
    ------
    UserError
        A key is unknown, missing or wrong, or contradicts another.
    """
    complete(entry, "dataset", where)
    entry = complete(entry, f"dataset_types.{entry['type']}", where)
    kind_of(entry).check(entry, where)
    return entry


def _is_change(name: str, own: Mapping[str, Any], registry: Mapping[str, Any]) -> bool:
    return name in registry and isinstance(own[name], Mapping) and "type" not in own[name]


def _complete_entries(kind: str, entries: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Check the entries of a registry, or of `define`, and fill in their defaults."""
    entries = complete(entries, f"define.{kind}", where)
    of_kind = {"datasets": complete_dataset, "architectures": _complete_architecture}
    return {
        name: of_kind[kind](entry, f"{where}.{name}") if kind in of_kind else entry
        for name, entry in entries.items()
    }


def _complete_architecture(entry: dict, at: str) -> dict:
    if ("layers" in entry) == ("module" in entry):
        raise UserError(f"{at} must have either layers or module, package.module:Class")
    if "module" in entry:
        return entry
    layers = []
    for number, layer in enumerate(entry["layers"]):
        layers.append(complete(layer, f"layer_types.{layer['type']}", place(("layers", number), at)))
    kinds = [layer["type"] for layer in layers]
    if kinds[0] != "conv" or "conv" in kinds[kinds.count("conv") :]:
        raise UserError(
            f"{at}: all layers of type conv must come before those of type dense, and there must be one"
        )
    if all(layer["activation"] != STUDIED for layer in layers):
        raise UserError(
            f"{at} has no layer with 'activation: {STUDIED}', so the grid's activations would make no "
            "difference; write it at the layer whose activation you study, usually the first"
        )
    return {**entry, "layers": layers}


def _join(kind: str, registry: Mapping, own: Mapping) -> dict[str, Any]:
    """Add the user's own entries to the registry; none may clash with another name."""
    taken = {name.casefold(): f"the built-in '{name}'" for name in registry}
    for name in own:
        if name.casefold() in _TAKEN[kind]:
            raise UserError(
                f"define.{kind}: the name '{name}' is taken by the workflow itself; choose another"
            )
        if name.casefold() in taken:
            raise UserError(
                f"define.{kind}: '{name}' clashes with {taken[name.casefold()]} (upper and lower case count "
                "as one); choose another name"
            )
        taken[name.casefold()] = f"your own '{name}'"
    return {**registry, **own}
