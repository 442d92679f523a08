"""dataset.h5, the one format in which sequences and labels reach the training.

Groups `train`, `valid` and `test`, each with `sequence`, uint8 (N, L), A, C, G, T, N = 0..4, and
`label`, uint8 (N, T), 0 or 1. Where it is known which motifs a sequence holds, simulated sets add
`motif`, a table with a row per planted motif, and released sets `information`, float32 (N, L). Root
attributes: `targets` (JSON list), `name`, `source`, `seed`, `versions` (JSON object).
"""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np

from ..core.errors import UserError
from ..core.hdf5 import whole_hdf5
from ..core.memory import check_memory
from ..core.sequences import N_CODE
from ..core.splits import SPLITS
from .hdf5_arrays import own_array

# One planted motif: the row of its sequence within the split, 0-based start, width in nt,
# the matrix it was drawn from, and the strand it was planted on.
MOTIF_DTYPE = np.dtype(
    [("sequence", "<i4"), ("start", "<i4"), ("width", "<i4"), ("motif_id", "S16"), ("strand", "S1")]
)


@dataclass(frozen=True)
class Split:
    """Sequences of one split with their labels.

    Attributes
    ----------
    sequence
        uint8 (N, L), codes of `motifcnn.core.sequences`.
    label
        uint8 (N, T), 1 where the target is bound.
    motif
        `MOTIF_DTYPE` (M,), the planted motifs of a simulated set, or None.
    information
        float32 (N, L), bits of each position in the model that a released sequence was drawn from, or None;
        `data.planted_motifs.planted_information` gives it for both.
    """

    sequence: np.ndarray
    label: np.ndarray
    motif: np.ndarray | None = None
    information: np.ndarray | None = None


@dataclass(frozen=True)
class Dataset:
    """A dataset, as in dataset.h5.

    Attributes
    ----------
    train, valid, test
        The three splits, of the same L and T.
    targets
        Names of the T label columns.
    name, source
        Its name, and where it comes from, in words.
    seed
        Seed of the draw, or None.
    versions
        Versions of the programs that made it.
    """

    train: Split
    valid: Split
    test: Split
    targets: tuple[str, ...]
    name: str
    source: str = ""
    seed: int | None = None
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Length of every sequence, nt."""
        return self.train.sequence.shape[1]


def write_dataset(path: str | os.PathLike, dataset: Dataset) -> None:
    """Write dataset.h5, whole or not at all; the same dataset gives the same bytes."""
    with whole_hdf5(path) as (file, _):
        _describe(file, dataset.targets, dataset.name, dataset.source, dataset.seed, dataset.versions)
        for name in SPLITS:
            split = getattr(dataset, name)
            group = file.create_group(name)
            # Chunks of about 1 MB, compressed: a sequence needs 2 bits of its 8.
            for key, values in (("sequence", split.sequence), ("label", split.label)):
                rows = max(1, min(len(values), 2**20 // values.shape[1]))
                group.create_dataset(
                    key, data=values, chunks=(rows, values.shape[1]), compression="gzip", compression_opts=1
                )
            for key in ("motif", "information"):
                if (truth := getattr(split, key)) is not None:
                    group.create_dataset(key, data=truth, compression="gzip", compression_opts=1)


def _describe(file: h5py.File, targets, name, source, seed, versions) -> None:
    """Write the root attributes."""
    file.attrs["targets"] = json.dumps(list(targets))
    file.attrs["name"] = name
    file.attrs["source"] = source
    file.attrs["seed"] = -1 if seed is None else seed
    file.attrs["versions"] = json.dumps(versions, sort_keys=True)


def read_dataset(path: str | os.PathLike, splits: tuple[str, ...] = SPLITS) -> Dataset:
    """Read and check dataset.h5; `splits` that are not asked for come back empty, with 0 rows.

    Raises
    ------
    UserError
        The file is missing, cut short, or not as described at the top of this module.
    """
    if not os.path.exists(path):
        raise UserError(f"the dataset {path} does not exist")
    try:
        with h5py.File(path, "r") as file:
            return _read_checked(file, path, splits)
    except UserError:
        raise
    except (OSError, KeyError, ValueError, RuntimeError, TypeError, AttributeError) as error:
        raise UserError(
            f"the dataset {path} cannot be read, it seems cut short or is not HDF5 "
            f"({str(error).splitlines()[0]}); delete it and make it again"
        ) from error


def _read_checked(file: h5py.File, path, splits) -> Dataset:
    missing = [f"{s}/{k}" for s in SPLITS for k in ("sequence", "label") if f"{s}/{k}" not in file]
    if missing or "targets" not in file.attrs:
        what = ", ".join(missing) or "attribute 'targets'"
        raise UserError(f"the dataset {path} lacks {what}; it must hold train, valid and test with both")
    arrays = {(s, k): own_array(file, f"{s}/{k}", path) for s in SPLITS for k in ("sequence", "label")}
    needed = sum(array.nbytes for (split, _), array in arrays.items() if split in splits)
    check_memory(needed, f"the dataset {path}", "use a machine with more, or make a smaller dataset")
    targets = json.loads(file.attrs["targets"])
    if not isinstance(targets, list) or not all(isinstance(target, str) for target in targets):
        raise UserError(
            f"the dataset {path} has the attribute 'targets' {targets!r}; it must be a JSON list of names"
        )
    lengths = {file[s]["sequence"].shape[1:] for s in SPLITS}
    for name in SPLITS:
        sequence, label = file[name]["sequence"], file[name]["label"]
        if sequence.ndim != 2 or label.ndim != 2 or len(sequence) != len(label):
            raise UserError(
                f"the dataset {path} has {name}/sequence of shape {sequence.shape} and {name}/label of "
                f"shape {label.shape}; they must be (N, length) and (N, targets) with the same N"
            )
        if label.shape[1] != len(targets):
            raise UserError(
                f"the dataset {path} names {len(targets)} targets, but {name}/label has {label.shape[1]} columns"
            )
        if sequence.dtype != np.uint8 or label.dtype != np.uint8:
            raise UserError(
                f"the dataset {path} stores {name} as {sequence.dtype} and {label.dtype}; both must be uint8"
            )
        if len(sequence) == 0:
            raise UserError(f"the dataset {path} has no sequences in {name}")
    if len(lengths) != 1:
        raise UserError(f"the dataset {path} mixes sequence lengths; train, valid and test must agree")

    def load(name: str) -> Split:
        group = file[name]
        rows = slice(None) if name in splits else slice(0, 0)
        # The table has as many rows as there are motifs, not sequences.
        truth = (group[key][rows] if key in group else None for key in ("motif", "information"))
        split = Split(group["sequence"][rows], group["label"][rows], *truth)
        if split.sequence.size and split.sequence.max() > N_CODE:
            raise UserError(
                f"the dataset {path} has codes above {N_CODE} in {name}/sequence; use A,C,G,T,N = 0..4"
            )
        if split.label.size and split.label.max() > 1:
            raise UserError(f"the dataset {path} has labels other than 0 and 1 in {name}/label")
        return split

    seed = int(file.attrs.get("seed", -1))
    return Dataset(
        **{name: load(name) for name in SPLITS},
        targets=tuple(targets),
        name=str(file.attrs.get("name", "")),
        source=str(file.attrs.get("source", "")),
        seed=None if seed < 0 else seed,
        versions=json.loads(file.attrs.get("versions", "{}")),
    )


class DatasetStream:
    """Appends to a dataset.h5 that does not fit into memory; see `stream_dataset`."""

    def __init__(
        self, file: h5py.File, length: int, n_targets: int, information: bool, raise_error: Callable[[], None]
    ):
        self._file, self._raise_error = file, raise_error
        self._columns = {"sequence": (length, np.uint8), "label": (n_targets, np.uint8)}
        if information:
            self._columns["information"] = (length, np.float32)
        self._waiting: dict[tuple[str, str], list[np.ndarray]] = {}
        for split in SPLITS:
            group = file.create_group(split)
            for key, (columns, dtype) in self._columns.items():
                group.create_dataset(
                    key,
                    shape=(0, columns),
                    maxshape=(None, columns),
                    dtype=dtype,
                    chunks=(max(1, 2**20 // columns), columns),
                    compression="gzip",
                    compression_opts=1,
                )
                self._waiting[split, key] = []

    def append(self, split: str, key: str, values: np.ndarray) -> None:
        """Append rows to one of `SPLITS`; sequences, labels and information may come separately.

        `key` is `sequence`, `label` or `information`; `values` are as in `Split`.
        """
        columns, dtype = self._columns[key]
        if values.shape[1:] != (columns,) or values.dtype != dtype:
            raise ValueError(
                f"{split}/{key} takes {np.dtype(dtype)} (n, {columns}), not {values.dtype} {values.shape}"
            )
        # Only whole chunks are written, as a chunk is compressed anew whenever rows are added to it.
        waiting = self._waiting[split, key]
        waiting.append(values)
        rows = self._file[split][key].chunks[0]
        if sum(map(len, waiting)) >= rows:
            joined = np.concatenate(waiting)
            whole = len(joined) // rows * rows
            self._write(split, key, joined[:whole])
            self._waiting[split, key] = [joined[whole:].copy()]

    def describe(self, **attributes: Any) -> None:
        """Set further root attributes, each as JSON."""
        for key, value in attributes.items():
            self._file.attrs[key] = json.dumps(value)

    def _write(self, split: str, key: str, values: np.ndarray) -> None:
        stored = self._file[split][key]
        before = len(stored)
        stored.resize(before + len(values), axis=0)
        stored[before:] = values
        self._raise_error()

    def _finish(self) -> None:
        for (split, key), waiting in self._waiting.items():
            self._write(
                split, key, np.concatenate([np.empty((0, self._columns[key][0]), np.uint8), *waiting])
            )
        for split in SPLITS:
            rows = {key: len(self._file[split][key]) for key in self._columns}
            if len(set(rows.values())) > 1:
                raise ValueError(f"{split} got different numbers of rows: {rows}")


@contextlib.contextmanager
def stream_dataset(
    path: str | os.PathLike,
    *,
    length: int,
    targets: tuple[str, ...],
    name: str,
    source: str = "",
    seed: int | None = None,
    versions: dict[str, str] | None = None,
    information: bool = False,
) -> Iterator[DatasetStream]:
    """Write dataset.h5 piece by piece, whole or not at all; the same rows give the same bytes.

    `length` is that of every sequence, nt; `information` says whether it will be appended; the rest is as
    in `Dataset`.
    """
    with whole_hdf5(path) as (file, below):
        _describe(file, targets, name, source, seed, versions or {})
        stream = DatasetStream(file, length, len(targets), information, below.raise_error)
        yield stream
        stream._finish()
