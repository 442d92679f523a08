"""The attribution that a configuration asks for: methods by name, each with its options."""

from collections.abc import Mapping
from typing import Any

from ..core.errors import UserError
from .schema import complete, no_such, read_schema


def read_attribution(section: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return what is asked of each method, by name: `method`, its options, `target` and `sequences`.

    `section` is `attribution:` of a complete configuration.

    Raises
    ------
    UserError
        There is no such method, an option is unknown or wrong, or two names differ in case alone.
    """
    known = read_schema()["$defs"]["attribution_methods"]
    found: dict[str, dict[str, Any]] = {}
    for name, options in (section["methods"] if section else {}).items():
        where = f"attribution.methods.{name}"
        options = options or {}
        method = options.get("method", name)
        if method not in known:
            raise UserError(no_such("attribution method", str(method), where, known))
        if name.casefold() in map(str.casefold, found):
            raise UserError(f"{where} differs from another name in upper and lower case only; choose another")
        options = complete(options, f"attribution_methods.{method}", where)
        found[name] = options | {"target": section["target"], "sequences": section["sequences"]}
    return found
