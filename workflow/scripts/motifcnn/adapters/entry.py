"""Run an adapter from Snakemake or from the shell.

An adapter is a module with a docstring, a function `main(*, ...)`, and at its end::

    if __name__ == "__main__":
        run(main)

In a Snakemake job, `main` gets the inputs, outputs and params that are named like its parameters; on the
command line, the arguments of those names.
"""

import contextlib
import glob
import inspect
import sys
import traceback
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.errors import OwnCodeError, UserError
from .command_line import base_type, parse
from .parent import watch_snakemake

# Parts of the paths of code between ours and the user's own.
_NOT_THEIRS = ("/motifcnn/", "/torch/", "importlib", "inspect.py")


def run(main: Callable[..., None], lookup: Any = None) -> None:
    """Run `main` as a Snakemake job if Snakemake runs the script, else with the command line's arguments.

    Parameters
    ----------
    main
        The adapter's function, as `command_line.make_parser` takes it.
    lookup
        The module `motifcnn.experiment.lookup`, if `main` takes parts of a configuration. Snakemake
        passes them as params; the command line finds them with `--config`.
    """
    # Snakemake puts the object `snakemake` among the globals of the script.
    job = main.__globals__.get("snakemake")
    if job is None:
        from_command_line(main, lookup)
    else:
        from_snakemake(main, job)


class _Log:
    """Writes to a file; what a full disk has no room for goes to another stream, if any."""

    def __init__(self, file, otherwise=None):
        self.file, self.otherwise = file, otherwise

    def write(self, text: str) -> int:
        try:
            self.file.write(text)
            self.file.flush()
        except OSError:
            if self.otherwise:
                self.otherwise.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self.file.flush()

    def isatty(self) -> bool:
        return False


def _close(file) -> None:
    # Closing writes what is left, for which a full disk has no room.
    with contextlib.suppress(OSError):
        file.close()


def _tell(error: UserError, stream: Any) -> None:
    """Print the sentence and, if it is the user's own code that has raised, the traceback from there on."""
    print(f"error: {error}", file=stream)
    if isinstance(error, OwnCodeError) and (cause := error.__cause__) is not None:
        own = cause.__traceback__
        while own and any(folder in own.tb_frame.f_code.co_filename for folder in _NOT_THEIRS):
            own = own.tb_next
        lines = traceback.format_exception(cause.with_traceback(own), chain=False)
        print("".join(lines), end="", file=stream)


def _clear_left(outputs: Any) -> None:
    """Remove the hidden files that a killed job has left beside its outputs; see `core.files.whole_file`."""
    for value in dict(outputs.items()).values():
        for path in map(Path, [value] if isinstance(value, str | Path) else value):
            for left in path.parent.glob(f".{glob.escape(path.name)}.????????{glob.escape(path.suffix)}"):
                left.unlink(missing_ok=True)


def from_snakemake(main: Callable[..., None], job: Any) -> None:
    """Run `main` as the script of a Snakemake job, given the `snakemake` object.

    Everything printed goes to the rule's log, whose end Snakemake shows if the job fails. A `UserError` ends the
    job with its sentence alone, any other exception with its traceback.
    """
    with contextlib.ExitStack() as stack:
        errors = sys.stderr
        if job.log:
            file = open(job.log[0], "w", encoding="utf-8")  # noqa: SIM115
            stack.callback(_close, file)
            errors = _Log(file, otherwise=sys.stderr)
            stack.enter_context(contextlib.redirect_stdout(_Log(file)))
            stack.enter_context(contextlib.redirect_stderr(_Log(file)))
        _clear_left(job.output)
        watch_snakemake()
        try:
            main(**arguments_of(main, job))
        except UserError as error:
            _tell(error, errors)
            raise SystemExit(1) from None
        except Exception:
            traceback.print_exc()
            raise


def arguments_of(main: Callable[..., None], job: Any) -> dict[str, Any]:
    """Return the threads, params, inputs and outputs of a job that are named like parameters of `main`.

    A parameter that takes a list gets one. Any other gets the only file of a list, or None if that is
    empty, since to Snakemake an optional input is a list of at most one file.
    """
    given = {"threads": job.threads}
    for items in (job.params, job.input, job.output):
        given |= dict(items.items())
    hints = typing.get_type_hints(main)
    found = {name: given[name] for name in inspect.signature(main).parameters if name in given}
    for name, value in found.items():
        if typing.get_origin(base_type(hints[name])) is list:
            found[name] = [value] if isinstance(value, str) else list(value)
        elif isinstance(value, list) and len(value) < 2:
            found[name] = value[0] if value else None
    return found


def from_command_line(main: Callable[..., None], lookup: Any = None) -> None:
    """Run `main` with the arguments of the command line; exit with 1 after a `UserError`, 2 after wrong usage."""
    try:
        positional, named = parse(main, lookup)
        main(*positional, **named)
    except UserError as error:
        _tell(error, sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None
