"""What is in a dataset, for readers: sizes of its splits, positives per target, and which motifs are theirs."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import h5py

from ..core.splits import SPLITS
from .dataset import read_dataset

# Rows of labels read at a time.
_ROWS = 2**20


def describe_dataset(
    path: str | os.PathLike,
    relevant: Mapping[str, Sequence[str]],
    names: Mapping[str, str],
    without: Sequence[str],
    accounts: Mapping[str, Any],
) -> dict[str, Any]:
    """Return data.json.

    Parameters
    ----------
    path
        dataset.h5; only its labels are read.
    relevant
        {factor: ids} of its relevant motifs.
    names
        Names of the database's motifs by id.
    without
        Targets, or factors, that the database has no motif of.
    accounts
        What else is known, by name: `counts` (`peaks.windows`), or `checks` (`deepsea.truncation`).

    Returns
    -------
    dict
        `dataset`, `length` (nt), `targets`; `splits`, by name: `sequences`, `without_target` and `positives` by target;
        `relevant`, by factor: [id, name] of each motif; `without_motif`; and `counts` and `checks`, each possibly None.

    Raises
    ------
    UserError
        The dataset cannot be read.
    """
    dataset = read_dataset(path, splits=())
    with h5py.File(path, "r") as file:
        splits = {split: _count(file[split]["label"], dataset.targets) for split in SPLITS}
    return {
        "dataset": dataset.name,
        "length": dataset.length,
        "targets": list(dataset.targets),
        "splits": splits,
        "relevant": {factor: [[i, names[i]] for i in ids if i in names] for factor, ids in relevant.items()},
        "without_motif": list(without),
        "counts": accounts.get("counts"),
        "checks": accounts.get("checks"),
    }


def _count(label: h5py.Dataset, targets: Sequence[str]) -> dict[str, Any]:
    positives, negatives = [0] * len(targets), 0
    for start in range(0, len(label), _ROWS):
        part = label[start : start + _ROWS]
        positives = [before + int(new) for before, new in zip(positives, part.sum(axis=0), strict=True)]
        negatives += int((part.sum(axis=1) == 0).sum())
    by_target = dict(zip(targets, positives, strict=True))
    return {"sequences": len(label), "without_target": negatives, "positives": by_target}
