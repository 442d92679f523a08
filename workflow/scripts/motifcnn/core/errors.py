"""The one kind of error that is meant for users."""


class UserError(Exception):
    """A mistake that the user can fix: one sentence that says what, where, and what to write instead.

    Raised at the border: configuration, files, command line. Adapters print its text without a
    traceback and exit with status 1.
    """


class OwnCodeError(UserError):
    """The user's own code has raised an exception, the cause; its traceback is printed below the sentence."""
