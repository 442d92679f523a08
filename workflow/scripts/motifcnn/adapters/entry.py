"""Run an adapter from Snakemake or from the shell.

An adapter is a module with a docstring, a function `main(*, ...)`, and at its end::

    if __name__ == "__main__":
        run(main)

In a Snakemake job, `main` gets the inputs, outputs and params that are named like its parameters; on the
command line, the arguments of those names.
"""

import contextlib
import inspect
import sys
import typing
from collections.abc import Callable
from typing import Any

from ..core.errors import UserError
from .command_line import base_type, parse


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


class _Tee:
    """Writes to several streams, to the others even if the disk of one is full."""

    def __init__(self, *streams):
        self.streams = streams

    def write(self, text: str) -> int:
        for stream in self.streams:
            with contextlib.suppress(OSError):
                stream.write(text)
                stream.flush()
        return len(text)

    def flush(self) -> None:
        for stream in self.streams:
            with contextlib.suppress(OSError):
                stream.flush()

    def isatty(self) -> bool:
        return False


def _close(file) -> None:
    # Closing writes what is left, for which a full disk has no room.
    with contextlib.suppress(OSError):
        file.close()


def from_snakemake(main: Callable[..., None], job: Any) -> None:
    """Run `main` as the script of a Snakemake job, given the `snakemake` object.

    Everything printed goes to the rule's log. A `UserError` ends the job with its sentence alone,
    in the log and on the terminal; any other exception goes to the log with its traceback.
    """
    with contextlib.ExitStack() as stack:
        terminal = sys.stderr
        if job.log:
            file = open(job.log[0], "w", encoding="utf-8")  # noqa: SIM115
            stack.callback(_close, file)
            log = _Tee(file)
            stack.enter_context(contextlib.redirect_stdout(log))
            stack.enter_context(contextlib.redirect_stderr(log))
            terminal = _Tee(terminal, file)
        try:
            main(**arguments_of(main, job))
        except UserError as error:
            print(f"error: {error}", file=terminal)
            raise SystemExit(1) from None
        except Exception:
            import traceback

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
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None
