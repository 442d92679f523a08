"""The attribution that a configuration asks for: methods by name, each with its options."""

import re
from collections.abc import Mapping
from typing import Any

from ..core.errors import UserError
from .dataset_kinds import Definition, kind_of
from .schema import complete, no_such, read_schema

# What the name of a folder may have, as `name` in the schema.
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]")


def read_attribution(
    section: Mapping[str, Any] | None, datasets: Mapping[str, Definition]
) -> dict[str, dict[str, Any]]:
    """Return what is asked of each method, by name: `method`, its options, `target` and `sequences`.

    Of several targets, each method is there once per target, by the names `<method>-<target>`.

    Parameters
    ----------
    section
        `attribution:` of a complete configuration.
    datasets
        As in `Plan.datasets`.

    Raises
    ------
    UserError
        There is no such method, an option is unknown or wrong, a dataset lacks a target, or two names differ in case
        alone.
    """
    if not section:
        return {}
    several = isinstance(section["target"], list)
    targets = section["target"] if several else [section["target"]]
    for dataset, definition in datasets.items():
        _check_targets(targets, dataset, kind_of(definition).targets(definition))
    known = read_schema()["$defs"]["attribution_methods"]
    found: dict[str, dict[str, Any]] = {}
    for name, options in section["methods"].items():
        where = f"attribution.methods.{name}"
        options = options or {}
        method = options.get("method", name)
        if method not in known:
            raise UserError(no_such("attribution method", str(method), where, known))
        options = complete(options, f"attribution_methods.{method}", where)
        for target in targets:
            folder = f"{name}-{_UNSAFE.sub('_', str(target))}" if several else name
            if folder.casefold() in map(str.casefold, found):
                raise UserError(
                    f"{where} becomes the folder '{folder}', which differs from another in upper and lower case only, "
                    "or not at all; choose another name"
                )
            found[folder] = options | {"target": target, "sequences": section["sequences"]}
    return found


def _check_targets(targets: list[str | int | None], dataset: str, known: list[str] | None) -> None:
    """Check that a dataset has the targets, by name or by index, if it is known which it has."""
    for target in targets if known else ():
        if target is None or target in known or (isinstance(target, int) and target < len(known)):
            continue
        raise UserError(
            f"attribution.target is {target!r}, but the targets of the dataset '{dataset}' are {', '.join(known)}; "
            f"write one of them or an index from 0 to {len(known) - 1}, or null for the first of each dataset"
        )
