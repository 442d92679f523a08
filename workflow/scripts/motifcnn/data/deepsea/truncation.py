"""The DeepSEA training bundle, cut down to some of its 919 features.

Zhou & Troyanskaya 2015 (doi 10.1038/nmeth.3547) published 1,000-nt windows of hg19 with labels from
919 chromatin profiles as three MATLAB files: train.mat (version 7.3), valid.mat and test.mat
(version 5). The papers keep twelve transcription factors in K562 and the windows that at least one
of them binds. The files hold, with the order of the axes as their bytes lie:

- `trainxdata`, `validxdata`, `testxdata` (1000, 4, N): one-hot, channels A, G, C, T; an unknown
  letter is four zeros;
- `traindata`, `validdata`, `testdata` (919, N): 0 or 1;
- first the windows as on the forward strand, then the same windows, in the same order, reverse
  complemented.

A file is read once, along its chunks, and only the rows that are kept become codes. Memory does not grow
with N, except for a byte per row of the file and, for files of version 5, which cannot exceed 2 GB, a
quarter of their size.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...core.errors import UserError
from ...core.progress import Meter
from ...core.sequences import N_CODE
from ...core.splits import SPLITS
from ..dataset import DatasetStream, stream_dataset
from .matlab import Array, open_arrays

CHANNELS = "AGCT"
N_FEATURES = 919
FILES = tuple(f"{split}.mat" for split in SPLITS)

_STREAM = 7
# Bytes of codes or labels held at a time. Within that, a block has the rows of as many chunks as fit.
_HELD = 256 * 2**20


def truncate(
    files: Mapping[str, str | os.PathLike],
    output: str | os.PathLike,
    targets: Mapping[str, int],
    *,
    name: str = "deepsea",
    source: str = "",
    resplit: float | None = None,
    reverse_complement: bool = True,
    seed: int = 0,
    expected: Mapping[str, Any] | None = None,
    versions: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Write the rows of the bundle with at least one positive among `targets` as dataset.h5.

    Parameters
    ----------
    files
        Path of the MATLAB file by split; `valid` is not needed with `resplit`.
    output
        The dataset.h5 to write.
    targets
        Index of the feature by name, in the order of the labels.
    name, source, versions
        As in `Dataset`.
    resplit
        None for DeepSEA's own validation set, or the share of the training windows that become the
        validation set. Both strands of a window go the same way.
    reverse_complement
        Whether to keep the reverse-complemented half of each file.
    seed
        Seed of the new split.
    expected
        Published counts to compare with: `features`; `rows`, of the files; `kept`, with at least one
        positive among exactly the targets of `positives`; `positives`, by target. All but `features`
        are by split, and count both strands of the whole file whatever the options.

    Returns
    -------
    list of dict
        A line for each comparison: `what`, `expected`, `found`, `equal`.

    Raises
    ------
    UserError
        A file is missing, damaged or not laid out as above, or a split ends up empty.
    """
    splits = [split for split in SPLITS if resplit is None or split != "valid"]
    if missing := [split for split in splits if split not in files]:
        raise UserError(f"{missing[0]}.mat is needed, but no path was given for it")
    # Whatever can be checked without reading the rows is checked first.
    lengths = {split: check_file(files[split], split, targets)[1] for split in splits}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{length} nt in {split}.mat" for split, length in lengths.items())
        raise UserError(f"the sequences are of different lengths, {told}; the files must be of one bundle")
    checks: list[dict[str, Any]] = []
    written = dict.fromkeys(SPLITS, 0)
    with stream_dataset(
        output,
        length=lengths["train"],
        targets=tuple(targets),
        name=name,
        source=source,
        seed=seed if resplit is not None else None,
        versions=dict(versions or {}),
    ) as stream:
        for split in splits:
            with open_arrays(files[split], _names(split)) as (sequence, label):
                part = _Part(split, sequence, label, np.array(list(targets.values())), stream)
                part.route(resplit if split == "train" else None, reverse_complement, seed)
                part.copy_labels()
                part.copy_sequences()
            checks += _compare(part, targets, expected or {})
            for into, rows in part.written.items():
                written[into] += rows
        for split, rows in written.items():
            if not rows:
                raise UserError(
                    f"no row of {split} has a positive for {_some(targets)}; choose other targets"
                    + (", or take the validation set from train.mat with 'resplit: 0.1'" * (split == "valid"))
                )
        stream.describe(checks=checks, columns=list(targets.values()))
    return checks


def _names(split: str) -> tuple[str, str]:
    return f"{split}xdata", f"{split}data"


def check_file(
    path: str | os.PathLike, split: str, targets: Mapping[str, int] | None = None
) -> tuple[int, int, int]:
    """Check that `path` is the bundle's file of `split` and has the features `targets`, by its shapes alone.

    Returns
    -------
    tuple of int
        Rows, length of the sequences, number of features.

    Raises
    ------
    UserError
        It is not, or a feature is missing.
    """
    with open_arrays(path, _names(split)) as (sequence, label):
        _check_shapes(sequence, label, path, targets or {})
        return sequence.shape[2], sequence.shape[0], label.shape[0]


def _some(names: Sequence[str] | Mapping[str, int], most: int = 12) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _check_shapes(sequence: Array, label: Array, path, targets: Mapping[str, int]) -> None:
    shape = sequence.shape
    if len(shape) != 3 or shape[1] != len(CHANNELS) or len(label.shape) != 2 or 0 in shape:
        raise UserError(
            f"{path}: {sequence.name} has the shape {shape} and {label.name} {label.shape}; "
            "they must be (length, 4, rows) and (features, rows), as in the DeepSEA bundle"
        )
    if shape[2] != label.shape[1]:
        raise UserError(f"{path}: {sequence.name} has {shape[2]} rows, but {label.name} {label.shape[1]}")
    for name, index in targets.items():
        if index >= label.shape[0]:
            raise UserError(
                f"{path} has {label.shape[0]} features, so there is no feature {index}, {name}; "
                f"DeepSEA's own files have {N_FEATURES}"
            )


class _Part:
    """One MATLAB file on its way into the dataset.

    Attributes
    ----------
    positives
        int64 (T,), of the whole file.
    kept
        bool (N,), rows with at least one positive, of the whole file.
    """

    def __init__(self, split: str, sequence: Array, label: Array, columns: np.ndarray, stream: DatasetStream):
        self.split, self.sequence, self.label = split, sequence, label
        self.columns, self.stream = columns, stream
        self.n_rows = label.shape[1]
        self.positives = np.zeros(len(columns), np.int64)
        self.kept = np.zeros(self.n_rows, bool)
        self.written: dict[str, int] = {}

    def route(self, resplit: float | None, reverse_complement: bool, seed: int) -> None:
        """Decide which split each row would go to if it is kept: the masks of `self.into`, bool (N,)."""
        half = self.n_rows // 2
        if self.n_rows % 2 and (resplit is not None or not reverse_complement):
            raise UserError(
                f"{self.sequence.name} has {self.n_rows} rows, an odd number, so they are not windows and "
                "their reverse complements; leave out resplit and reverse_complement"
            )
        wanted = np.ones(self.n_rows, bool)
        if not reverse_complement:
            wanted[half:] = False
        if resplit is None:
            self.into = {self.split: wanted}
            return
        # Drawn for every window, positive or not, so that the split is the same for any targets.
        window = np.random.default_rng([seed, _STREAM]).random(half) < resplit
        held_out = np.concatenate([window, window])
        self.into = {self.split: wanted & ~held_out, "valid": wanted & held_out}

    def copy_labels(self) -> None:
        """Find the rows that are kept and write their labels."""
        wanted = np.unique(self.columns)
        for low, high in self.label.row_blocks(max(1, _HELD // max(len(self.columns), 1))):
            found = np.zeros((high - low, len(self.columns)), np.uint8)
            for first, values in self.label.slabs(low, high, wanted):
                inside = (self.columns >= first) & (self.columns < first + len(values))
                found[:, inside] = values[self.columns[inside] - first].T
            if found.max() > 1:
                raise UserError(
                    f"{self.label.name} of {self.split}.mat has values other than 0 and 1 in the columns "
                    f"{_some([str(c) for c in self.columns])}"
                )
            self.positives += found.sum(0, dtype=np.int64)
            self.kept[low:high] = found.any(1)
            for into, mask in self.into.items():
                rows = self.kept[low:high] & mask[low:high]
                self.stream.append(into, "label", found[rows])
                self.written[into] = self.written.get(into, 0) + int(rows.sum())

    def copy_sequences(self) -> None:
        """Write the sequences of the rows that are kept, as codes."""
        length = self.sequence.shape[0]
        keep = self.kept & np.logical_or.reduce(list(self.into.values()))
        most = max(1, _HELD // length)
        # Chunks longer than that are still read once if what is kept of one fits.
        most = max(most, min(self.sequence.step, most * self.n_rows // max(1, int(keep.sum()))))
        with Meter(f"reading {self.split}.mat", self.n_rows, "rows") as meter:
            for low, high in self.sequence.row_blocks(most):
                rows = np.flatnonzero(keep[low:high])
                if len(rows):
                    codes = np.empty((len(rows), length), np.uint8)
                    for first, values in self._codes(low, high, rows):
                        codes[:, first : first + len(values)] = values.T
                    for into, mask in self.into.items():
                        here = mask[low:high][rows]
                        self.stream.append(into, "sequence", codes if here.all() else codes[here])
                meter.advance(high - low)

    def _codes(self, low: int, high: int, rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        for first, values in self.sequence.slabs(low, high):
            chosen = values if len(rows) == high - low else np.take(values, rows, axis=2)
            a, g, c, t = (chosen[:, channel] for channel in range(4))
            # Of four numbers at most one is 1 and none is larger.
            if (a | g | c | t).max() > 1 or (a + g + c + t).max() > 1:
                raise UserError(
                    f"{self.sequence.name} of {self.split}.mat is not one-hot: a position has values other "
                    "than four zeros or three zeros and a one"
                )
            # A, C, G, T = 0..3; four zeros stay N.
            yield first, N_CODE - 4 * a - 3 * c - 2 * g - t


def _compare(part: _Part, targets: Mapping[str, int], expected: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Compare what was read with what is published."""
    split, checks = part.split, []

    def compare(what: str, published: int | None, found: int) -> None:
        if published is not None:
            found = int(found)
            checks.append({"what": what, "expected": published, "found": found, "equal": found == published})

    published = {key: expected.get(key, {}).get(split) for key in ("rows", "kept", "positives")}
    positives = published["positives"] or {}
    compare(f"features in {split}.mat", expected.get("features"), part.label.shape[0])
    compare(f"rows in {split}.mat", published["rows"], part.n_rows)
    if part.n_rows % 2 == 0:
        half = part.n_rows // 2
        unlike = int((part.kept[:half] != part.kept[half:]).sum())
        compare(f"{split} windows that are kept on one strand only", 0, unlike)
    if set(targets) == set(positives):
        compare(
            f"{split} rows with at least one positive of the {len(targets)} targets",
            published["kept"],
            part.kept.sum(),
        )
    for target, found in zip(targets, part.positives, strict=True):
        compare(f"{split} positives of {target}", positives.get(target), found)
    return checks
