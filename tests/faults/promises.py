"""Tables of injected faults, from which the tests and docs/robustness.md are made."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest


class Promise(NamedTuple):
    """What is injected, in how many ways, and what happens then; `heavy` ones are under the marker `faults`."""

    module: str
    injected: str
    happens: str
    ways: int
    heavy: bool


PROMISES: list[Promise] = []


def promise(
    injected: str, happens: str, cases: Mapping[str, Any] | int, *, heavy: bool = False
) -> Callable[[Callable], Callable]:
    """Run a test for each of `cases`, which it gets as `case`, and note what it holds to.

    With a number, it is the test itself that injects the fault so often.
    """

    def note(test: Callable) -> Callable:
        ways = cases if isinstance(cases, int) else len(cases)
        PROMISES.append(Promise(test.__module__, injected, happens, ways, heavy))
        if not isinstance(cases, int):
            test = pytest.mark.parametrize("case", list(cases.values()), ids=list(cases))(test)
        return pytest.mark.faults(test) if heavy else test

    return note
