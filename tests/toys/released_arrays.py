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


def models():
    """A PPM of one motif of three columns in the first training sequence; all others are background."""
    found = {f"model_{split}": np.full((len(letters), 4, 5), 0.25) for split, letters in LETTERS.items()}
    found["model_train"][0, :, 1:4] = np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0.5, 0.25, 0.125, 0.125]]).T
    return found


def basset_arrays(dtype=bool):
    """The same sequences and labels as Basset's src/seq_hdf5.py stores them."""
    found = {"target_labels": np.array([b"8988T", b"AoSMC"])}
    for key, values in arrays().items():
        letter, split = key.split("_")
        stored = values[:, :, None].astype(dtype) if letter == "X" else values
        found[f"{split}_{'in' if letter == 'X' else 'out'}"] = stored
    return found | {"test_headers": np.array([b"chr1:0-5(+)", b"chr2:0-5(-)"])}


def write(path, values):
    if path.suffix == ".npz":
        np.savez_compressed(path, **values)
    else:
        with h5py.File(path, "w") as file:
            for key, value in values.items():
                file[key] = value
    return path
