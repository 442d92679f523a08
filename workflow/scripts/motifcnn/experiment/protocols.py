"""Protocols by name, on which the protocol of a configuration can stand, and changes of a protocol."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from .schema import complete, no_such, read_schema, resolve
from .yaml_file import read_yaml


def read_protocols(resources: Path) -> dict[str, dict[str, Any]]:
    """Return the protocols of the registry by name, with the keys that they set.

    Raises
    ------
    UserError
        An entry has no source, or a key or a value that is not allowed.
    """
    path, found = resources / "protocols.yaml", {}
    for name, entry in read_yaml(path).items():
        keys = {key: value for key, value in entry.items() if key != "source"}
        complete(keys, "protocol", f"{path}.{name}")
        if not entry.get("source") or "like" in keys:
            raise UserError(f"{path}.{name} must have a source, and cannot be like another protocol")
        found[name] = keys
    return found


def written_out(protocol: Mapping[str, Any], resources: Path) -> dict[str, Any]:
    """Return a checked protocol that is like another without `like`, with the keys that it takes from there.

    Raises
    ------
    UserError
        There is no protocol of that name.
    """
    known, name = read_protocols(resources), protocol["like"]
    if name not in known:
        raise UserError(no_such("protocol", name, "protocol.like", known))
    return changed(known[name], {key: value for key, value in protocol.items() if key != "like"})


def changed(protocol: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a protocol with a change: groups of keys key by key, all else, lists by factor too, as a whole."""
    schema = read_schema()
    return _merge(protocol, change, schema["properties"]["protocol"], schema["$defs"])


def _merge(value: Any, change: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Any:
    properties = resolve(schema, definitions).get("properties", {})
    if not (properties and isinstance(value, Mapping) and isinstance(change, Mapping)):
        return change
    merged = {
        key: _merge(value.get(key), part, properties.get(key, {}), definitions)
        for key, part in change.items()
    }
    return {**value, **merged}
