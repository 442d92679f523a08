"""Which sequences are explained: chosen by rule, never by hand."""

from collections.abc import Sequence

import numpy as np

from ...core.errors import UserError
from ...core.sequences import reverse_complement


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


def choose_sequences(label: np.ndarray, sequence: np.ndarray, number: int, target: str) -> np.ndarray:
    """Return the rows of the first sequences that the target binds, at most `number`, int64.

    Where a dataset has both strands of each, the strand that stands first is taken: the other, which is the same
    place in the genome, would count it twice.

    Parameters
    ----------
    label
        uint8 (N,), those of the target.
    sequence
        uint8 (N, L), codes of `core.sequences`.
    number
        How many are wanted.
    target
        Its name, for messages.

    Raises
    ------
    UserError
        It binds none.
    """
    chosen: dict[bytes, int] = {}
    for row in np.flatnonzero(label):
        if len(chosen) == number:
            break
        strands = sequence[row], reverse_complement(sequence[row])
        chosen.setdefault(min(strand.tobytes() for strand in strands), row)
    if not chosen:
        raise UserError(f"{target} binds none of the test sequences, so there is nothing to explain")
    return np.array(list(chosen.values()), dtype=np.int64)
