"""How large a dataset is, or will be once it is made."""

import os
from collections.abc import Mapping
from typing import Any

import h5py

from ..core.splits import SPLITS
from ..experiment.dataset_kinds import Size, kind_of


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
        return kind_of(definition).size(definition)
