"""Make up a DeepSEA training bundle of the true size and formats, to rehearse the in vivo half without the real one.

    python benchmarks/make_bundle.py --folder downloads/rehearsal
    ./run --cores all --configfile config/rehearsal.yaml

Writes train.mat (MATLAB v7.3), valid.mat and test.mat (v5) with as many windows, features and positives as the real
files; in each, the second half of the rows are the reverse complements of the first. At full scale this takes
4.2 GB of disk, 1.1 GB of memory and 4 CPU minutes. A trial with a hundredth of the windows: --scale 0.01.

Labels: each of the papers' twelve factors is positive as often as published, in exactly as many windows together.
The other 907 features are positive at random, each at a rate of its own of 0.2% to 8%, which is an assumption.

Sequences: an order-3 Markov chain. Its probabilities are not counted in a genome but drawn: for each three letters,
those of the next are drawn from a Dirichlet distribution around the composition of the human genome (41% G + C),
with a fifth of the CpGs that it would hold by chance. In every positive window one site of the factor, drawn from
the JASPAR matrix of resources/transcription_factors.tsv and on either strand, lies within the central 400 nt. Sites
of three other motifs, the decoys (CTCF, REST and NRF1), lie anywhere in a tenth of all windows each, whatever the
labels. Real windows are harder: their sites are weaker, not always there, and found in unbound windows, too.
"""

import argparse
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from motifcnn.core.errors import UserError
from motifcnn.core.files import whole_file, write_text
from motifcnn.core.progress import Meter
from motifcnn.core.sequences import reverse_complement
from motifcnn.data import simulate
from motifcnn.data.legacy_stream import PLANTED_DTYPE
from motifcnn.experiment.registries import join_registries
from motifcnn.motifs.factors import FACTORS, Factor, read_factors
from motifcnn.motifs.jaspar import read_database

LENGTH, FEATURES = 1000, 919
# Of the published counts, which are of both strands.
PUBLISHED = join_registries(ROOT / "resources", {})["datasets"]["deepsea"]["expected"]
# Of CTCF, REST and NRF1.
DECOYS = ("MA0139.1", "MA0138.2", "MA0506.1")
DECOY_SHARE = 0.1
# A, C, G, T of the human genome, and its CpGs as a share of those expected (International Human Genome
# Sequencing Consortium 2001, doi 10.1038/35057062).
COMPOSITION, CPG = np.array([0.295, 0.205, 0.205, 0.295]), 0.2
# The larger, the nearer the contexts are to the composition.
CONCENTRATION = 50
# Sites keep clear of each other by lying in slots of their own.
SITES_FROM, SLOT, SLOTS = 300, 25, 16
# Windows made at a time; both strands of them are written at once, and each chunk of train.mat exactly once.
BLOCK = 50_000
HEADER = "made up by motif-filters, benchmarks/make_bundle.py: not the DeepSEA data"


def bundle_sizes(split: str, scale: float) -> tuple[int, int, dict[str, int]]:
    """Return the windows of a file, those with a positive among the twelve factors, and positives by factor."""
    windows = max(1, round(PUBLISHED["rows"][split] * scale / 2))
    # For the validation file only the rows are published; it is like the training file.
    source = split if split in PUBLISHED["kept"] else "train"
    share = windows / PUBLISHED["rows"][source]
    positives = {name: max(1, round(n * share)) for name, n in PUBLISHED["positives"][source].items()}
    bound = max(round(PUBLISHED["kept"][source] * share), *positives.values())
    return windows, min(bound, sum(positives.values()), windows), positives


def draw_bound(rng: np.random.Generator, windows: int, bound: int, positives: list[int]) -> np.ndarray:
    """Draw which factors are positive where, uint8 (factors, windows): exactly as many as asked for."""
    label = np.zeros((len(positives), windows), np.uint8)
    places = rng.choice(windows, bound, replace=False)
    factors = rng.permutation(np.repeat(np.arange(len(positives)), positives))
    label[factors[:bound], places] = 1
    left = factors[bound:]
    while len(left):
        chosen = rng.choice(places, len(left))
        # Those that a window has already, or that were drawn twice for it, are drawn anew.
        _, first = np.unique(left * windows + chosen, return_index=True)
        new = first[label[left[first], chosen[first]] == 0]
        label[left[new], chosen[new]] = 1
        left = np.delete(left, new)
    return label


class Background:
    """An order-3 Markov chain whose probabilities are multiples of 1/256."""

    def __init__(self, rng: np.random.Generator):
        mean = np.tile(COMPOSITION, (64, 1))
        after_c = np.arange(64) % 4 == 1
        mean[after_c, 2] *= CPG
        mean /= mean.sum(1, keepdims=True)
        drawn = np.array([rng.dirichlet(CONCENTRATION * row) for row in mean])
        limits = np.round(256 * np.cumsum(drawn, 1)).astype(int)
        # The next letter for each context of three and each byte.
        self.letters = (np.arange(256)[None, :, None] >= limits[:, None, :3]).sum(2, dtype=np.uint8).ravel()

    def draw(self, rng: np.random.Generator, windows: int) -> np.ndarray:
        """Draw codes, uint8 (L, windows)."""
        codes = np.empty((LENGTH, windows), np.uint8)
        codes[:3] = rng.integers(0, 4, (3, windows), np.uint8)
        context = (codes[0].astype(np.uint16) << 4) | (codes[1] << 2) | codes[2]
        for position in range(3, LENGTH):
            random = rng.integers(0, 256, windows, np.uint8)
            self.letters.take((context << 8) | random, out=codes[position])
            context = ((context & 15) << 2) | codes[position]
        return codes


class Maker:
    """Draws blocks of windows.

    Attributes
    ----------
    factors
        The twelve factors.
    """

    def __init__(self, seed: int):
        self.factors: dict[str, Factor] = read_factors(FACTORS)
        self.columns = np.array([factor.deepsea_index for factor in self.factors.values()])
        ids = [factor.matrix_id for factor in self.factors.values()]
        known = {
            motif.id: motif for motif in read_database(ROOT / "resources/jaspar2016_core_vertebrates.txt")
        }
        # The decoys come first, so that no site of a factor is overwritten.
        self.motifs = [known[name] for name in (*DECOYS, *ids)]
        self.widths = np.array([len(motif.probabilities) for motif in self.motifs])
        rng = np.random.default_rng(seed)
        self.background = Background(rng)
        self.rates = 0.002 * 40 ** rng.random((FEATURES, 1), np.float32)

    def labels(self, rng: np.random.Generator, bound: np.ndarray) -> np.ndarray:
        """Draw labels, uint8 (919, windows), that are those of `bound` for the twelve factors."""
        label = (rng.random((FEATURES, bound.shape[1]), np.float32) < self.rates).view(np.uint8)
        label[self.columns] = bound
        return label

    def codes(self, rng: np.random.Generator, bound: np.ndarray) -> np.ndarray:
        """Draw codes, uint8 (L, windows), with the sites of the factors that are bound, and decoys."""
        windows = bound.shape[1]
        codes = self.background.draw(rng, windows)
        for motif in range(len(DECOYS)):
            rows = np.flatnonzero(rng.random(windows) < DECOY_SHARE)
            starts = rng.integers(0, LENGTH - self.widths[motif] + 1, len(rows))
            self._plant(rng, codes, rows, starts, motif)
        rows = np.flatnonzero(bound.any(0))
        slots = rng.permuted(np.tile(np.arange(SLOTS), (len(rows), 1)), axis=1)
        for factor, label in enumerate(bound[:, rows]):
            mine, motif = label == 1, len(DECOYS) + factor
            within = rng.integers(0, SLOT - self.widths[motif] + 1, mine.sum())
            self._plant(rng, codes, rows[mine], SITES_FROM + SLOT * slots[mine, factor] + within, motif)
        return codes

    def _plant(self, rng, codes, rows, starts, motif) -> None:
        planted = np.empty(len(rows), PLANTED_DTYPE)
        planted["sequence"], planted["start"] = rows, starts
        planted["width"], planted["motif"] = self.widths[motif], motif
        planted["reverse"] = rng.random(len(rows)) < 0.5
        simulate._plant(rng, codes.T, planted, self.motifs)

    def blocks(self, split: str, scale: float, seed: int) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
        """Yield the windows of a file: which they are, codes and labels, (L, n) and (919, n), forward."""
        windows, n_bound, positives = bundle_sizes(split, scale)
        rng = np.random.default_rng([seed, ("train", "valid", "test").index(split)])
        bound = draw_bound(rng, windows, n_bound, [positives[name] for name in self.factors])
        with Meter(f"making {split}.mat", 2 * windows, "rows") as meter:
            for low in range(0, windows, BLOCK):
                here = slice(low, min(low + BLOCK, windows))
                yield here, self.codes(rng, bound[:, here]), self.labels(rng, bound[:, here])
                meter.advance(2 * (here.stop - here.start))


def one_hot(codes: np.ndarray) -> np.ndarray:
    """Return one-hot as it lies in the files, uint8 (L, 4, n) with channels A, G, C, T, of codes, (L, n)."""
    return (codes[:, None] == np.array([0, 2, 1, 3], np.uint8)[:, None]).view(np.uint8)


def other_strand(codes: np.ndarray) -> np.ndarray:
    """Return the reverse complements of codes, (L, n)."""
    return reverse_complement(codes.T).T


def write_train(path: Path, windows: int, blocks: Iterator) -> None:
    """Write a file of version 7.3, block by block."""
    # How MATLAB cuts such arrays is not documented; the reader goes along whatever chunks it finds.
    options = {"dtype": np.uint8, "compression": "gzip", "compression_opts": 1}
    along = min(BLOCK, windows)
    with whole_file(path) as temporary:
        with h5py.File(temporary, "w", userblock_size=512) as file:
            sequence = file.create_dataset(
                "trainxdata", (LENGTH, 4, 2 * windows), chunks=(1, 1, along), **options
            )
            label = file.create_dataset("traindata", (FEATURES, 2 * windows), chunks=(4, along), **options)
            for array in (sequence, label):
                array.attrs["MATLAB_class"] = np.bytes_("uint8")
            for here, codes, labels in blocks:
                there = slice(windows + here.start, windows + here.stop)
                for rows, strand in ((here, codes), (there, other_strand(codes))):
                    sequence[:, :, rows] = one_hot(strand)
                    label[:, rows] = labels
        with temporary.open("r+b") as file:
            text = f"MATLAB 7.3 MAT-file, {HEADER}".encode()
            file.write(text.ljust(116)[:116] + bytes(8) + b"\x00\x02IM")


def write_version_5(path: Path, split: str, windows: int, blocks: Iterator) -> None:
    """Write a file of version 5. In it each position has all rows, so all codes are held, a byte per letter."""
    codes, label = np.empty((LENGTH, windows), np.uint8), np.empty((FEATURES, windows), np.uint8)
    for here, letters, labels in blocks:
        codes[:, here], label[:, here] = letters, labels

    def positions():
        for first in range(LENGTH):
            forward, backward = codes[first : first + 1], codes[LENGTH - 1 - first : LENGTH - first]
            yield one_hot(np.concatenate([forward, other_strand(backward)], axis=1)).tobytes()

    with whole_file(path) as temporary, temporary.open("wb") as file:
        file.write(f"MATLAB 5.0 MAT-file, {HEADER}".encode().ljust(116)[:116] + bytes(8) + b"\x00\x01IM")
        _write_variable(file, f"{split}xdata", (2 * windows, 4, LENGTH), positions())
        both = (row.tobytes() * 2 for row in label)
        _write_variable(file, f"{split}data", (2 * windows, FEATURES), both)


def _write_variable(file, name: str, dimensions: tuple[int, ...], pieces: Iterator[bytes]) -> None:
    """Write an array of uint8 as a compressed element ("MAT-File Format", chapter 1, by MathWorks)."""

    def element(kind: int, data: bytes) -> bytes:
        return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)

    size = int(np.prod(dimensions))
    # 6, 5, 1, 2: the types uint32, int32, int8 and uint8; 9: the class of arrays of uint8.
    head = element(6, struct.pack("<II", 9, 0)) + element(5, struct.pack(f"<{len(dimensions)}i", *dimensions))
    head += element(1, name.encode()) + struct.pack("<II", 2, size)
    start, squeeze = file.tell(), zlib.compressobj(1)
    file.write(bytes(8))
    file.write(squeeze.compress(struct.pack("<II", 14, len(head) + size + -size % 8) + head))
    for piece in pieces:
        file.write(squeeze.compress(piece))
    file.write(squeeze.compress(bytes(-size % 8)) + squeeze.flush())
    end = file.tell()
    file.seek(start)
    file.write(struct.pack("<II", 15, end - start - 8))
    file.seek(end)


def make_bundle(folder: Path, scale: float, seed: int) -> None:
    """Write train.mat, valid.mat and test.mat to `folder`."""
    maker = Maker(seed)
    write_text(folder / "README.txt", f"{__doc__}\nScale {scale}, seed {seed}.\n")
    for split in ("train", "valid", "test"):
        windows, bound, _ = bundle_sizes(split, scale)
        blocks = maker.blocks(split, scale, seed)
        path = folder / f"{split}.mat"
        if split == "train":
            write_train(path, windows, blocks)
        else:
            write_version_5(path, split, windows, blocks)
        print(
            f"{path}: {2 * windows:,} rows, {2 * bound:,} with a positive among the twelve factors",
            flush=True,
        )


def _share(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"it is {text}, but must be above 0 and at most 1")
    return value


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", required=True, type=Path, help="where to write the three files")
    parser.add_argument("--scale", default=1.0, type=_share, help="share of the windows (default: 1)")
    parser.add_argument("--seed", default=1, type=int, help="seed of all draws (default: 1)")
    given = parser.parse_args()
    try:
        make_bundle(given.folder, given.scale, given.seed)
    except UserError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
