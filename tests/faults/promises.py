"""Tables of injected faults, from which the tests and docs/robustness.md are made."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest


class Promise(NamedTuple):
    """What is injected, in how many ways, and what happens then.

    The ways are `named` one by one, or else drawn at random; `heavy` ones are under the marker `faults`.
    """

    module: str
    injected: str
    happens: str
    ways: int
    named: bool
    heavy: bool


PROMISES: list[Promise] = []


def promise(
    injected: str, happens: str, cases: Mapping[str, Any] | int, *, heavy: bool = False
) -> Callable[[Callable], Callable]:
    """Run a test for each of `cases`, which it gets as `case`, and note what it holds to.

    With a number, it is the test itself that injects the fault so often.
    """

    def note(test: Callable) -> Callable:
        drawn = isinstance(cases, int)
        ways = cases if drawn else len(cases)
        PROMISES.append(Promise(test.__module__, injected, happens, ways, not drawn or ways == 1, heavy))
        if not drawn:
            test = pytest.mark.parametrize("case", list(cases.values()), ids=list(cases))(test)
        return pytest.mark.faults(test) if heavy else test

    return note
