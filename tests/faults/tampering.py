"""Good content in which something else stands in one place."""

import copy
import datetime
from collections.abc import Iterator

import numpy as np

# Of every kind that a YAML file can hold, and some that are too large, empty or cunning.
_OTHERS = [
    None,
    [],
    {},
    "x",
    "",
    "a\n",
    "../x",
    -1,
    0,
    1.5,
    True,
    [1],
    [[]],
    {"a": 1},
    np.nan,
    np.inf,
    10**12,
    10**400,
    datetime.date(2020, 1, 1),
]


def replaced(content, *path, by):
    """Return a copy of nested lists and dicts in which `by` stands at a path."""
    content = copy.deepcopy(content)
    _parent(content, path)[path[-1]] = by
    return content


def without(content, *path):
    """Return a copy of nested lists and dicts that lacks what stands at a path."""
    content = copy.deepcopy(content)
    del _parent(content, path)[path[-1]]
    return content


def tampered(content, number: int) -> Iterator:
    """Yield so many copies in each of which something else stands somewhere, always the same ones."""
    rng, everywhere = np.random.default_rng(0), list(_places(content))
    for _ in range(number):
        place, other = everywhere[rng.integers(len(everywhere))], _OTHERS[rng.integers(len(_OTHERS))]
        yield replaced(content, *place, by=other)


def _parent(content, path):
    for key in path[:-1]:
        content = content[key]
    return content


def _places(content, path=()):
    keys = content if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
    for key in keys:
        yield (*path, key)
        yield from _places(content[key], (*path, key))
