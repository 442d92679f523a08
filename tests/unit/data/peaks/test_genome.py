"""FASTA files, plain and bgzipped, with an index and without."""

import gzip
import os

import pysam
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import decode
from motifcnn.data.peaks import genome as module
from motifcnn.data.peaks.genome import open_genome

LETTERS = {"chr1": "ACGTNacgtnRYK" * 7 + "AC", "chr2": "TTTT"}
UPPER = {"chr1": "ACGTNACGTNNNN" * 7 + "AC", "chr2": "TTTT"}


def write(path, compressed=False):
    text = "".join(
        f">{name} some words\n"
        + "\n".join(letters[low : low + 10] for low in range(0, len(letters), 10))
        + "\n"
        for name, letters in LETTERS.items()
    )
    if compressed:
        with pysam.BGZFile(str(path), "w") as file:
            file.write(text.encode())
    else:
        path.write_text(text)
    return path


def read(path):
    with open_genome(path) as genome:
        assert genome.lengths == {"chr1": 93, "chr2": 4}
        return {name: decode(genome.codes(name)) for name in genome.lengths}


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("indexed", [False, True])
def test_letters(tmp_path, compressed, indexed, monkeypatch):
    monkeypatch.setattr(module, "_PIECE", 20)
    path = write(tmp_path / ("genome.fa.gz" if compressed else "genome.fa"), compressed)
    if indexed:
        pysam.faidx(str(path))
    before = sorted(tmp_path.iterdir())
    assert read(path) == UPPER
    # Nothing is written beside a user's files.
    assert sorted(tmp_path.iterdir()) == before


def test_what_else_stands_for_nucleotides(tmp_path):
    path = tmp_path / "genome.fa"
    path.write_text(">a\nACGTUacgtuRYSWKMBDHVNXryswkmbdhvnx-.*?~\n")
    with open_genome(path) as genome:
        assert decode(genome.codes("a")) == "ACGTTACGTT" + "N" * 29


def test_an_index_older_than_the_file_is_not_used(tmp_path):
    path = write(tmp_path / "genome.fa")
    index = tmp_path / "genome.fa.fai"
    index.write_text("chr1\t5\t17\t10\t11\n")
    os.utime(index, (1, 1))
    assert read(path) == UPPER


def refuse(path, match):
    with pytest.raises(UserError, match=match), open_genome(path) as genome:
        genome.codes("chr1")


def test_what_is_no_genome(tmp_path):
    refuse(tmp_path / "missing.fa", r"cannot read the genome .*missing\.fa: No such file or directory")
    gzipped = tmp_path / "gzipped.fa.gz"
    gzipped.write_bytes(gzip.compress(b">chr1\nACGT\n"))
    refuse(gzipped, r"gzipped\.fa\.gz is compressed with gzip, .* gunzip -c .* \| bgzip > genome\.fa\.gz")
    for name, text in (
        ("empty.fa", ""),
        ("words.fa", "these are words\n"),
        ("ragged.fa", ">a\nACGT\nAC\nACGT\n"),
    ):
        (tmp_path / name).write_text(text)
        refuse(tmp_path / name, rf"{name} cannot be read as FASTA")


def test_a_file_shorter_than_its_index_says(tmp_path):
    path = write(tmp_path / "genome.fa")
    pysam.faidx(str(path))
    path.write_bytes(path.read_bytes()[:60])
    os.utime(f"{path}.fai")
    refuse(path, r"genome\.fa is cut short or does not fit its index, seen at chr2")


def test_a_bgzipped_file_cut_short(tmp_path):
    path = tmp_path / "genome.fa.gz"
    with pysam.BGZFile(str(path), "w") as file:
        file.write(
            b">chr1\n"
            + os.urandom(150_000).hex().encode().translate(bytes(b"ACGT"[i % 4] for i in range(256)))
            + b"\n"
        )
    pysam.faidx(str(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    for suffix in (".fai", ".gzi"):
        os.utime(f"{path}{suffix}")
    refuse(path, r"genome\.fa\.gz is cut short or does not fit its index")
