"""The one kind of error that is meant for users."""

import contextlib
from collections.abc import Iterator


class UserError(Exception):
    """A mistake that the user can fix: one sentence that says what, where, and what to write instead.

    Raised at the border: configuration, files, command line. Adapters print its text without a
    traceback and exit with status 1.
    """


class OwnCodeError(UserError):
    """The user's own code has raised an exception, the cause; its traceback is printed below the sentence."""


class Sentences(list[str]):
    """What is wrong with several things, a sentence each."""

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Add the sentence of a `UserError` raised within, unless it is there already, and go on after it."""
        try:
            yield
        except UserError as error:
            if str(error) not in self:
                self.append(str(error))
