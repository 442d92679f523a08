"""Checks of entries of YAML files that people write, each with a sentence that says where the entry stands."""

import math
import os
from collections.abc import Iterable
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
    """Whether a value is a finite number, and not a truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_count(value: Any) -> bool:
    """Whether a value is a whole number from 1 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def in_one_line(text: Any) -> str:
    """Return a text of several lines as one line."""
    return " ".join(str(text).split())
