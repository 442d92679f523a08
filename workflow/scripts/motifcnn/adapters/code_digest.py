"""A fingerprint of the code behind a rule.

Snakemake compares the time stamp of a script, which a git checkout changes, and does not look into
the modules that it imports. A digest of their contents among a rule's `params` gives both right.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ..core.errors import UserError

# What these hold cannot change what a job writes: how errors read, and how adapters are entered.
PLUMBING = {"motifcnn/adapters/entry.py", "motifcnn/core/errors.py"}


def code_digest(folder: Path, *files: str) -> str:
    """Return a digest of `files` and of everything below `folder` that they import, however deep.

    Parameters
    ----------
    folder
        What scripts have on their `sys.path`.
    *files
        Paths relative to `folder`, such as `train_model.py`; templates and the like just count.

    Returns
    -------
    str
        16 hexadecimal digits: the same for the same sources, wherever they lie and whenever
        they were written.
    """
    total = hashlib.sha256()
    for name in sorted(sources_of(folder, *files)):
        # Git may have changed the line ends on the way.
        text = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(text)}\0".encode())
        total.update(text)
    return total.hexdigest()[:16]


def sources_of(folder: Path, *files: str) -> set[str]:
    """Return the paths, relative to `folder`, that `code_digest` looks at."""
    found: set[str] = set()
    pending = list(files)
    while pending:
        name = pending.pop()
        if name in found or name in PLUMBING:
            continue
        found.add(name)
        if not (folder / name).is_file():
            raise UserError(f"the script {folder / name} does not exist")
        if name.endswith(".py"):
            pending += _imports(folder, name)
    return found


def module_digest(name: str | None, folder: Path) -> str | None:
    """Return the digest of a user's own module, named `package.module:Class`.

    Parameters
    ----------
    name
        May be None.
    folder
        Where Snakemake was started; a module that does not lie below it has no digest.
    """
    if name is None:
        return None
    path = Path(*name.partition(":")[0].split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if (folder / candidate).is_file():
            return code_digest(folder, str(candidate))
    return None


def _imports(folder: Path, name: str) -> Iterator[str]:
    for parts in _modules((folder / name).read_bytes(), Path(name).parent.parts):
        for depth in range(1, len(parts) + 1):
            path = Path(*parts[:depth])
            for candidate in (path.with_suffix(".py"), path / "__init__.py"):
                if (folder / candidate).is_file():
                    yield candidate.as_posix()


# Every rule imports much the same, and a user's own module is asked about for every run of the grid.
@cache
def _modules(source: bytes, package: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the parts of all dotted names that a source in `package` imports as modules, or may."""
    found: list[tuple[str, ...]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split(".") if node.module else ()))
            # `from package import name`: the name may be a module, or stand in the package itself.
            found += [module, *((*module, alias.name) for alias in node.names)]
    return tuple(dict.fromkeys(found))
