"""Make up a genome and the peaks of three factors, to try out what the workflow does with your own ChIP-seq.

    python examples/make_peaks.py [FOLDER]

Writes genome.fa (8 million nt in five chromosomes) and CTCF, MAX and SP1.narrowPeak to FOLDER, which is data/tutorial
if left out. Four of five peaks have an instance of their factor's motif within 25 nt of the summit, drawn from its
matrix in JASPAR 2016, on either strand; the others have none, as in a real experiment. Some peaks of SP1 have one of
MAX beside them. The letters around them are random, with a GC content that changes along the chromosomes. The files
are the same every time.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from motifcnn.core.sequences import decode, reverse_complement
from motifcnn.motifs.jaspar import read_database

MATRICES = {"CTCF": "MA0139.1", "MAX": "MA0058.3", "SP1": "MA0079.3"}
CHROMOSOMES = {"chr1": 3_000_000, "chr2": 2_000_000, "chr3": 1_000_000, "chr4": 1_000_000, "chr5": 1_000_000}
# A place for a peak every so many nt; the share of the places that a factor takes, and of peaks with its motif.
STEP, BOUND, WITH_MOTIF = 1_000, 0.19, 0.8
SHARED = 0.3
FARTHEST, LINE = 25, 60


def draw_motif(ppm: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw an instance of a PPM on either strand; uint8, A, C, G, T = 0..3."""
    letters = (rng.random((len(ppm), 1)) > ppm.cumsum(axis=1)).sum(axis=1).clip(max=3).astype(np.uint8)
    return reverse_complement(letters) if rng.random() < 0.5 else letters


def make_peaks(folder: Path, chromosomes: Mapping[str, int] = CHROMOSOMES) -> dict[str, int]:
    """Write the files, with chromosomes of these lengths; return how many peaks each factor has."""
    rng = np.random.default_rng(2026)
    known = {
        motif.id: motif.probabilities
        for motif in read_database(ROOT / "resources/jaspar2016_core_vertebrates.txt")
    }
    folder.mkdir(parents=True, exist_ok=True)
    peaks = {factor: [] for factor in MATRICES}
    with (folder / "genome.fa").open("w", encoding="ascii") as genome:
        for chromosome, length in chromosomes.items():
            # GC content from 35% to 55%, in stretches of 100 kb.
            gc = np.repeat(rng.uniform(0.35, 0.55, -(-length // 100_000)), 100_000)[:length]
            letters = np.where(
                rng.random(length) < gc, rng.integers(1, 3, length), 3 * rng.integers(0, 2, length)
            )
            letters = letters.astype(np.uint8)
            for place in range(STEP, length - STEP, STEP):
                factors = [factor for factor in MATRICES if rng.random() < BOUND]
                if "SP1" in factors and rng.random() < SHARED:
                    factors.append("MAX")
                # The motifs of two factors keep clear of each other.
                sides = rng.permutation([-1, 0, 1])
                for factor, side in zip(dict.fromkeys(factors), sides, strict=False):
                    summit = place + 60 * int(side) + int(rng.integers(-10, 11))
                    if rng.random() < WITH_MOTIF:
                        motif = draw_motif(known[MATRICES[factor]], rng)
                        start = summit - len(motif) // 2 + int(rng.integers(-FARTHEST, FARTHEST + 1))
                        letters[start : start + len(motif)] = motif
                    peaks[factor].append((chromosome, summit))
            text = decode(letters)
            genome.write(f">{chromosome}\n")
            genome.writelines(f"{text[start : start + LINE]}\n" for start in range(0, length, LINE))
    for factor, summits in peaks.items():
        with (folder / f"{factor}.narrowPeak").open("w", encoding="ascii") as file:
            for number, (chromosome, summit) in enumerate(summits, 1):
                left, right = rng.integers(80, 200, 2)
                fields = (
                    chromosome,
                    summit - left,
                    summit + right,
                    f"{factor}_{number}",
                    1000,
                    ".",
                    10,
                    -1,
                    -1,
                    left,
                )
                file.write("\t".join(map(str, fields)) + "\n")
    return {factor: len(summits) for factor, summits in peaks.items()}


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "data/tutorial")
    for name, count in make_peaks(place).items():
        print(f"{place / name}.narrowPeak: {count:,} peaks")
