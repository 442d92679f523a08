"""The two doors of every adapter: a Snakemake `script:` and a command line.

An adapter is a module with one `main(*, ...)` and a last paragraph such as::

    if "snakemake" in globals():
        from_snakemake(main, snakemake, model=snakemake.input.model, output=snakemake.output[0])
    elif __name__ == "__main__":
        from_command_line(main, add_arguments, __doc__)
"""

import argparse
import contextlib
import sys
from collections.abc import Callable
from typing import Any

from ..core.errors import UserError


class _Tee:
    """Writes to several streams; one whose disk is full does not keep the others from it."""

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


def from_snakemake(main: Callable[..., None], job: Any, **arguments: Any) -> None:
    """Run `main(**arguments)` as the script of a Snakemake job.

    Everything printed goes to the rule's log. A `UserError` ends the job with its sentence alone,
    in the log and on the terminal; any other exception goes to the log with its traceback.

    Parameters
    ----------
    main
        The adapter's function; keyword arguments only.
    job
        The `snakemake` object that Snakemake puts into the script.
    **arguments
        What `main` is called with.
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
            main(**arguments)
        except UserError as error:
            print(f"error: {error}", file=terminal)
            raise SystemExit(1) from None
        except Exception:
            import traceback

            traceback.print_exc()
            raise


def from_command_line(
    main: Callable[..., None],
    add_arguments: Callable[[argparse.ArgumentParser], None],
    description: str,
) -> None:
    """Parse the command line, run `main` with it, and exit with 0, 1 (`UserError`) or 2 (usage).

    Parameters
    ----------
    main
        The adapter's function; its keyword arguments are the parser's destinations.
    add_arguments
        Adds the adapter's arguments to the parser it is given.
    description
        Help text, usually the module's docstring.
    """
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add_arguments(parser)
    try:
        main(**vars(parser.parse_args()))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    except KeyError as error:
        print(
            f"error: the arguments given as JSON lack the key {error}; see config/README.md", file=sys.stderr
        )
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None
