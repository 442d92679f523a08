"""Arrays of a released dataset, as the authors store them."""

import h5py
import numpy as np
from motifcnn.core.sequences import encode, one_hot

LETTERS = {"train": ["AACGN", "TTTTC", "GATTA"], "valid": ["NNNNN"], "test": ["CCCCC", "ACGTA"]}
LABELS = {"train": [[1, 0], [0, 1], [1, 1]], "valid": [[1, 0]], "test": [[0, 0], [0, 1]]}


def arrays(channels="ACGT", dtype=np.float32, **changed):
    order = ["ACGT".index(letter) for letter in channels]
    found = {}
    for split, letters in LETTERS.items():
        codes = np.stack([encode(text) for text in letters])
        found[f"X_{split}"] = one_hot(codes)[:, :, order].transpose(0, 2, 1).astype(dtype)
        found[f"Y_{split}"] = np.array(LABELS[split], np.int8)
    return found | changed


def write(path, values):
    if path.suffix == ".npz":
        np.savez_compressed(path, **values)
    else:
        with h5py.File(path, "w") as file:
            for key, value in values.items():
                file[key] = value
    return path
