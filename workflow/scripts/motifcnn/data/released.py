"""Datasets as authors release them, one-hot arrays in HDF5 or .npz, converted to dataset.h5.

Two layouts are known. That of Koo & Ploenzke 2021: `X_train`, one-hot, `Y_train`, labels (N, T), and for
simulated sequences `model_train`, the PPM that each was drawn from, (N, 4, L); likewise valid and test.
That of Basset (Kelley et al. 2016, its src/seq_hdf5.py): `train_in`, `train_out` and so on, with the
names of the targets in `target_labels`. One-hot arrays are (N, 4, L), with or without a further axis of 1.

Arrays are read twice if reverse complements are wanted, and never held as a whole: those of Basset have
two million sequences.
"""

import contextlib
import math
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np

from ..core.amounts import amount
from ..core.errors import UserError
from ..core.memory import check_memory
from ..core.sequences import ALPHABET, N_CODE
from ..core.sequences import reverse_complement as complement
from ..core.splits import SPLITS, is_doubled
from ..motifs.ppm import information_content
from .dataset import DatasetStream, stream_dataset
from .hdf5_arrays import own_array

# Bytes of one-hot letters read at a time.
_BLOCK = 2**26
# By how much the probabilities of a position may miss 1, having been stored with few digits.
_ROUNDING = 1e-3


class _Layout(NamedTuple):
    """Names of a split's arrays, with `{}` for the split."""

    sequence: str
    label: str
    model: str


_LAYOUTS = (_Layout("X_{}", "Y_{}", "model_{}"), _Layout("{}_in", "{}_out", ""))


def import_released(
    path: str | os.PathLike,
    output: str | os.PathLike,
    name: str,
    *,
    targets: Sequence[str] | None = None,
    channels: str = ALPHABET,
    reverse_complement: str = "train",
    models: bool = False,
    source: str = "",
    versions: Mapping[str, str] | None = None,
) -> dict[str, tuple[int, dict[str, int]]]:
    """Convert a released dataset.

    Rows stay in the file's order, followed, where asked for, by their reverse complements in the same
    order. A position of four zeros becomes an N.

    Parameters
    ----------
    path
        HDF5 or .npz; the format is told from the content, not the name.
    output
        dataset.h5 to write, whole or not at all.
    name, source, versions
        As in `Dataset`; by default the source is the file's name.
    targets
        Names of the T labels; by default those in the file or, if it has none, target_1, target_2, …
    channels
        The letters that the second axis of the sequences stands for, in order: ACGT, or AGCT as DeepSEA
        has it.
    reverse_complement
        `none`; `train`, reverse complements as further rows of the training split; or `all`, of all
        three, as Koo & Ploenzke 2021 do.
    models
        Whether to keep what `model_*` say: the information of each position.

    Returns
    -------
    dict
        For each split, the number of sequences and {target: positives}.

    Raises
    ------
    UserError
        The file is missing or damaged, lacks an array, or holds one of another shape, letters that
        are not one-hot, labels other than 0 and 1, or models that are no probabilities.
    """
    about = {
        "name": name,
        "source": source or f"released as {Path(path).name}",
        "versions": dict(versions or {}),
    }
    with (
        _open_parts(path, targets, channels, models) as (parts, names),
        stream_dataset(
            output, length=parts["train"].length, targets=names, information=models, **about
        ) as stream,
    ):
        positives = {
            split: part.copy(stream, is_doubled(split, reverse_complement)) for split, part in parts.items()
        }
    return {
        split: (number, dict(zip(names, found.tolist(), strict=True)))
        for split, (number, found) in positives.items()
    }


def look_at_released(
    path: str | os.PathLike, *, targets: Sequence[str] | None, channels: str, models: bool
) -> None:
    """Check what can be told of a released dataset without reading its rows; parameters as in `import_released`.

    Raises
    ------
    UserError
        The file is missing or damaged, lacks an array, or holds one of another shape.
    """
    if not zipfile.is_zipfile(path):  # whose arrays are read as a whole
        with _open_parts(path, targets, channels, models):
            pass


class _Part:
    """The arrays of one split."""

    def __init__(self, arrays, layout: _Layout, split: str, models: bool, channels: str, path):
        self._path, self._split = path, split
        self._keys = _Layout(*(key.format(split) for key in layout))
        with _reading(path):
            self._sequence, self._label = (
                _array(arrays, key, path) for key in (self._keys.sequence, self._keys.label)
            )
            self._model = _array(arrays, self._keys.model, path) if models else None
        self._letter = np.array([*(ALPHABET.index(c) for c in channels), N_CODE], np.uint8)
        self.rows, self.length = self._check_shape(self._keys.sequence, self._sequence)
        for key, array in ((self._keys.sequence, self._sequence), (self._keys.label, self._label)):
            if array.dtype.kind not in "biuf":
                raise UserError(f"{path} has {key} of {array.dtype}, but it must hold the numbers 0 and 1")
        shape = self._label.shape
        if len(shape) not in (1, 2) or 0 in shape:
            raise UserError(
                f"{path} has {self._keys.label} of shape {shape}; it must be (sequences, targets), none of them 0"
            )
        self.n_targets = 1 if len(shape) == 1 else shape[1]
        if self.rows != shape[0]:
            raise UserError(
                f"{path} has {self.rows:,} sequences in {self._keys.sequence}, but {shape[0]:,} rows of labels in "
                f"{self._keys.label}"
            )
        if models and self._check_shape(self._keys.model, self._model) != (self.rows, self.length):
            raise UserError(
                f"{path} has {self._keys.model} of shape {self._model.shape}, but {self._keys.sequence} of shape "
                f"{self._sequence.shape}; they must agree"
            )

    def _check_shape(self, key: str, array) -> tuple[int, int]:
        """Return the numbers of sequences and of letters of an array."""
        shape = array.shape
        if len(shape) == 4 and 1 in shape[2:]:
            shape = (*shape[:2], shape[2] * shape[3])
        if len(shape) != 3 or shape[1] != 4 or shape[2] == 0:
            raise UserError(
                f"{self._path} has {key} of shape {array.shape}; it must be (sequences, 4, length), with or without a "
                "further axis of 1"
            )
        return shape[0], shape[2]

    def copy(self, stream: DatasetStream, double: bool) -> tuple[int, np.ndarray]:
        """Append everything to dataset.h5; return the number of sequences and the positives of each target."""
        positives = np.zeros(self.n_targets, int)
        step = max(1, _BLOCK // (4 * self.length * self._sequence.dtype.itemsize))
        for reverse in (False, True) if double else (False,):
            for low in range(0, self.rows, step):
                codes, label = self._read_codes(low, low + step), self._read_labels(low, low + step)
                positives += label.sum(axis=0, dtype=int)
                stream.append(self._split, "sequence", complement(codes) if reverse else codes)
                stream.append(self._split, "label", label)
                if self._model is not None:
                    information = self._read_information(low, low + step)
                    stream.append(
                        self._split, "information", information[:, ::-1] if reverse else information
                    )
        return (2 if double else 1) * self.rows, positives

    def _read(self, array, low: int, high: int) -> np.ndarray:
        with _reading(self._path):
            return np.asarray(array[low:high]).reshape(-1, 4, self.length)

    def _read_codes(self, low: int, high: int) -> np.ndarray:
        block = self._read(self._sequence, low, high)
        ones = (block == 1).sum(axis=1, dtype=np.uint8)
        wrong = ~((block == 0) | (block == 1)).all(axis=1) | (ones > 1)
        if wrong.any():
            row, position = np.argwhere(wrong)[0]
            raise UserError(
                f"{self._path} is not one-hot: {self._keys.sequence}[{low + row}, :, {position}] is "
                f"{block[row, :, position].tolist()}, but must be a single 1 and zeros, or four zeros for an N"
            )
        return self._letter[np.where(ones == 1, block.argmax(axis=1), 4)]

    def _read_labels(self, low: int, high: int) -> np.ndarray:
        with _reading(self._path):
            label = np.asarray(self._label[low:high]).reshape(-1, self.n_targets)
        if not np.isin(label, (0, 1)).all():
            strange = label[~np.isin(label, (0, 1))][0]
            raise UserError(
                f"{self._path} has the label {strange} in {self._keys.label}; labels must be 0 and 1"
            )
        return label.astype(np.uint8)

    def _read_information(self, low: int, high: int) -> np.ndarray:
        model = self._read(self._model, low, high)
        wrong = (model < 0).any(axis=1) | ~(np.abs(model.sum(axis=1) - 1) < _ROUNDING)
        if wrong.any():
            row, position = np.argwhere(wrong)[0]
            raise UserError(
                f"{self._path} has {model[row, :, position].tolist()} in {self._keys.model}[{low + row}, :, "
                f"{position}], but must have four probabilities that add up to 1"
            )
        return information_content(model.transpose(0, 2, 1)).astype(np.float32)


@contextlib.contextmanager
def _reading(path: str | os.PathLike) -> Iterator[None]:
    """Put what is wrong with the file into one sentence."""
    try:
        yield
    except (
        OSError, ValueError, LookupError, RuntimeError, NotImplementedError, EOFError, zlib.error, zipfile.BadZipFile,
        struct.error,
    ) as error:  # fmt: skip
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise UserError(
            f"{path} cannot be read as HDF5 or .npz with plain arrays ({reason}); if it was downloaded, get it again"
        ) from error


@contextlib.contextmanager
def _open_arrays(path: str | os.PathLike) -> Iterator[Mapping[str, Any]]:
    """Open HDF5 or .npz."""
    if not os.path.isfile(path):
        raise UserError(f"the released dataset {path} does not exist")
    with open(path, "rb") as file:
        start = file.read(4)
    with _reading(path):
        opened = np.load(path, allow_pickle=False) if start == b"PK\x03\x04" else h5py.File(path, "r")
    with opened as arrays:
        yield arrays


@contextlib.contextmanager
def _open_parts(
    path: str | os.PathLike, targets: Sequence[str] | None, channels: str, models: bool
) -> Iterator[tuple[dict[str, _Part], tuple[str, ...]]]:
    """Open a file whose splits agree with each other; yield them and the names of the targets."""
    with _open_arrays(path) as arrays:
        with _reading(path):
            layout = next((one for one in _LAYOUTS if one.sequence.format("train") in arrays), _LAYOUTS[0])
            wanted = layout if models else layout[:2]
            if models and not layout.model:
                raise UserError(
                    f"{path} has Basset's layout, which holds no models; leave out 'models: true'"
                )
            keys = [key.format(split) for split in SPLITS for key in wanted]
            if missing := [key for key in keys if key not in arrays]:
                needed = ", ".join(key.format("train") for key in wanted)
                raise UserError(
                    f"{path} lacks {', '.join(missing)}; it must have {needed} and the same of valid and test, "
                    f"but has {', '.join(sorted(map(str, arrays))) or 'nothing'}"
                )
            parts = {split: _Part(arrays, layout, split, models, channels, path) for split in SPLITS}
            for what, axis in (("letters per sequence", "length"), ("targets", "n_targets")):
                found = {split: getattr(part, axis) for split, part in parts.items()}
                if len(set(found.values())) > 1:
                    numbers = ", ".join(f"{number} in {split}" for split, number in found.items())
                    raise UserError(
                        f"{path} has different numbers of {what}: {numbers}; all three splits must agree"
                    )
            names = _names(targets, arrays, parts["train"].n_targets, path)
        yield parts, names


def _array(arrays: Mapping[str, Any], key: str, path: str | os.PathLike) -> Any:
    """Return an array of HDF5, whose values are read later, or of npz, whose values are read here."""
    if isinstance(arrays, h5py.File):
        return own_array(arrays, key, path)
    with arrays.zip.open(f"{key}.npy") as member:
        version = np.lib.format.read_magic(member)
        read_header = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read_header(member)
    needed = math.prod(shape) * dtype.itemsize
    if needed > arrays.zip.getinfo(f"{key}.npy").file_size:
        raise UserError(
            f"{path} declares {amount(needed)} for {key}, but holds less; it is cut short or damaged"
        )
    check_memory(needed, f"{key} of {path}", "store the arrays as HDF5, which is read piece by piece")
    return arrays[key]


def _names(targets: Sequence[str] | None, arrays: Mapping[str, Any], number: int, path) -> tuple[str, ...]:
    where = "targets"
    if targets is None and "target_labels" in arrays:
        where = "target_labels"
        with _reading(path):
            stored = np.asarray(_array(arrays, "target_labels", path)).ravel().tolist()
        targets = [name.decode() if isinstance(name, bytes) else str(name) for name in stored]
    if targets is None:
        return tuple(f"target_{index + 1}" for index in range(number))
    if len(targets) != number or len(set(targets)) != number:
        raise UserError(
            f"{where} names {len(targets)} ({', '.join(targets)}), but {path} has {number}; give each a name of its own"
        )
    return tuple(targets)
