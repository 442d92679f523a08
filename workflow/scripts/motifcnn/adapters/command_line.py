"""Build an adapter's command line from the signature of its `main` and the docstring of its module."""

import argparse
import inspect
import re
import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any


def parse(main: Callable[..., None], lookup: Any = None, argv: list[str] | None = None) -> tuple[list, dict]:
    """Return the positional and the keyword arguments that a command line gives to `main`.

    Parameters
    ----------
    main, lookup
        As `make_parser` takes them.
    argv
        The command line; that of the process if None.

    Raises
    ------
    SystemExit
        The command line is wrong (status 2) or asks for help (status 0).
    UserError
        The configuration is wrong or lacks what the command line names.
    """
    parser = make_parser(main, lookup)
    given = vars(parser.parse_args(argv))
    config, parts = given.pop("config_file", None), _parts(main, lookup)
    if config is not None:
        selectors = _selectors(parts, lookup)
        if missing := [name for name, needed in selectors.items() if needed and name not in given]:
            parser.error(f"--config needs {', '.join(map(_flag, missing))}, too")
        plan, names = lookup.read_plan(config), {name: given[name] for name in selectors if name in given}
        given |= {part: lookup.look_up(plan, part, **names) for part in parts}
    parameters = inspect.signature(main).parameters
    positional = [name for name in parameters if parameters[name].kind is inspect.Parameter.VAR_POSITIONAL]
    values = given.pop(positional[0], []) if positional else []
    return values, {name: value for name, value in given.items() if name in parameters}


def make_parser(main: Callable[..., None], lookup: Any = None) -> argparse.ArgumentParser:
    """Return a parser with an argument for every parameter of `main`.

    A parameter without a default is required, a list takes one value or more, a `Literal` offers its
    values, and `*name` is positional. Parameters that are parts of a configuration are replaced by
    `--config FILE` and the names under which they are looked up.

    Parameters
    ----------
    main
        A function whose parameters have type hints and are described in the section Parameters of
        the docstring of its module, or of its own.
    lookup
        The module `motifcnn.experiment.lookup`, if `main` takes parts of a configuration.
    """
    summary, helps = read_docstring(main)
    parser = argparse.ArgumentParser(description=summary)
    parameters, hints = inspect.signature(main).parameters, typing.get_type_hints(main)
    parts = _parts(main, lookup)
    for name, parameter in parameters.items():
        if name not in parts:
            _add(parser, parameter, hints[name], helps[name])
    if parts:
        required = any(parameters[name].default is inspect.Parameter.empty for name in parts)
        said = f"Configuration file of an experiment, in which to look up: {', '.join(parts)}."
        parser.add_argument("--config", dest="config_file", metavar="FILE", required=required, help=said)
        for name in _selectors(parts, lookup):
            if name not in parameters:
                said = lookup.SELECTORS[name]
                parser.add_argument(_flag(name), default=argparse.SUPPRESS, metavar="NAME", help=said)
    return parser


def read_docstring(main: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Return an adapter's docstring up to its sections, and what it says about each parameter.

    Parameters described together share a text. If it has a clause for each of them, separated by
    semicolons, each gets its own: "model, dataset" may be "model.safetensors of a run; dataset.h5."
    """
    text = inspect.cleandoc(main.__doc__ or main.__globals__["__doc__"] or "")
    summary, _, rest = text.partition("\nParameters\n----------\n")
    entries = re.findall(r"^(\S.*)\n((?: +\S.*\n?)+)", rest.partition("\n\n")[0], re.MULTILINE)
    helps = {}
    for heading, description in entries:
        names, said = heading.split(", "), " ".join(description.split())
        clauses = [_capitalise(clause) for clause in said.rstrip(".").split("; ")]
        each = [f"{clause}." for clause in clauses] if len(clauses) == len(names) else [said] * len(names)
        helps |= dict(zip(names, each, strict=True))
    return summary.strip(), helps


def base_type(hint: Any) -> Any:
    """Return the first type of a union, such as `str` of `str | None`, or else the type itself."""
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return next(kind for kind in typing.get_args(hint) if kind is not type(None)) if is_union else hint


def _capitalise(text: str) -> str:
    """Begin with a capital, unless the first word is the name of a file."""
    return text if "." in text.partition(" ")[0].strip(",") else text[:1].upper() + text[1:]


def _parts(main: Callable[..., None], lookup: Any) -> list[str]:
    return [name for name in inspect.signature(main).parameters if lookup and name in lookup.PARTS]


def _selectors(parts: list[str], lookup: Any) -> dict[str, bool]:
    """Return the names under which parts are looked up, and whether each has to be given."""
    found = [parameter for part in parts for parameter in lookup.selectors(part)]
    return {parameter.name: parameter.default is inspect.Parameter.empty for parameter in found}


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _add(parser: argparse.ArgumentParser, parameter: inspect.Parameter, hint: Any, said: str) -> None:
    """Add the argument for one parameter of `main`."""
    kind, options = base_type(hint), {"help": said.replace("%", "%%")}
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        parser.add_argument(parameter.name, nargs="*", type=kind, **options)
        return
    if parameter.default is inspect.Parameter.empty:
        options["required"] = True
    else:
        # What is not given is left to the default of `main`.
        options["default"] = argparse.SUPPRESS
        if isinstance(parameter.default, str | int | float | Path) and parameter.default not in ("", False):
            options["help"] += f" Default: {parameter.default}.".replace("%", "%%")
    if typing.get_origin(kind) is list:
        options["nargs"], (kind,) = "+", typing.get_args(kind)
    if kind is bool:
        options["action"] = argparse.BooleanOptionalAction
    elif typing.get_origin(kind) is typing.Literal:
        options["choices"] = typing.get_args(kind)
    else:
        options["type"] = kind
    parser.add_argument(_flag(parameter.name), **options)
