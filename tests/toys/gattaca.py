"""A toy dataset that networks learn in seconds."""

import numpy as np
from motifcnn.data.dataset import Dataset, Split


def gattaca(train: int, valid: int, test: int) -> Dataset:
    """Sequences of 40 nt that do or do not hold GATTACA; a second target is its negation."""
    rng = np.random.default_rng(0)

    def split(n: int) -> Split:
        sequence = rng.integers(0, 4, (n, 40), np.uint8)
        label = rng.integers(0, 2, (n, 1), np.uint8)
        for row in np.flatnonzero(label[:, 0]):
            start = rng.integers(0, 33)
            sequence[row, start : start + 7] = [2, 0, 3, 3, 0, 1, 0]
        return Split(sequence, np.hstack([label, 1 - label]))

    return Dataset(split(train), split(valid), split(test), ("a", "b"), "toy")
