"""Checks of entries of YAML files that people write, each with a sentence that says where the entry stands."""

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from ..core.errors import UserError


def mapping(
    value: Any, path: str | os.PathLike, where: str, allowed: Iterable[str], required: Iterable[str]
) -> dict[str, Any]:
    """Return `value` if it is a mapping with all `required` keys and none but the `allowed` ones.

    Raises
    ------
    UserError
        It is none; the sentence names the file and the place in it.
    """
    if not isinstance(value, dict):
        raise UserError(f"{path}: {where} must be a mapping with the keys {', '.join(required)}")
    if unknown := [str(key) for key in value if key not in allowed]:
        raise UserError(f"{path}: {where} has the unknown key {unknown[0]}; known are {', '.join(allowed)}")
    if missing := [key for key in required if key not in value]:
        raise UserError(f"{path}: {where} lacks {', '.join(missing)}")
    return value


def is_number(value: Any) -> bool:
    """Whether a value is a number that a float can hold, and not a truth value."""
    # Whole numbers of YAML may have hundreds of digits.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def is_count(value: Any) -> bool:
    """Whether a value is a whole number from 1 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def is_names(value: Any) -> bool:
    """Whether a value is a list of texts, of at least one."""
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


def source_of(
    entry: Mapping[str, Any], sources: Mapping[str, Any], path: str | os.PathLike, where: str
) -> str:
    """Return what `sources` says of the source that an entry names.

    Raises
    ------
    UserError
        It is not listed there.
    """
    name = entry["source"]
    if not isinstance(name, str) or name not in sources:
        raise UserError(f"{path}: {where} names the source {name!r}, which sources: does not list")
    return in_one_line(sources[name])


def in_one_line(text: Any) -> str:
    """Return a text of several lines as one line."""
    return " ".join(str(text).split())
