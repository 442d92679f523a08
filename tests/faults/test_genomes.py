"""Genomes and variants"""

import gzip
from pathlib import Path

import pysam
from motifcnn.data.peaks.genome import open_genome
from motifcnn.data.variants import read_variants
from toys.refusals import refused

from .promises import promise

TWICE = {
    "at the end": ">a\nACGT\nAC\n>b\nACGT\n>a other\nACG\n",
    "one after the other": ">a\nACGT\n>a\nACGT\n>b\nACGT\n",
    "three times": ">a\nAC\n>b\nAC\n>a\nAC\n>a\nAC\n",
}


@promise(
    "a genome with one name twice, plain or bgzipped, indexed or not",
    "one sentence with the name",
    {f"{name}{end}": (text, end) for name, text in TWICE.items() for end in ("", ".gz", ".gz, indexed")},
)
def test_a_sequence_twice(case, tmp_path):
    text, end = case
    path = tmp_path / "genome.fa"
    path.write_text(text)
    if end:
        pysam.tabix_compress(str(path), f"{path}.gz")
        path = tmp_path / "genome.fa.gz"
    if "indexed" in end:
        pysam.faidx(str(path))
    with refused(f"the genome {path} has the sequence 'a' twice; rename or remove one"), open_genome(path):
        pass


FASTA = ">a x\nACGT\nAC\n>b\nACGT\n"
INDEX = "a\t6\t5\t4\t5\nb\t4\t16\t4\t5\n"


def letters(path):
    with open_genome(path) as genome:
        return {name: genome.codes(name).tolist() for name in genome.lengths}


@promise(
    "a file that is no FASTA, or is damaged",
    "one sentence",
    {
        "empty": b"",
        "no header": b"ACGT\n",
        "headers alone": b">a\n>b\n",
        "lines of any length": b">a\nAC\nACGT\nA\n",
        "an empty line within": b">a\nAC\n\nAC\n",
        "line ends of old Macs": FASTA.replace("\n", "\r").encode(),
        "UTF-16": FASTA.encode("utf-16"),
        "a web page": b"<html>",
        "FASTQ": b"@a\nACGT\n+\nIIII\n",
        "GenBank": b"LOCUS a\nORIGIN\n 1 acgt\n//\n",
        "2bit": b"\x43\x27\x41\x1a" + bytes(20),
        "bzip2": b"BZh91AY",
    },
)
def test_no_fasta(case, tmp_path):
    path = tmp_path / "genome.fa"
    path.write_bytes(case)
    with refused(f"the genome {path} cannot be read as FASTA; it needs '>name' lines, each followed by"):
        letters(path)


@promise(
    "characters that stand for no nucleotide",
    "one sentence that names the first",
    {
        "protein": (">a\nMKVLE\n", "'L' at a:4"),
        "a column of numbers": (">a\nACGT12\n", "'1' at a:5"),
        "a blank": (">a\nAC GT\n", "' ' at a:3"),
    },
)
def test_other_letters(case, tmp_path):
    content, sentence = case
    path = tmp_path / "genome.fa"
    path.write_text(content)
    with refused(
        f"{path} has the character ", sentence, "which stands for no nucleotide; give DNA sequences"
    ):
        letters(path)


@promise(
    "a genome that is damaged, or has another one's index",
    "one sentence",
    {
        "letters of Latin-1": (b">a\nAC\xe9T\n", None),
        "a NUL byte": (b">a\nAC\0T\n", None),
        "an index of text": (FASTA, "hello"),
        "words for numbers": (FASTA, "a\tx\ty\tz\tw\n"),
        "a column less": (FASTA, "a\t6\t5\t4\n"),
        "a longer sequence": (FASTA, INDEX.replace("6", "600", 1)),
        "a place beyond the end": (FASTA, INDEX.replace("16", "1600")),
        "a negative length": (FASTA, INDEX.replace("6", "-6", 1)),
        "lines of no letters": (FASTA, "a\t6\t5\t0\t5\n"),
        "10^30 letters": (FASTA, f"a\t{10**30}\t5\t4\t5\n"),
        "another name": (FASTA, INDEX.replace("b", "c")),
        "another order": (FASTA, "".join(reversed(INDEX.splitlines(keepends=True)))),
    },
)
def test_a_genome_that_does_not_fit_its_index(case, tmp_path):
    content, index = case
    path = tmp_path / "genome.fa"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if index:
        Path(f"{path}.fai").write_text(index)
    with refused(f"the genome {path} is cut short or does not fit its index, seen at "):
        letters(path)


@promise(
    "a genome that is compressed otherwise, or cut short",
    "one sentence",
    {
        "gzip": (lambda path: gzip.compress(path.read_bytes()), "is compressed with gzip, which cannot be read at"),
        "half of bgzip": (lambda path: bgzipped(path)[:40], "cannot be read as FASTA"),
        "its first block alone": (lambda path: bgzipped(path)[:18], "cannot be read as FASTA"),
        "another byte": (lambda path: bgzipped(path)[:30] + b"\xff" + bgzipped(path)[31:], "cannot be read as FASTA"),
    },
)  # fmt: skip
def test_a_compressed_genome(case, tmp_path):
    make, sentence = case
    plain, path = tmp_path / "plain.fa", tmp_path / "genome.fa.gz"
    plain.write_text(FASTA)
    path.write_bytes(make(plain))
    with refused(f"the genome {path} ", sentence):
        letters(path)


def bgzipped(path) -> bytes:
    pysam.tabix_compress(str(path), f"{path}.gz", force=True)
    return Path(f"{path}.gz").read_bytes()


VCF = "##fileformat=VCFv4.2\n##contig=<ID=chr1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
NO_VCF = "cannot be read as VCF or BCF; it must begin with ##fileformat=VCF"


@promise(
    "a file of variants that is none, or is damaged",
    "one sentence",
    {
        "empty": ("", NO_VCF),
        "BED": ("chr1\t1\t5\n", NO_VCF),
        "no heading": ("chr1\t5\t.\tA\tC\t.\t.\t.\n", NO_VCF),
        "a place in words": (VCF + "chr1\tx\t.\tA\tC\t.\t.\t.\n", NO_VCF),
        "a negative place": (VCF + "chr1\t-5\t.\tA\tC\t.\t.\t.\n", NO_VCF),
        "a place of 20 digits": (VCF + f"chr1\t{'9' * 20}\t.\tA\tC\t.\t.\t.\n", NO_VCF),
        "cut within a line": (VCF + "chr1\t5\t.\tA", NO_VCF),
        "half of BCF": ("BCF\x02\x02", NO_VCF),
        "no variants": (VCF, "has no variants; give a file with alternative alleles"),
        "no alternatives": (VCF + "chr1\t5\t.\tA\t.\t.\t.\t.\n", "has no variants; give a file with"),
    },
)
def test_variants(case, tmp_path):
    content, sentence = case
    path = tmp_path / "variants.vcf"
    path.write_text(content)
    with refused(sentence, start=str(path)):
        read_variants(path)


def test_a_good_genome_is_read(tmp_path):
    path = tmp_path / "genome.fa"
    path.write_text(">a x\nACGT\nAC\n>empty\n>b\nACGT\n\n>c\r\nAC")
    with open_genome(path) as genome:
        assert genome.lengths == {"a": 6, "b": 4, "c": 2}
