"""Peaks and signals"""

import contextlib
import gzip
import os
import struct

import numpy as np
import pyBigWig
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motifcnn.core.errors import UserError
from motifcnn.data.peaks.bins import Bins, check_track, track_means
from motifcnn.data.peaks.intervals import fit_to_genome, read_intervals
from toys.bigbed import write_bigbed
from toys.refusals import refused

from .promises import promise

LENGTHS = {"chr1": 100_000, "chr2": 2_000}
BINS = Bins(LENGTHS, 200, 400)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """A whole bigWig and a whole bigBed file."""
    folder = tmp_path_factory.mktemp("whole")
    with pyBigWig.open(str(folder / "bigWig"), "w") as track:
        track.addHeader(list(LENGTHS.items()))
        start = np.arange(0, 99_000, 90)
        track.addEntries("chr1", start.tolist(), values=(start % 7).astype(float).tolist(), span=50)
    write_bigbed(folder / "bigBed", LENGTHS, [("chr1", 10 * i, 10 * i + 5) for i in range(200)])
    return {name: (folder / name).read_bytes() for name in ("bigWig", "bigBed")}


def read(path, kind):
    if kind == "bigBed":
        return read_intervals(path)
    check_track(path, LENGTHS, "genome.fa")
    return track_means(path, BINS, BINS.grid)


def random_bytes(whole, kind):
    return whole[kind][:4] + np.random.default_rng(0).integers(0, 256, 900, np.uint8).tobytes()


def header_says(place, form, value):
    """Overwrite a number of the header."""

    def change(whole, kind):
        content = bytearray(whole[kind])
        struct.pack_into(form, content, place, value)
        return bytes(content)

    return change


def zeros(content, place, size):
    """Overwrite what a number of the header points at."""
    start = struct.unpack_from("<Q", content, place)[0]
    return content[:start] + bytes(size) + content[start + size :]


@promise(
    "a bigWig or bigBed file that is damaged where it must be noticed",
    "one sentence, 'cut short or damaged; get it again', and no signal 11",
    {
        f"{kind}: {what}": (kind, change)
        for kind in ("bigWig", "bigBed")
        for what, change in {
            "its signature and 900 random bytes": random_bytes,
            "its signature alone": lambda whole, kind: whole[kind][:4],
            "its header alone": lambda whole, kind: whole[kind][:64],
            "half of it": lambda whole, kind: whole[kind][: len(whole[kind]) // 2],
            "the chromosomes beyond the end": header_says(8, "<Q", 2**40),
            "the data beyond the end": header_says(16, "<Q", 2**40),
            "the index beyond the end": header_says(24, "<Q", 2**40),
            "the index elsewhere": header_says(24, "<Q", 70),
            "the chromosomes elsewhere": header_says(8, "<Q", 70),
            "60,000 zoom levels": header_says(6, "<H", 60_000),
            "a chromosome tree of zeros": lambda whole, kind: zeros(whole[kind], 8, 24),
            "an index of zeros": lambda whole, kind: zeros(whole[kind], 24, 24),
        }.items()
    },
)
def test_a_damaged_file(case, whole, tmp_path):
    kind, change = case
    path = tmp_path / f"peaks.{kind}"
    path.write_bytes(change(whole, kind))
    with refused(f"{path} is cut short or damaged; get it again"):
        read(path, kind)


def flip_bytes(whole, kind, seeds, tmp_path):
    path = tmp_path / f"peaks.{kind}"
    for seed in seeds:
        rng, content = np.random.default_rng(seed), bytearray(whole[kind])
        for place in rng.integers(0, len(content), 20):
            content[place] ^= rng.integers(1, 256)
        path.write_bytes(bytes(content))
        with contextlib.suppress(UserError):
            read(path, kind)


@promise("20 random bytes changed in a bigWig file", "values, or one sentence", 10)
def test_changed_bytes_of_bigwig(whole, tmp_path):
    flip_bytes(whole, "bigWig", range(10), tmp_path)


@promise("20 random bytes changed in a bigBed file", "intervals, or one sentence", 10)
def test_changed_bytes_of_bigbed(whole, tmp_path):
    flip_bytes(whole, "bigBed", range(10), tmp_path)


@promise("20 random bytes changed in either", "the same, at length", 400, heavy=True)
def test_more_changed_bytes(whole, tmp_path):
    for kind in whole:
        flip_bytes(whole, kind, range(100, 300), tmp_path)


@promise(
    "a BED file that is none, or is damaged",
    "one sentence with the line",
    {
        "an end of 10^30": (b"chr1\t1\t1" + b"0" * 30, "line 1 of ", "beyond any chromosome; is it damaged?"),
        "a start of 5,000 digits": (
            b"chr1\t" + b"1" * 5000 + b"\t5",
            "line 1 of ",
            "the end must be greater",
        ),
        "an end before the start": (b"chr1\t5\t1", "line 1 of ", "from 5 to 1, but the end must be greater"),
        "a negative start": (
            b"chr1\t-5\t1",
            "line 1 of ",
            "has the start '-5', but it must be a whole number",
        ),
        "Arabic digits": ("chr1\t١\t٢".encode(), "line 1 of ", "it must be a whole number, 0 or more"),
        "two columns": (b"chr1\t5", "line 1 of ", "has 2 of the columns chromosome, start and end"),
        "Latin-1": (b"chr\xe9\t1\t5", "", "is not text; give BED or narrowPeak"),
        "half of a gzip file": (
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
            "",
            "is gzipped, but cut short or damaged",
        ),
        "a bigWig file": (b"\x26\xfc\x8f\x88", "", "is bigWig, a signal, but intervals are needed"),
        "decimals": (b"chr1\t1.0\t5", "line 1 of ", "has the start '1.0', but it must be a whole number"),
        "thousands": (b"chr1\t1,000\t2,000", "line 1 of ", "has the start '1,000', but it must be a whole"),
        "quotes": (b'"chr1"\t"1"\t"5"', "line 1 of ", "has the start '\"1\"', but it must be a whole number"),
        "a heading": (b"chrom\tstart\tend\nchr1\t1\t5", "line 1 of ", "a header line must begin with #"),
        "a region": (
            b"chr1:1-5",
            "line 1 of ",
            "has 1 of the columns chromosome, start and end ('chr1:1-5')",
        ),
        "GFF": (b"chr1\tHAVANA\tgene\t1\t5", "line 1 of ", "has the start 'HAVANA', but it must be a whole"),
        "VCF": (
            b"##fileformat=VCF\nchr1\t5\t.\tA\tC",
            "line 2 of ",
            "has the end '.', but it must be a whole",
        ),
        "SAM": (b"@HD\tVN:1", "line 1 of ", "has 2 of the columns chromosome, start and end ('@HD"),
        "a web page": (
            b"<html><body>",
            "line 1 of ",
            "has 1 of the columns chromosome, start and end ('<html>",
        ),
        "a zip file": (b"PK\x03\x04\x14\0", "line 1 of ", "has 1 of the columns chromosome, start and end"),
        "UTF-16": ("chr1\t1\t5".encode("utf-16"), "", "is not text; give BED or narrowPeak"),
        "a NUL byte": (b"chr1\t1\t5\0", "line 1 of ", "but it must be a whole number, 0 or more"),
        "a summit outside": (
            b"chr1\t10\t20\tp\t0\t.\t1\t1\t1\t50",
            "line 1 of ",
            "has its summit 50 nt behind the start of a peak of 10 nt; write -1 in column 10",
        ),
        "a wrong checksum": (
            gzip.compress(b"chr1\t1\t5\n")[:-8] + bytes(8),
            "",
            "is gzipped, but cut short or damaged",
        ),
        "a gzipped picture": (gzip.compress(b"\x89PNG\xff\xfe"), "", "is not text; give BED or narrowPeak"),
    },
)
def test_a_bad_bed_file(case, tmp_path):
    content, start, sentence = case
    path = tmp_path / "peaks.bed"
    path.write_bytes(content)
    with refused(sentence, start=start):
        read_intervals(path)


@promise(
    "intervals that do not belong to the genome",
    "one sentence",
    {
        "other names": (
            "1\t1\t5",
            "calls a chromosome '1' that genome.fa calls 'chr1'; rename the chromosomes",
        ),
        "none of its names": (
            "chrX\t1\t5",
            "none of the chromosomes of ",
            "('chrX') is in genome.fa ('chr1')",
        ),
        "beyond its end": (
            "chr1\t500\t600",
            "begins at 500, but chr1 of genome.fa has only 100 nt; is one of",
        ),
    },
)
def test_peaks_of_another_genome(case, tmp_path):
    content, *words = case
    path = tmp_path / "peaks.bed"
    path.write_text(content)
    with refused(str(path), *words):
        fit_to_genome(read_intervals(path), path, {"chr1": 100}, "genome.fa")


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    path = tmp_path / "peaks.bed"
    path.write_text("\ufeffchr1\t1\t5", encoding="utf-8")
    assert read_intervals(path)["chrom"].tolist() == ["chr1"]


@promise(
    "a named pipe or a folder as peaks",
    "one sentence, without waiting",
    {
        "pipe": (os.mkfifo, "{} is a named pipe, which cannot be read twice; give BED, narrowPeak or bigBed"),
        "folder": (os.mkdir, "cannot read {}: Is a directory"),
    },
)
def test_peaks_that_are_no_ordinary_file(case, tmp_path):
    make, sentence = case
    path = tmp_path / "peaks.bed"
    make(path)
    with refused(sentence.format(path)):
        read_intervals(path)


@promise("any bytes, and random lines of BED, as peaks", "intervals or a `UserError`, nothing else", 200)
def test_any_peaks(tmp_path):
    path = tmp_path / "peaks.bed"
    word = st.sampled_from(
        ["chr1", "0", "5", "-1", "1e3", "9" * 25, "9" * 5000, "\x1f\x8b", "#", "track", "\t", " ", "\0"]
    )

    @settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=40))
    def any_bytes(content):
        accepts(content)

    @settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(word, max_size=5), max_size=4))
    def any_lines(lines):
        accepts("\n".join("\t".join(words) for words in lines).encode())

    def accepts(content):
        path.write_bytes(content)
        try:
            found = read_intervals(path)
        except UserError:
            return
        assert (found["end"] > found["start"]).all()

    any_bytes()
    any_lines()
