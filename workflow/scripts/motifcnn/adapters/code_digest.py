"""Digests of the code behind a rule: they change when its meaning does.

Snakemake compares the time stamp of a script, which a git checkout changes, and does not look into the
modules that the script imports. A digest among a rule's `params` gets both right. What is hashed is the
syntax tree without comments and docstrings, so that neither wording nor formatting re-runs anything.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ..core.errors import UserError

# Files and folders that no digest includes, since they cannot change a result, and why.
LEFT_OUT = {
    "motifcnn/adapters/": "how Snakemake and the shell run a script, and the digests themselves",
    "motifcnn/experiment/": "the plan, which reaches a job as params that Snakemake compares itself",
    "motifcnn/core/errors.py": "the class of errors that users read",
    "motifcnn/core/progress.py": "how progress is shown",
    "motifcnn/core/versions.py": "versions and git state, noted beside results",
}


def code_digest(folder: Path, *files: str) -> str:
    """Return a digest of `files` and of everything below `folder` that they import, however deep.

    Parameters
    ----------
    folder
        What scripts have on their `sys.path`.
    *files
        Paths relative to `folder`, such as `train_model.py`. Of Python files the meaning counts, of
        others, such as templates, every byte but the line ends.

    Returns
    -------
    str
        16 hexadecimal digits, independent of where the files lie, when they were written and which
        version of Python asks.

    Raises
    ------
    UserError
        A file does not exist or is not Python.
    """
    total = hashlib.sha256()
    for name in sorted(sources_of(folder, *files)):
        total.update(f"{name}\0{_read(folder, name)[1]}\n".encode())
    return total.hexdigest()[:16]


def sources_of(folder: Path, *files: str, without: Iterable[str] = tuple(LEFT_OUT)) -> set[str]:
    """Return the paths, relative to `folder`, of `files` and all that they import, `without` some."""
    found: set[str] = set()
    pending = list(files)
    while pending:
        name = pending.pop()
        if name in found or name.startswith(tuple(without)):
            continue
        found.add(name)
        for parts in _read(folder, name)[0]:
            for depth in range(1, len(parts) + 1):
                pending += _files_of(folder, parts[:depth])
    return found


def module_digest(name: str | None, folder: Path) -> str | None:
    """Return the digest of a user's own module.

    Parameters
    ----------
    name
        `package.module:Class`, or None.
    folder
        Where Snakemake was started; a module that does not lie below it has no digest.
    """
    if name is None:
        return None
    files = _files_of(folder, tuple(name.partition(":")[0].split(".")))
    return code_digest(folder, files[0]) if files else None


@cache
def _files_of(folder: Path, parts: tuple[str, ...]) -> list[str]:
    """Return the file of a module, relative to `folder`; none where it is not below `folder`."""
    path = Path(*parts)
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return [candidate.as_posix() for candidate in candidates if (folder / candidate).is_file()]


def _read(folder: Path, name: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the modules that a file imports, or may, as the parts of their names, and its digest."""
    try:
        # Git may have changed the line ends on the way.
        source = (folder / name).read_bytes().replace(b"\r\n", b"\n")
    except FileNotFoundError:
        raise UserError(f"the script {folder / name} does not exist") from None
    if not name.endswith(".py"):
        return (), hashlib.sha256(source).hexdigest()
    try:
        return _imports_and_digest(source, Path(name).parent.parts)
    except SyntaxError as error:
        raise UserError(f"{folder / name} is not valid Python: {error.msg} in line {error.lineno}") from None


# Every rule imports much the same, and a user's own module is asked about for every run of the grid.
@cache
def _imports_and_digest(source: bytes, package: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], ...], str]:
    tree = ast.parse(source)
    digest = hashlib.sha256(_meaning(tree).encode()).hexdigest()
    return tuple(dict.fromkeys(_imports(tree, package))), digest


def _imports(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            yield module
            # `from package import name`: the name may be a module, or be defined in the package itself.
            yield from ((*module, alias.name) for alias in node.names)


def _meaning(node: Any) -> str:
    """Write a syntax tree without docstrings, the same in every version of Python.

    `ast.dump` would not do: its text changes with the fields that new versions add, which are empty
    where a source does not use them.
    """
    if isinstance(node, ast.AST):
        fields = ((name, getattr(node, name, None)) for name in node._fields)
        filled = (f"{name}={_meaning(value)}" for name, value in fields if value not in (None, []))
        return f"{type(node).__name__}({','.join(filled)})"
    if isinstance(node, list):
        return f"[{','.join(_meaning(item) for item in node if not _is_text(item))}]"
    return repr(node)


def _is_text(node: Any) -> bool:
    """Tell whether a statement is a string alone, such as a docstring, which does nothing."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
