"""The three splits of a dataset: training, validation and test."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

SPLITS = ("train", "valid", "test")


def split_sizes(total: int, shares: Sequence[float]) -> tuple[int, int, int]:
    """Divide `total` sequences among the splits, by shares that add up to 1."""
    bounds = [round(share * total) for share in accumulate(shares, initial=0.0)]
    return tuple(high - low for low, high in pairwise(bounds))


def is_doubled(split: str, choice: str) -> bool:
    """Tell whether a split also holds the reverse complements of its sequences.

    `choice` is the dataset's `reverse_complement`: `none`, `train` (the training sequences only) or `all`.
    """
    return choice in ("all", split)
