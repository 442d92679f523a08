"""Both strands: the reverse complements of a split as further rows of it."""

import numpy as np

from ..core.errors import UserError
from ..core.sequences import reverse_complement

CHOICES = ("none", "train", "all")
# Rows at a time, so that the intermediate arrays stay small beside the sequences themselves.
_ROWS = 4096


def is_doubled(split: str, choice: str) -> bool:
    """Tell whether a split gets the reverse complements of its sequences as well.

    Parameters
    ----------
    split
        `train`, `valid` or `test`.
    choice
        `none`; `train`, the training sequences only; or `all` three splits.

    Raises
    ------
    UserError
        The choice is unknown.
    """
    if choice not in CHOICES:
        raise UserError(f"reverse_complement: {choice!r} is unknown; write {', '.join(CHOICES)}")
    return choice in ("all", split)


def fill_second_half(sequence: np.ndarray) -> None:
    """Write the reverse complements of the first half of the rows into the second half, in place.

    Parameters
    ----------
    sequence
        uint8 codes (2N, L); rows N to 2N are overwritten, in the order of rows 0 to N.
    """
    half = len(sequence) // 2
    for low in range(0, half, _ROWS):
        high = min(half, low + _ROWS)
        sequence[half + low : half + high] = reverse_complement(sequence[low:high])
