"""A miniature of the DeepSEA training bundle, in exactly its formats, with the truth beside it.

train.mat is MATLAB v7.3 (HDF5 behind a 512-byte user block, gzip level 3, chunks across many rows,
as few positions each), valid.mat and test.mat are v5. Every window comes on both strands: first all
forward, then all reverse-complemented. Windows bound by one of the twelve factors hold its consensus.
"""

import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import scipy.io
from motifcnn.core.sequences import reverse_complement
from motifcnn.motifs.factors import read_factors
from motifcnn.motifs.jaspar import read_database
from repository import RESOURCES

FACTORS = RESOURCES / "transcription_factors.tsv"
FEATURES = RESOURCES / "deepsea_features.tsv"
N_FEATURES = 919


@dataclass(frozen=True)
class Truth:
    """What a file of the bundle holds: `codes` uint8 (N, L) and `labels` uint8 (N, 919), both strands."""

    codes: np.ndarray
    labels: np.ndarray


def build_bundle(folder, windows=(60, 12, 20), length=1000, seed=0, bound=0.5, chunks=None):
    """Write train.mat, valid.mat and test.mat with `windows` windows each; return {split: Truth}."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    truths = {}
    for split, n in zip(("train", "valid", "test"), windows, strict=True):
        truths[split] = truth = draw(rng, n, length, bound)
        arrays = {f"{split}xdata": channels_of(truth.codes), f"{split}data": truth.labels.T}
        path = folder / f"{split}.mat"
        if split == "train":
            write_v73(path, arrays, chunks)
        else:
            write_v5(path, arrays)
    return truths


def draw(rng, n_windows, length=1000, bound=0.5):
    """Draw windows with motifs of the bound factors, and N here and there, on both strands."""
    factors = read_factors(FACTORS)
    motifs = {motif.id: motif for motif in read_database(RESOURCES / "jaspar2016_core_vertebrates.txt")}
    consensus = {
        factor.deepsea_index: motifs[factor.matrix_id].probabilities.argmax(1).astype(np.uint8)
        for factor in factors.values()
    }
    codes = rng.integers(0, 4, (n_windows, length), np.uint8)
    # Other features are positive here and there, whatever the sequence.
    labels = (rng.random((n_windows, N_FEATURES)) < 0.02).astype(np.uint8)
    labels[:, list(consensus)] = 0
    codes[::7, : length // 20] = 4
    for row in np.flatnonzero(rng.random(n_windows) < bound):
        chosen = rng.choice(list(consensus), rng.integers(1, 3), replace=False)
        labels[row, chosen] = 1
        for number, index in enumerate(chosen):
            word = consensus[index]
            start = length // 4 + number * length // 4 + rng.integers(0, length // 4 - len(word))
            codes[row, start : start + len(word)] = word if rng.random() < 0.5 else reverse_complement(word)
    return Truth(np.concatenate([codes, reverse_complement(codes)]), np.concatenate([labels, labels]))


def channels_of(codes):
    """Return one-hot as the bytes lie in the files, uint8 (L, 4, N) with channels A, G, C, T."""
    return np.stack([code == codes.T for code in (0, 2, 1, 3)], axis=1).astype(np.uint8)


def write_v73(path, arrays, chunks=None):
    """Write a MATLAB v7.3 file; `arrays` as their bytes lie, the rows last."""
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, values in arrays.items():
            shape = chunks or tuple(
                min(size, most)
                for size, most in zip(values.shape, (2, 4, 50) if values.ndim == 3 else (40, 50), strict=True)
            )
            if values.ndim == 2 and chunks:
                shape = (min(64, values.shape[0]), chunks[-1])
            stored = file.create_dataset(
                name, data=values, chunks=shape, compression="gzip", compression_opts=3
            )
            stored.attrs["MATLAB_class"] = np.bytes_("uint8")
    with open(path, "r+b") as file:
        file.write(v73_header())


def v73_header():
    """Return the 512 bytes before the HDF5 part."""
    text = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Thu Jan  1 00:00:00 2015 HDF5 schema 1.00 ."
    return (text.ljust(116) + bytes(8) + b"\x00\x02IM").ljust(512, b"\0")


def write_v5(path, arrays, compressed=True):
    """Write a MATLAB v5 file; `arrays` as their bytes lie, the rows last."""
    scipy.io.savemat(path, {name: values.T for name, values in arrays.items()}, do_compression=compressed)


def pack(archive, folder, inside="deepsea_train"):
    """Write the three files of `folder` as a .tar.gz, in a folder called `inside`, with a readme."""
    with tarfile.open(archive, "w:gz", compresslevel=1) as file:
        note = tarfile.TarInfo(f"{inside}/readme")
        note.size = 5
        file.addfile(note, io.BytesIO(b"hello"))
        for split in ("train", "valid", "test"):
            file.add(Path(folder) / f"{split}.mat", f"{inside}/{split}.mat")


def expected_counts(truths, indices):
    """Return the counts of the miniature in the form of the registry's `expected:`, for {name: index}."""
    columns = list(indices.values())
    splits = truths.items()
    return {
        "features": N_FEATURES,
        "rows": {split: len(truth.labels) for split, truth in splits},
        "kept": {split: int(truth.labels[:, columns].any(1).sum()) for split, truth in splits},
        "positives": {
            split: {name: int(truth.labels[:, index].sum()) for name, index in indices.items()}
            for split, truth in splits
        },
    }
