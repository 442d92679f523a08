"""Time and memory from a whole genome of peaks to dataset.h5, and from a loop over windows.

    python benchmarks/bench_peaks.py [--scale 1.0] [--folder FOLDER]

Makes a FASTA file with the chromosomes of hg19 (3.1 Gb at scale 1) and 12 targets with 50,000 peaks
each, spread evenly, so that hardly two share a bin: the most windows there can be. Then it runs
window_peaks.py, index and compression included, without negatives and with one for each positive.
For comparison it cuts some of the same windows out one by one. That is quick for a plain FASTA file,
though it counts no N, but of a bgzipped one 64 kB have to be unpacked for each window, 0.3 ms. Needs
5 GB of disk at scale 1, which it frees at the end.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pysam

SCRIPTS = Path(__file__).parents[1] / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))

from motifcnn.core.sequences import encode

# hg19, chr1 to chr22, chrX and chrY, millions of nt.
CHROMOSOMES = dict(
    zip(
        [f"chr{n}" for n in (*range(1, 23), "X", "Y")],
        (249.25, 243.20, 198.02, 191.15, 180.92, 171.12, 159.14, 146.36, 141.21, 135.53, 135.01, 133.85,
         115.17, 107.35, 102.53, 90.35, 81.20, 78.08, 59.13, 63.03, 48.13, 51.30, 155.27, 59.37),
        strict=True,
    )
)  # fmt: skip
LINE = 60
# Windows cut out one by one for comparison.
SAMPLE = 20_000


def write_genome(path: Path, lengths: dict[str, int], rng: np.random.Generator) -> None:
    """Write random letters, some of them lower case, with a run of N at both ends of every chromosome."""
    letters = np.frombuffer(b"ACGTacgtACGTACGT", np.uint8)
    with path.open("wb") as file:
        for name, length in lengths.items():
            file.write(f">{name}\n".encode())
            # Whole lines, so that the next piece begins a line as well.
            for low in range(0, length, LINE * 200_000):
                rows = min(200_000, (length - low) // LINE)
                lines = np.full((rows, LINE + 1), ord("\n"), np.uint8)
                lines[:, :LINE] = letters[rng.integers(0, 16, (rows, LINE), dtype=np.uint8)]
                if low == 0:
                    lines[: 10_000 // LINE, :LINE] = ord("N")
                file.write(lines.tobytes())


def write_peaks(path: Path, lengths: dict[str, int], number: int, rng: np.random.Generator) -> None:
    """Write `number` peaks of 150 to 450 nt, as a narrowPeak file has them, in no order."""
    sizes = np.array(list(lengths.values()))
    chromosome = rng.choice(len(sizes), number, p=sizes / sizes.sum())
    start = (rng.random(number) * (sizes[chromosome] - 500)).astype(int)
    width = rng.integers(150, 451, number)
    names = list(lengths)
    with path.open("w") as file:
        for index, low, size in zip(chromosome.tolist(), start.tolist(), width.tolist(), strict=True):
            file.write(f"{names[index]}\t{low}\t{low + size}\t.\t0\t.\t1\t-1\t-1\t{size // 2}\n")


def seconds_per_window(genome: Path, windows: Path) -> float:
    """Time the loop that fetches and encodes window after window."""
    places = [line.split("\t")[:3] for line in windows.read_text().splitlines()[:SAMPLE]]
    with pysam.FastaFile(str(genome)) as fasta:
        started = time.perf_counter()
        np.stack([encode(fasta.fetch(name, int(low), int(high))) for name, low, high in places])
        return (time.perf_counter() - started) / len(places)


def measure(dataset: dict, output: Path, windows: Path) -> tuple[float, float, float]:
    """Run window_peaks.py in a process of its own; return seconds, seconds of CPU, and peak memory, GB."""
    config = output.with_name("config.yaml")
    grid = [{"architectures": ["cnn-2"], "activations": ["relu"]}]
    plan = {"experiment": "benchmark", "datasets": ["random"], "grid": grid, "seeds": 1}
    config.write_text(json.dumps(plan | {"define": {"datasets": {"random": dataset}}}))
    command = [sys.executable, str(SCRIPTS / "window_peaks.py"), "--config", str(config)]
    command += ["--dataset-name", "random", "--dataset", str(output), "--windows", str(windows)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("window_peaks.py failed")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20


def main() -> None:
    """Generate, measure, compare, clean up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="of genome and peaks, 1 for hg19's size")
    parser.add_argument("--folder", help="where the temporary files go")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    lengths = {
        name: int(size * options.scale * 1_000_000) // LINE * LINE for name, size in CHROMOSOMES.items()
    }
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        genome, output, windows = (folder / file for file in ("genome.fa", "dataset.h5", "windows.bed"))
        write_genome(genome, lengths, rng)
        targets = {f"TF{n + 1}": str(folder / f"TF{n + 1}.narrowPeak") for n in range(12)}
        for path in targets.values():
            write_peaks(Path(path), lengths, int(50_000 * options.scale), rng)
        dataset = {
            "type": "peaks",
            "genome": str(genome),
            "peaks": targets,
            "chromosomes": {"valid": ["chr7"], "test": ["chr8", "chr9"]},
        }
        print(f"genome {sum(lengths.values()) / 1e9:.2f} Gb", flush=True)
        for title, negatives in (("no negatives", None), ("gc_matched negatives", {"ratio": 1})):
            seconds, cpu, memory = measure({**dataset, "negatives": negatives}, output, windows)
            rows = sum(1 for _ in windows.open())
            size = f"{rows:,} rows, dataset {output.stat().st_size / 1e9:.2f} GB"
            print(
                f"{title}: {size}; {seconds:.0f} s ({cpu:.0f} s of CPU), peak memory {memory:.2f} GB",
                flush=True,
            )
        pysam.faidx(str(genome))
        one_by_one = seconds_per_window(genome, windows)
        print(
            f"window by window: {1e6 * one_by_one:.0f} µs each, {one_by_one * rows:.0f} s for all, sequences alone"
        )


if __name__ == "__main__":
    main()
