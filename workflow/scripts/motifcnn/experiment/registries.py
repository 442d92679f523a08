"""What names in a configuration mean: the registries under resources/, and the user's own `define:`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from ..core.resources import RESOURCES
from .activation_entries import complete_activations
from .architecture_entries import complete_architectures
from .dataset_kinds import kind_of
from .schema import complete
from .yaml_file import read_yaml

# Kinds whose entries may be variants of others.
_WITH_VARIANTS = {"activations": complete_activations, "architectures": complete_architectures}
# Names that an entry cannot have, as they would collide with folders beside the runs.
_TAKEN = {
    "datasets": {"tables", "figures", "logs", "benchmarks"},
    "architectures": {"tables", "figures", "controls", "logs", "benchmarks", "ground_truth"},
    "activations": set(),
    "databases": set(),
}


def resources_folder() -> Path:
    """Return the folder of the registries beside the workflow, wherever a run takes place.

    From the workflow's own folder it is a relative path, as the files of a run are: a clone can be moved without
    running anything again.
    """
    return RESOURCES.relative_to(Path.cwd()) if RESOURCES.parent == Path.cwd() else RESOURCES


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
        if complete_entries := _WITH_VARIANTS.get(kind):
            built_in = complete_entries(registry, str(path))
            own = complete_entries(own, where, built_in)
        else:
            built_in = _complete_entries(kind, registry, str(path))
            if kind == "datasets":
                changes = {
                    name: registry[name] | own[name] for name in own if _is_change(name, own, registry)
                }
                own = {name: entry for name, entry in own.items() if name not in changes}
            elif kind == "databases":
                built_in = {
                    name: entry | {"file": str(resources.parent / entry["file"])}
                    for name, entry in built_in.items()
                }
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
    if kind != "datasets":
        return entries
    return {name: complete_dataset(entry, f"{where}.{name}") for name, entry in entries.items()}


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
