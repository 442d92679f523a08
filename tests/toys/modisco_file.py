"""An HDF5 file with the layout of TF-MoDISco's."""

import h5py
import numpy as np

# Consensus CACGTG, with two positions before it and one after it, and how much each position contributes.
LETTERS = [[0.25] * 4, [0.25] * 4, *np.eye(4)[[1, 0, 1, 2, 3, 2]].tolist(), [0.25] * 4]
SIZES = [0.1, 0.25, 1, 0.8, 0.6, 0.4, 0.3, 1, 0.2]


def add_pattern(file: h5py.File, group: str, number: int, letters, sizes, n_seqlets: int) -> None:
    """Add a pattern whose letters contribute equal parts of each position's `sizes`, those of A negative ones."""
    letters = np.array(letters, np.float64)
    scores = np.array(sizes, np.float64)[:, None] * [-0.25, 0.25, 0.25, 0.25]
    place = file.create_group(f"{group}/pattern_{number}")
    for parent in (place, place.create_group("subpattern_0")):
        parent["sequence"], parent["contrib_scores"], parent["hypothetical_contribs"] = (
            letters,
            scores,
            scores,
        )
        parent["seqlets/n_seqlets"] = np.array([n_seqlets])


def write_patterns(path, positive=(30,), negative=()) -> None:
    """Write the same pattern several times, with as many seqlets as `positive` and `negative` say."""
    with h5py.File(path, "w") as file:
        file.attrs["window_size"] = 200
        for group, counts in (("pos_patterns", positive), ("neg_patterns", negative)):
            for number, count in enumerate(counts):
                add_pattern(file, group, number, LETTERS, SIZES, count)
