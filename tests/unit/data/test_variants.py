"""Alleles of variants in their windows."""

import gzip

import pysam
import pytest
from motifcnn.core.sequences import decode
from motifcnn.data.peaks.genome import open_genome
from motifcnn.data.variants import Variant, allele_sequences, read_variants
from toys.refusals import refused
from toys.small_genome import write_genome

HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def write_vcf(path, *rows):
    path.write_text(HEAD + "".join("\t".join(map(str, (*row, ".", "PASS", "."))) + "\n" for row in rows))
    return path


def test_every_alternative_allele_is_one(tmp_path):
    path = write_vcf(tmp_path / "v.vcf", ("chr1", 5, "rs1", "a", "C,G"), ("chr2", 9, ".", "AT", "<DEL>"))
    assert read_variants(path) == [
        Variant("chr1", 4, "rs1", "A", "C"),
        Variant("chr1", 4, "rs1", "A", "G"),
        Variant("chr2", 8, ".", "AT", "<DEL>"),
    ]


@pytest.mark.parametrize(
    ("content", "said"), [("chr1\t5\n", "cannot be read as VCF"), (HEAD, "has no variants")]
)
def test_what_is_no_vcf(tmp_path, content, said):
    (tmp_path / "v.vcf").write_text(content)
    with refused(said):
        read_variants(tmp_path / "v.vcf")
    with refused("does not exist"):
        read_variants(tmp_path / "none.vcf")


def test_compressed_files(tmp_path):
    path = write_vcf(tmp_path / "v.vcf", ("chr1", 5, "rs1", "A", "C"))
    with pysam.BGZFile(str(tmp_path / "v.vcf.gz"), "w") as file:
        file.write(path.read_bytes())
    assert read_variants(tmp_path / "v.vcf.gz") == read_variants(path)
    (tmp_path / "v.vcf.gz").write_bytes(gzip.compress(path.read_bytes()))
    with refused("v.vcf.gz is compressed with gzip", "repack it with bgzip"):
        read_variants(tmp_path / "v.vcf.gz")


def alleles(tmp_path, *variants, length=20):
    letters = write_genome(tmp_path / "g.fa")
    given = [Variant(*place, letters[place[0]][place[1] : place[1] + n], new) for *place, n, new in variants]
    with open_genome(tmp_path / "g.fa") as genome:
        return letters["chr1"], allele_sequences(given, "v.vcf", genome, length)


def test_an_exchange_lies_in_the_middle(tmp_path):
    chr1, found = alleles(tmp_path, ("chr1", 100, "x", 1, "N"))
    assert decode(found.reference[0]) == chr1[90:110]
    assert decode(found.alternative[0]) == chr1[90:100] + "N" + chr1[101:110]


def test_insertions_and_deletions_keep_the_length(tmp_path):
    chr1, found = alleles(tmp_path, ("chr1", 100, "x", 1, "ACGTA"), ("chr1", 200, "y", 5, "C"))
    assert [decode(row) for row in found.reference] == [chr1[90:110], chr1[192:212]]
    assert decode(found.alternative[0]) == chr1[90:100] + "ACGTA" + chr1[101:106]
    # Four letters less, so that four more follow.
    assert decode(found.alternative[1]) == chr1[192:200] + "C" + chr1[205:216]


def test_alleles_without_a_sequence_are_counted(tmp_path):
    places = [("chr1", 9, "x", 1, "A"), ("chr1", 391, "x", 1, "A"), ("chr1", 100, "x", 1, "<INS>")]
    _, found = alleles(tmp_path, *places, ("chr1", 10, "kept", 1, "A"), ("chr1", 390, "kept", 1, "A"))
    assert [variant.id for variant in found.variants] == ["kept", "kept"]
    assert found.left_out == 3
    with refused("none of the 1 alleles of v.vcf has 20 nt"):
        alleles(tmp_path, places[0])


def test_a_reference_longer_than_the_sequences_has_none(tmp_path):
    # One letter more than the sequences have, and an alternative that is as long.
    chr1, found = alleles(tmp_path, ("chr1", 100, "x", 21, "A" * 21), ("chr1", 100, "kept", 20, "A" * 20))
    assert [variant.id for variant in found.variants] == ["kept"]
    assert found.left_out == 1
    assert decode(found.reference[0]) == chr1[100:120]


def test_another_assembly(tmp_path):
    letters = write_genome(tmp_path / "g.fa")
    wrong = "ACGT"["ACGT".index(letters["chr1"][100]) - 1]
    with open_genome(tmp_path / "g.fa") as genome:
        with refused(f"v.vcf has {wrong} as the reference at chr1:101, where", "is it of another assembly?"):
            allele_sequences([Variant("chr1", 100, ".", wrong, "A")], "v.vcf", genome, 20)
        with refused("v.vcf calls a chromosome '1' that", "calls 'chr1'"):
            allele_sequences([Variant("1", 100, ".", "A", "C")], "v.vcf", genome, 20)
