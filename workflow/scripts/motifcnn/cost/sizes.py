"""How large a dataset is, or will be once it is made."""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import h5py
import numpy as np

from ..data.dataset import SPLITS
from ..experiment.dataset_kinds import sequence_length

# Of a compressed dataset.h5, labels and planted motifs included; measured with 25,000 sequences of 200 nt.
_BYTES_PER_LETTER = 0.41


class Size(NamedTuple):
    """Size of a dataset: length of its sequences, nt; number of targets; sequences of each split."""

    length: int
    targets: int
    train: int
    valid: int
    test: int

    @property
    def bytes(self) -> float:
        """Of dataset.h5, about."""
        return _BYTES_PER_LETTER * self.length * (self.train + self.valid + self.test)


def size_of(definition: Mapping[str, Any], path: str | os.PathLike) -> Size | None:
    """Return the size of a dataset, or None where it cannot be known before the dataset is made.

    Parameters
    ----------
    definition
        As in `Plan.datasets`.
    path
        Of its dataset.h5; where the file is there, it decides.
    """
    try:
        with h5py.File(path, "r") as file:
            length, targets = (file["train"][key].shape[1] for key in ("sequence", "label"))
            return Size(length, targets, *(len(file[split]["label"]) for split in SPLITS))
    except (OSError, KeyError):
        known = {"simulate": _of_simulated, "deepsea": _of_deepsea}
        return known[definition["type"]](definition) if definition["type"] in known else None


def _of_simulated(definition: Mapping[str, Any]) -> Size:
    # As in `simulate.simulate`.
    bounds = np.round(np.cumsum([0, *definition["split"]]) * definition["n_sequences"])
    return Size(definition["length"], len(definition["motifs"]), *map(int, np.diff(bounds)))


def _of_deepsea(definition: Mapping[str, Any]) -> Size | None:
    """From the published counts, if they are those of the same targets."""
    expected = definition.get("expected") or {}
    kept, rows = expected.get("kept", {}), expected.get("rows", {})
    counted = expected.get("positives", {}).get("train", {})
    if not {"train", "test"} <= kept.keys() or set(counted) != set(definition["targets"]):
        return None
    train, test = kept["train"], kept["test"]
    if definition["resplit"] is not None:
        valid = round(train * definition["resplit"])
        train -= valid
    elif "valid" in kept:
        valid = kept["valid"]
    else:
        # About the same share of the windows has a peak.
        valid = round(rows["valid"] * train / rows["train"]) if {"valid", "train"} <= rows.keys() else 0
    # The counts are of both strands.
    strands = 1 if definition["reverse_complement"] else 2
    length, targets = sequence_length(definition), len(definition["targets"])
    return Size(length, targets, train // strands, valid // strands, test // strands)
