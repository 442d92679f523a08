"""Print docs/robustness.md, made from the tables of tests/faults: run it with the Python of .venv from the root."""

import importlib
import sys
from itertools import groupby
from pathlib import Path

TESTS = Path(__file__).parents[1]
INTRODUCTION = """\
# Robustness

What was done to the workflow to break it, how often, and what happened. These are the tables of `tests/faults`: every
line is a test that injects the faults anew and fails if anything else happens. `./run test` runs those of seconds,
`./run test -m faults` those that take longer (marked with a clock 🕑 here). After a change of the tables,
`python tests/infrastructure/document_promises.py >docs/robustness.md` writes this page again.

"One sentence" is an error that says what is wrong, where, and what to write or do instead, without a traceback and
without a half-written file. Where a user's own code raises, its traceback follows the sentence.

Not everything can be noticed: bytes that change in the values of a bigWig file, in the letters of a genome or in the
weights of a model may give other values of the same kind. Compare checksums where files come from elsewhere.
"""


def _count(promises: list) -> tuple[int, int]:
    """Return how many faults are named, and how many drawn."""
    return tuple(sum(one.ways for one in promises if one.named == kind) for kind in (True, False))


def main() -> str:
    """Return the page."""
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "workflow/scripts")]
    for path in sorted((TESTS / "faults").glob("test_*.py")):
        importlib.import_module(f"faults.{path.stem}")
    from faults.promises import PROMISES

    # Under pytest, modules may have been collected in another order.
    ordered = sorted(PROMISES, key=lambda one: one.module)
    classes = {
        importlib.import_module(module).__doc__: list(promises)
        for module, promises in groupby(ordered, key=lambda one: one.module)
    }
    counts = {title: _count(promises) for title, promises in classes.items()}
    named, drawn = _count(PROMISES)
    parts = [
        INTRODUCTION,
        f"The tables name {named:,} faults one by one; {drawn:,} more are drawn at random, with a seed. In all of them,"
        " what is promised happens.\n",
        "\n".join(
            [
                "| class | named | drawn at random |",
                "|---|---:|---:|",
                *(f"| {title} | {named} | {drawn or ''} |" for title, (named, drawn) in counts.items()),
                "",
            ]
        ),
    ]
    for title, promises in classes.items():
        rows = [f"| {one.injected}{' 🕑' * one.heavy} | {one.ways} | {one.happens} |" for one in promises]
        parts.append(
            "\n".join([f"## {title}\n", "| injected | times | what happens |", "|---|---:|---|", *rows, ""])
        )
    return "\n".join(parts)


if __name__ == "__main__":
    print(main(), end="")
