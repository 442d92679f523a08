"""The one kind of error a user is meant to read."""


class UserError(Exception):
    """Something the user can mend: one sentence that says what, where, and what to write instead.

    Raised at the border (configuration, files, command line). The adapters print its text
    without a traceback and exit with status 1.
    """
