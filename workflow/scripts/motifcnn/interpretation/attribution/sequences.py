"""Which sequences are explained: chosen by rule, never by hand."""

from collections.abc import Sequence

import numpy as np

from ...core.errors import UserError


def index_of_target(targets: Sequence[str], target: str | int | None) -> int:
    """Return the index of the target to explain, given as name or index, the first if there is none.

    Raises
    ------
    UserError
        The dataset has no such target.
    """
    if target is None:
        return 0
    if isinstance(target, int) and 0 <= target < len(targets):
        return target
    if target not in targets:
        raise UserError(
            f"attribution.target is {target!r}, but the dataset's targets are {', '.join(targets)}"
        )
    return list(targets).index(target)


def choose_sequences(label: np.ndarray, number: int, target: str) -> np.ndarray:
    """Return the rows of the first sequences that the target binds, at most `number`, int64.

    Parameters
    ----------
    label
        uint8 (N,), those of the target.
    number
        How many are wanted.
    target
        Its name, for messages.

    Raises
    ------
    UserError
        It binds none.
    """
    rows = np.flatnonzero(label)[:number]
    if not len(rows):
        raise UserError(f"{target} binds none of the test sequences, so there is nothing to explain")
    return rows
