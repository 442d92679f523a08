"""The attribution that a configuration asks for: methods by name, each with its options, and TF-MoDISco."""

import re
from collections.abc import Mapping
from typing import Any

from ..core.errors import UserError
from .dataset_kinds import Definition, kind_of
from .schema import complete, no_such, read_schema

# What the name of a folder may have, as `name` in the schema.
_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]")
# What is added if no method will do for TF-MoDISco, or for a proxy.
_HYPOTHETICAL = "deep_shap_difference"
_ADDED = {"method": "deep_shap", "times": "difference", "output": "logit", "references": "dinucleotide"}


def read_attribution(
    section: Mapping[str, Any] | None, datasets: Mapping[str, Definition]
) -> dict[str, dict[str, Any]]:
    """Return what is asked of each method, by name: `method`, its options, `target` and `sequences`.

    Of several targets, each method is there once per target, by the names `<method>-<target>`. If TF-MoDISco is asked
    for and no method is one that it can use, or a proxy without any method, one is added.

    Parameters
    ----------
    section
        `attribution:` of a complete configuration.
    datasets
        As in `Plan.datasets`.

    Raises
    ------
    UserError
        There is no method or no such method, an option is unknown or wrong, a dataset lacks a target, two names
        differ in case alone, or a method has the name of the one to add.
    """
    if not section:
        return {}
    targets = section["target"] if isinstance(section["target"], list) else [section["target"]]
    for dataset, definition in datasets.items():
        _check_targets(targets, dataset, kind_of(definition).targets(definition))
    found = _read_methods(section, section["methods"])
    is_lacking = section["modisco"] is not None and not any(map(_is_hypothetical, found.values()))
    if is_lacking or (not found and section["proxy"] is not None):
        if _HYPOTHETICAL in section["methods"]:
            raise UserError(
                f"TF-MoDISco cannot use attribution.methods.{_HYPOTHETICAL} and adds a method of this name; write "
                "times: difference and corrected: false there, or give your method another name"
            )
        found = _read_methods(section, section["methods"] | {_HYPOTHETICAL: _ADDED})
    if not found:
        raise UserError("attribution.methods is empty; name a method such as saliency")
    return found


def read_modisco(
    section: Mapping[str, Any] | None, methods: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    """Return the options of TF-MoDISco, with the name of the method whose contributions it searches, or None.

    Parameters
    ----------
    section
        `attribution:` of a complete configuration.
    methods
        As `read_attribution` returns them.

    Raises
    ------
    UserError
        There is no such method, or it cannot be used.
    """
    if not section or section["modisco"] is None:
        return None
    options, where = section["modisco"], "attribution.modisco.method"
    usable = [name for name, method in methods.items() if _is_hypothetical(method)]
    name = usable[0] if options["method"] is None else options["method"]
    if name not in methods:
        raise UserError(no_such("attribution method", name, where, methods))
    if name not in usable:
        raise UserError(
            f"{where} is '{name}', which is not deep_shap with times: difference, uncorrected; write {usable[0]}"
        )
    return options | {"method": name}


def _is_hypothetical(options: Mapping[str, Any]) -> bool:
    """Tell whether contributions are relative to the references, which the correction takes out of them again."""
    is_difference = options["method"] == "deep_shap" and options["times"] == "difference"
    return is_difference and not options["corrected"]


def _read_methods(section: Mapping[str, Any], methods: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    several = isinstance(section["target"], list)
    known = read_schema()["$defs"]["attribution_methods"]
    found: dict[str, dict[str, Any]] = {}
    for name, options in methods.items():
        where = f"attribution.methods.{name}"
        options = options or {}
        method = options.get("method", name)
        if method not in known:
            raise UserError(no_such("attribution method", str(method), where, known))
        options = complete(options, f"attribution_methods.{method}", where)
        for target in section["target"] if several else [section["target"]]:
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
