"""Digests of the code behind a rule, which change when its meaning does.

Snakemake compares the time stamp of a script, which a git checkout changes, and ignores the modules that
it imports. A digest among a rule's `params` gets both right. It is made of the syntax tree without
comments and docstrings, so that neither wording nor formatting re-runs anything.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..core.declared_layers import activations_in
from ..core.errors import UserError
from ..core.run_key import STUDIED

# Files and folders that no digest includes, since they cannot change a result; and why they cannot.
LEFT_OUT = {
    "motifcnn/adapters/": "how Snakemake and the shell run a script, and the digests themselves",
    "motifcnn/experiment/": "the plan, which reaches a job as params that Snakemake compares itself",
    "motifcnn/core/amounts.py": "how amounts are worded",
    "motifcnn/core/errors.py": "the class of errors that users read",
    "motifcnn/core/progress.py": "how progress is shown",
    "motifcnn/core/versions.py": "versions and git state, noted beside results",
    "motifcnn/networks/activation_functions.py": "only those that a run uses count: `digests_of_network`",
}
# What scripts have on their `sys.path`.
SCRIPTS = Path(__file__).parents[2]
_FUNCTIONS = "motifcnn/networks/activation_functions.py"
_ACTIVATIONS = "../../resources/activations.yaml"


def code_digest(folder: Path, *files: str) -> str:
    """Return a digest of `files` and of everything below `folder` that they import, however deep.

    Of Python files the meaning counts, of others, such as templates, every byte except line ends. The 16
    hexadecimal digits are the same wherever the files lie and in every version of Python.

    Parameters
    ----------
    folder, *files
        What scripts have on their `sys.path`, and paths relative to it, such as `train_model.py`.

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
    """Return the paths, relative to `folder`, of `files` and all that they import, `without` some not among `files`."""
    found: set[str] = set()
    pending = list(files)
    while pending:
        name = pending.pop()
        if name in found or (name.startswith(tuple(without)) and name not in files):
            continue
        found.add(name)
        for parts in _read(folder, name)[0]:
            for depth in range(1, len(parts) + 1):
                pending += _files_of(folder, parts[:depth])
    return found


def digests_of_network(
    declaration: Mapping[str, Any], activation: str | Mapping[str, Any], folder: Path
) -> list[str | None]:
    """Return digests of the activation functions and the user's own modules in a network, in order of first use.

    Parameters
    ----------
    declaration
        The network as planned: with `layers`, or with `module` for the user's own.
    activation
        The specification of the studied activation, as of those of the layers: the name of a function,
        `{"function": name, …}`, or `package.module:Class`.
    folder
        Where the user's own modules are looked for.
    """
    used = [declaration["module"]] if declaration.get("module") else []
    used += [activation, *activations_in(declaration.get("layers") or ())]
    names = dict.fromkeys(item if isinstance(item, str) else item["function"] for item in used)
    names.pop(STUDIED, None)
    return [module_digest(name, folder) if ":" in name else function_digest(name) for name in names]


def digests_of_training(
    declaration: Mapping[str, Any], activation: str | Mapping[str, Any]
) -> list[str | None]:
    """Return the digests of the code that trains a network: of what all networks share and what this one uses."""
    script = code_digest(SCRIPTS, "train_model.py")
    return [script, *digests_of_network(declaration, activation, Path.cwd())]


@cache
def function_digest(name: str, scripts: Path = SCRIPTS) -> str:
    """Return a digest of an activation function, and of what it refers to within its module.

    Of its entry in resources/activations.yaml only `monotone` can change a network whose parameters are set.
    """
    entry = yaml.safe_load((scripts / _ACTIVATIONS).read_bytes())[name]
    defined, needed, pending = _definitions((scripts / _FUNCTIONS).read_bytes()), set(), [name]
    while pending:
        found = pending.pop()
        if found in defined and found not in needed:
            needed.add(found)
            pending += _names(defined[found], ast.Load)
    parts = [f"{found}={_meaning(defined[found])}" for found in sorted(needed)]
    return hashlib.sha256("\n".join([*parts, str(entry["monotone"])]).encode()).hexdigest()[:16]


def module_digest(name: str, folder: Path) -> str | None:
    """Return the digest of a user's own module, `package.module:Class`; None if it does not lie below `folder`."""
    files = _files_of(folder, tuple(name.partition(":")[0].split(".")))
    return code_digest(folder, files[0]) if files else None


@cache
def _files_of(folder: Path, parts: tuple[str, ...]) -> list[str]:
    """Return the file of a module, relative to `folder`, in a list that is empty if it does not lie below."""
    path = Path(*parts)
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return [candidate.as_posix() for candidate in candidates if (folder / candidate).is_file()]


def _read(folder: Path, name: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Return the modules that a file imports, or may, as the parts of their names, and its digest."""
    try:
        # Git may have changed the line ends.
        source = (folder / name).read_bytes().replace(b"\r\n", b"\n")
    except FileNotFoundError:
        raise UserError(f"the script {folder / name} does not exist") from None
    if not name.endswith(".py"):
        return (), hashlib.sha256(source).hexdigest()
    try:
        return _imports_and_digest(source, Path(name).parent.parts)
    except SyntaxError as error:
        raise UserError(f"{folder / name} is not valid Python: {error.msg} in line {error.lineno}") from None


# Every rule imports much the same, and a user's own module concerns every run of the grid.
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


def _definitions(source: bytes) -> dict[str, ast.AST]:
    """Return what a module defines by name: its functions, constants and each of its imports alone."""
    found: dict[str, ast.AST] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = ast.ImportFrom(node.module, [alias], node.level)
        elif isinstance(node, ast.Import):
            found |= {(alias.asname or alias.name).partition(".")[0]: alias for alias in node.names}
        else:
            found |= dict.fromkeys(_names(node, ast.Store), node)
    return found


def _names(node: ast.AST, context: type) -> list[str]:
    return [
        item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, context)
    ]


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
