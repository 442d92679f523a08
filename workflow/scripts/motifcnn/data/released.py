"""Datasets as authors release them, one-hot arrays in HDF5 or .npz, converted to dataset.h5.

The layout is that of Koo & Ploenzke 2021: `X_train`, `X_valid` and `X_test`, one-hot (N, 4, L) with or
without a trailing axis of 1, and `Y_train`, `Y_valid` and `Y_test`, labels (N, T).
"""

import contextlib
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from ..core.errors import UserError
from ..core.sequences import ALPHABET, N_CODE
from ..core.sequences import reverse_complement as complement
from ..core.splits import SPLITS, is_doubled
from .dataset import Dataset, Split

# Bytes of one-hot letters read at a time.
_BLOCK = 2**26
# Sequences complemented at a time, so that intermediate arrays stay small beside the sequences themselves.
_ROWS = 4096


def read_released(
    path: str | os.PathLike,
    name: str,
    *,
    targets: Sequence[str] | None = None,
    channels: str = ALPHABET,
    reverse_complement: str = "train",
    source: str = "",
    versions: Mapping[str, str] | None = None,
) -> Dataset:
    """Read a released dataset.

    Parameters
    ----------
    path
        HDF5 or .npz; the format is told from the content, not the name.
    name, source, versions
        As in `Dataset`; by default the source is the file's name.
    targets
        Names of the T labels; by default target_1, target_2, …
    channels
        The letters that the second axis of `X_*` stands for, in order: ACGT, or AGCT as DeepSEA has it.
    reverse_complement
        `none`; `train`, reverse complements as further rows of the training split; or `all`, of all
        three, as Koo & Ploenzke 2021 do.

    Returns
    -------
    Dataset
        Rows in the file's order, then, where asked for, their reverse complements in the same order. A
        column of four zeros becomes an N.

    Raises
    ------
    UserError
        The file is missing or damaged, lacks an array, or holds one of another shape, letters that
        are not one-hot, or labels other than 0 and 1.
    """
    splits = {}
    with _open_arrays(path) as arrays:
        keys = [f"{letter}_{split}" for split in SPLITS for letter in "XY"]
        if missing := [key for key in keys if key not in arrays]:
            raise UserError(
                f"{path} lacks {', '.join(missing)}; it must have X_ and Y_ of train, valid and test, "
                f"but has {', '.join(sorted(arrays)) or 'nothing'}"
            )
        for split in SPLITS:
            double = is_doubled(split, reverse_complement)
            label = _read_labels(arrays, split, path)
            sequence = _read_sequences(arrays, split, path, channels, len(label), double)
            splits[split] = Split(sequence, np.tile(label, (2 if double else 1, 1)))
    for what, axis in (("letters per sequence", "sequence"), ("targets", "label")):
        found = {split: getattr(part, axis).shape[1] for split, part in splits.items()}
        if len(set(found.values())) > 1:
            numbers = ", ".join(f"{number} in {split}" for split, number in found.items())
            raise UserError(f"{path} has different numbers of {what}: {numbers}; all three splits must agree")
    return Dataset(
        **splits,
        targets=_names(targets, splits["train"].label.shape[1], path),
        name=name,
        source=source or f"released as {Path(path).name}",
        versions=dict(versions or {}),
    )


@contextlib.contextmanager
def _open_arrays(path: str | os.PathLike) -> Iterator[Mapping[str, Any]]:
    """Open HDF5 or .npz; what is wrong with the file becomes one sentence, even while it is read."""
    if not os.path.isfile(path):
        raise UserError(f"the released dataset {path} does not exist")
    with open(path, "rb") as file:
        start = file.read(4)
    try:
        if start == b"PK\x03\x04":
            with np.load(path, allow_pickle=False) as arrays:
                yield arrays
        else:
            with h5py.File(path, "r") as arrays:
                yield arrays
    except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise UserError(
            f"{path} cannot be read as HDF5 or .npz with plain arrays ({str(error).splitlines()[0]}); "
            "if it was downloaded, get it again"
        ) from error


def _read_labels(arrays: Mapping[str, Any], split: str, path) -> np.ndarray:
    key = f"Y_{split}"
    label = np.asarray(arrays[key])
    if label.ndim == 1:
        label = label[:, None]
    if label.ndim != 2 or 0 in label.shape:
        raise UserError(
            f"{path} has {key} of shape {label.shape}; it must be (sequences, targets), none of them 0"
        )
    if not np.isin(label, (0, 1)).all():
        strange = label[~np.isin(label, (0, 1))][0]
        raise UserError(f"{path} has the label {strange} in {key}; labels must be 0 and 1")
    return label.astype(np.uint8)


def _read_sequences(arrays, split: str, path, channels: str, rows: int, double: bool) -> np.ndarray:
    """Return codes, uint8 (rows, L), or (2 rows, L) with the reverse complements behind."""
    key = f"X_{split}"
    one_hot = arrays[key]
    shape = one_hot.shape[:-1] if one_hot.ndim == 4 and one_hot.shape[3] == 1 else one_hot.shape
    if len(shape) != 3 or shape[1] != 4 or shape[2] == 0:
        raise UserError(
            f"{path} has {key} of shape {one_hot.shape}; it must be (sequences, 4, length), with or without a last "
            "axis of 1"
        )
    if shape[0] != rows:
        raise UserError(
            f"{path} has {shape[0]:,} sequences in {key}, but {rows:,} rows of labels in Y_{split}"
        )
    length = shape[2]
    letter = np.array([*(ALPHABET.index(c) for c in channels), N_CODE], np.uint8)
    sequence = np.empty((2 * rows if double else rows, length), np.uint8)
    step = max(1, _BLOCK // (4 * length * one_hot.dtype.itemsize))
    for low in range(0, rows, step):
        block = np.asarray(one_hot[low : low + step]).reshape(-1, 4, length)
        ones = (block == 1).sum(axis=1, dtype=np.uint8)
        wrong = ~((block == 0) | (block == 1)).all(axis=1) | (ones > 1)
        if wrong.any():
            row, position = np.argwhere(wrong)[0]
            raise UserError(
                f"{path} is not one-hot: {key}[{low + row}, :, {position}] is "
                f"{block[row, :, position].tolist()}, but must be a single 1 and zeros, or four zeros for an N"
            )
        sequence[low : low + len(block)] = letter[np.where(ones == 1, block.argmax(axis=1), 4)]
    if double:
        for low in range(0, rows, _ROWS):
            high = min(rows, low + _ROWS)
            sequence[rows + low : rows + high] = complement(sequence[low:high])
    return sequence


def _names(targets: Sequence[str] | None, number: int, path) -> tuple[str, ...]:
    if targets is None:
        return tuple(f"target_{index + 1}" for index in range(number))
    if len(targets) != number or len(set(targets)) != number:
        raise UserError(
            f"targets names {len(targets)} ({', '.join(targets)}), but {path} has {number}; give each a name of its own"
        )
    return tuple(targets)
