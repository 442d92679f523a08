"""Time and memory that it takes to cut down the DeepSEA bundle, and h5py merely to read it.

Makes a train.mat of the true layout (MATLAB v7.3; `trainxdata` (1000, 4, N), `traindata` (919, N);
gzip level 3) with random letters and about as many positives as the real one, and a test.mat
(MATLAB v5). Prints seconds, MB/s of uncompressed data (by CPU time, so that a busy machine does not
matter), peak memory, and minutes for 4,400,000 rows.

How MATLAB chooses the chunks of a v7.3 file is not documented. Its arrays run fastest along the
rows, so they come last here; `--chunks` sets others.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import h5py
import numpy as np
import scipy.io

SCRIPTS = Path(__file__).resolve().parents[1] / "workflow" / "scripts"
sys.path.insert(0, str(SCRIPTS))

from motifcnn.data.deepsea.matlab import open_arrays
from motifcnn.data.deepsea.truncation import truncate
from motifcnn.motifs.factors import read_factors

FACTORS = SCRIPTS.parents[1] / "resources" / "transcription_factors.tsv"
LENGTH, FEATURES, REAL_ROWS, REAL_KEPT = 1000, 919, 4_400_000, 270_382


def columns():
    return {name: factor.deepsea_index for name, factor in read_factors(FACTORS).items()}


def draw_labels(rng, n_windows):
    """Draw labels, uint8 (919, 2 n): a window in 16 is bound by one of the twelve, others are 2% positive."""
    labels = (rng.random((FEATURES, n_windows), np.float32) < 0.02).astype(np.uint8)
    twelve = list(columns().values())
    labels[twelve] = 0
    bound = np.flatnonzero(rng.random(n_windows) < REAL_KEPT / REAL_ROWS)
    labels[rng.choice(twelve, len(bound)), bound] = 1
    return np.concatenate([labels, labels], axis=1)


def make_train(path, n_rows, chunks, seed=0):
    rng = np.random.default_rng(seed)
    with h5py.File(path, "w", userblock_size=512) as file:
        options = {"dtype": np.uint8, "compression": "gzip", "compression_opts": 3}
        sequences = file.create_dataset(
            "trainxdata", (LENGTH, 4, n_rows), chunks=tuple(map(min, chunks, (LENGTH, 4, n_rows))), **options
        )
        for first in range(0, LENGTH, step := max(chunks[0], 20)):
            codes = rng.integers(0, 4, (min(step, LENGTH - first), n_rows), np.uint8)
            sequences[first : first + len(codes)] = np.stack([codes == c for c in (0, 2, 1, 3)], axis=1)
        labels = draw_labels(rng, n_rows // 2)
        # As many bytes in a chunk as the sequences have.
        rows = min(n_rows, chunks[2])
        bands = min(FEATURES, max(1, chunks[0] * chunks[1]))
        file.create_dataset("traindata", data=labels, chunks=(bands, rows), **options)
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(116) + bytes(8) + b"\x00\x02IM")


def make_version_5(path, split, n_rows, seed=1):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, (LENGTH, n_rows), np.uint8)
    values = np.stack([codes == c for c in (0, 2, 1, 3)], axis=1).view(np.uint8)
    del codes
    labels = draw_labels(rng, n_rows // 2)
    arrays = {f"{split}xdata": values.T, f"{split}data": labels.T}
    scipy.io.savemat(path, arrays, do_compression=True)


def read_with_h5py(path):
    """Read everything, chunk by chunk, and do nothing with it."""
    with h5py.File(path) as file:
        for name in ("traindata", "trainxdata"):
            data = file[name]
            for place in data.iter_chunks():
                data[place]


def read_with_scipy(path):
    scipy.io.loadmat(path)


def stream_version_5(path):
    with open_arrays(path, ("testxdata", "testdata")) as arrays:
        for array in arrays:
            for _ in array.slabs(0, array.shape[-1]):
                pass


def run_truncation(folder):
    folder = Path(folder)
    files = {split: folder / f"{split}.mat" for split in ("train", "valid", "test")}
    truncate(files, folder / "dataset.h5", columns())


def run_train_alone(folder):
    """Truncate train.mat, with its own validation set and a small test set."""
    folder = Path(folder)
    files = {"train": folder / "train.mat", "test": folder / "small" / "test.mat"}
    truncate(files, folder / "dataset.h5", columns(), resplit=0.1)


JOBS = {
    job.__name__: job
    for job in (read_with_h5py, read_with_scipy, stream_version_5, run_truncation, run_train_alone)
}


def peak_memory():
    """Return the most memory this process has had, MB."""
    # ru_maxrss would start at what the process had that started this one.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1e3


def measure(job, path):
    """Run a job in a process of its own; return seconds, seconds of CPU, and peak memory, MB."""
    command = [sys.executable, __file__, "--job", job.__name__, "--folder", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def report(what, job, path, megabytes, rows=None):
    """Measure a job and print its figures; with the rows of train.mat, also what all real ones would take."""
    seconds, cpu, memory = measure(job, path)
    total = f"  -> {cpu * REAL_ROWS / rows / 60:.1f} min for {REAL_ROWS:,} rows" if rows else ""
    figures = f"{seconds:6.1f} s ({cpu:5.1f} s CPU) {megabytes / cpu:5.0f} MB/s of CPU  peak {memory:5.0f} MB"
    print(f"  {what:<14} {figures}{total}", flush=True)


def main(folder, rows, test_rows, chunks):
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "train.mat").exists():
        start = time.perf_counter()
        make_train(folder / "train.mat", rows, chunks)
        print(f"made train.mat in {time.perf_counter() - start:.0f} s")
    for split, n, path in (
        ("valid", 8000, folder / "valid.mat"),
        ("test", test_rows, folder / "test.mat"),
        ("test", 2000, folder / "small" / "test.mat"),
    ):
        path.parent.mkdir(exist_ok=True)
        if n and not path.exists():
            make_version_5(path, split, n)
    with h5py.File(folder / "train.mat") as file:
        stored = file["trainxdata"]
        rows, chunks = stored.shape[-1], stored.chunks
        megabytes = (stored.nbytes + file["traindata"].nbytes) / 1e6
    on_disk = (folder / "train.mat").stat().st_size / 1e6
    print(f"train.mat: {rows:,} rows, chunks {chunks}, {megabytes:,.0f} MB in {on_disk:,.0f} MB on disk")
    report("h5py reads it", read_with_h5py, folder / "train.mat", megabytes, rows)
    report("truncation", run_train_alone, folder, megabytes, rows)
    if not test_rows:
        return
    megabytes = test_rows * (4 * LENGTH + FEATURES) / 1e6
    print(f"test.mat: {test_rows:,} rows, {megabytes:,.0f} MB")
    report("scipy.loadmat", read_with_scipy, folder / "test.mat", megabytes)
    report("as a stream", stream_version_5, folder / "test.mat", megabytes)
    seconds, cpu, memory = measure(run_truncation, folder)
    print(f"all three files: {seconds:.1f} s ({cpu:.1f} s CPU), peak {memory:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", required=True, type=Path, help="where the files are made, and kept")
    parser.add_argument("--rows", type=int, default=200_000, help="rows of train.mat")
    parser.add_argument("--test-rows", type=int, default=455_024, help="rows of test.mat; 0: leave it out")
    parser.add_argument("--chunks", type=int, nargs=3, default=[1, 1, 65536], help="chunks of trainxdata")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        start = time.perf_counter()
        JOBS[given.job](given.folder)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps([time.perf_counter() - start, used.ru_utime + used.ru_stime, peak_memory()]))
    else:
        main(given.folder, given.rows, given.test_rows, tuple(given.chunks))
