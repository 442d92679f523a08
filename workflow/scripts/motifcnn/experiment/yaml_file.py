"""Read YAML files that a user may have written, whatever is in them.

A few bytes of YAML can mean more than any memory holds: aliases stand for what they name wherever they
stand, even within itself. Files are therefore looked at as a graph before anything is unfolded.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from ..core.errors import UserError

# Limits far beyond any experiment; a configuration of 1,000 networks has some 50 kB.
_BYTES = 2**20
_LEVELS = 50
_VALUES = 100_000


def read_yaml(path: str | os.PathLike) -> dict[str, Any]:
    """Read a YAML file of keys; one with nothing in it has none.

    Raises
    ------
    UserError
        It is missing, no ordinary file, too large, not UTF-8 or not YAML, has a key twice, nests too deeply,
        unfolds to too much, or is not a group of keys.
    """
    text = _text(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if node is None:
            return {}
        _check_size(node, path)
        _check_keys(node, path)
        if not isinstance(node, yaml.MappingNode):
            raise UserError(f"{path} is not a group of keys; write 'key: value' on its lines")
        return yaml.SafeLoader("").construct_document(node)
    except RecursionError:
        raise _too_deep(path) from None
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not valid YAML ({' '.join(str(error).split())})") from None
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        # What PyYAML lets through of numbers, dates and tags that are none.
        raise UserError(f"{path} has a value that YAML cannot read ({error}); put it in quotes") from None


def place(path: Iterable[str | int], where: str = "") -> str:
    """Return a path within a configuration in words: `grid, item 2: seeds`."""
    words = where
    # What follows an item is set off by a colon, what follows a key by a dot.
    after_item = words.rpartition(", ")[2].startswith("item ")
    for key in path:
        if isinstance(key, int):
            words, after_item = f"{words}, item {key + 1}" if words else f"item {key + 1}", True
        else:
            joint = (": " if after_item else ".") if words else ""
            words, after_item = f"{words}{joint}{key}", False
    return words


def _text(path: str | os.PathLike) -> str:
    try:
        if not Path(path).is_file() and Path(path).exists():
            raise UserError(f"{path} is not an ordinary file; give a YAML file")
        if (size := os.path.getsize(path)) > _BYTES:
            raise UserError(
                f"{path} has {size:,} bytes, but a configuration has at most {_BYTES:,}; is it another file?"
            )
        return Path(path).read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} is not text in UTF-8 (byte {error.start + 1}); save it as UTF-8, or unpack it if it is compressed"
        ) from None


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _check_size(root: yaml.Node, path: str | os.PathLike) -> None:
    """Check how deeply a document nests, and how many values it has with its aliases unfolded."""
    # By the identity of a node, which all of its aliases share: values below it; None while it is visited.
    values: dict[int, int | None] = {}

    def count(node: yaml.Node, level: int) -> int:
        if level > _LEVELS:
            raise _too_deep(path)
        if id(node) in values:
            if values[id(node)] is None:
                where = f"{path}, line {node.start_mark.line + 1},"
                raise UserError(f"{where} has an alias that contains itself; write out what is meant")
            return values[id(node)]
        values[id(node)] = None
        total = 1 + sum(count(child, level + 1) for child in _children(node))
        if total > _VALUES:
            raise UserError(
                f"{path} has more than {_VALUES:,} values once its aliases are unfolded; use fewer aliases"
            )
        values[id(node)] = total
        return total

    count(root, 1)


def _check_keys(root: yaml.Node, path: str | os.PathLike) -> None:
    """Refuse repeated keys, of which YAML silently takes the last, and templates."""
    pending: list[tuple[tuple[str | int, ...], yaml.Node]] = [((), root)]
    while pending:
        path_within, node = pending.pop()
        if isinstance(node, yaml.MappingNode):
            seen: dict[str, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                if not isinstance(key, yaml.ScalarNode):
                    raise UserError(f"{path}, line {line}, has a key that is not text; write 'key: value'")
                if key.value == "__use_yte__" and node is root:
                    raise UserError(
                        f"{path}, line {line}, asks Snakemake to run code in the file (__use_yte__); "
                        "write plain YAML"
                    )
                if key.value in seen:
                    raise UserError(
                        f"{place((*path_within, key.value))} stands twice in {path}, in lines "
                        f"{seen[key.value]} and {line}; YAML silently takes the second, so keep one"
                    )
                seen[key.value] = line
                pending.append(((*path_within, key.value), value))
        elif isinstance(node, yaml.SequenceNode):
            pending += [((*path_within, index), item) for index, item in enumerate(node.value)]


def _too_deep(path: str | os.PathLike) -> UserError:
    return UserError(f"{path} nests more than {_LEVELS} levels deep; is it another file?")
