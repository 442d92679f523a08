"""Sequences of FASTA files, around intervals, and of test splits."""

import numpy as np
import pytest
from motifcnn.core.sequences import decode
from motifcnn.data.dataset import Dataset, Split, write_dataset
from motifcnn.data.sequence_files import read_sequences, sequences_of_test_split
from toys.refusals import refused
from toys.small_genome import write_genome


def test_fasta(tmp_path):
    (tmp_path / "two.fa").write_text(">one x\nACGTN\n>two\nacgta\n")
    found = read_sequences(5, fasta=tmp_path / "two.fa")
    assert found.codes.tolist() == [[0, 1, 2, 3, 4], [0, 1, 2, 3, 0]]
    assert found.places.to_numpy().tolist() == [["one", "one", 0, "+"], ["two", "two", 0, "+"]]
    with refused("one in ", "two.fa has 5 nt, but the network takes 6 nt"):
        read_sequences(6, fasta=tmp_path / "two.fa")


def test_windows_around_intervals(tmp_path):
    letters = write_genome(tmp_path / "g.fa")
    text = "chr1\t100\t110\nchr2\t3\t4\nchrUn\t1\t9\nchr2\t60\t63\n"
    (tmp_path / "i.bed").write_text(text)
    found = read_sequences(20, bed=tmp_path / "i.bed", genome=tmp_path / "g.fa")
    # The middles are 105 and 61; that of the second is too near the end, and chrUn is not in the genome.
    assert found.places["name"].tolist() == ["chr1:100-110", "chr2:60-63"]
    assert found.places["start"].tolist() == [95, 51]
    assert [decode(row) for row in found.codes] == [letters["chr1"][95:115], letters["chr2"][51:71]]
    assert found.left_out == 2
    (tmp_path / "i.bed").write_text("chr1\t100\t110\t.\t0\t.\t1\t-1\t-1\t2\n")
    found = read_sequences(20, bed=tmp_path / "i.bed", genome=tmp_path / "g.fa")
    assert found.places["start"].tolist() == [92]
    (tmp_path / "i.bed").write_text("chr2\t3\t4\n")
    with refused("has no interval around which 20 nt"):
        read_sequences(20, bed=tmp_path / "i.bed", genome=tmp_path / "g.fa")


@pytest.mark.parametrize(
    "given", [{}, {"bed": "x"}, {"fasta": "x", "bed": "y", "genome": "z"}, {"fasta": "x", "genome": "y"}]
)
def test_one_source_alone(given):
    with refused("give either --fasta, or --bed with --genome"):
        read_sequences(5, **given)


def test_a_test_split_and_its_places(tmp_path):
    def split(n):
        return Split(np.arange(n * 5, dtype=np.uint8).reshape(n, 5) % 4, np.zeros((n, 1), np.uint8))

    write_dataset(tmp_path / "d.h5", Dataset(split(1), split(1), split(2), ("A",), "toy"))
    found = sequences_of_test_split(tmp_path / "d.h5")
    assert found.places["name"].tolist() == ["test_0", "test_1"]
    assert np.array_equal(found.codes, split(2).sequence)
    rows = [
        ("chr1", 7, "train", "+"),
        ("chr2", 3, "valid", "+"),
        ("NA", 8, "test", "+"),
        ("NA", 8, "test", "-"),
    ]
    text = "".join(
        f"{chrom}\t{start}\t{start + 5}\t{name}\t0\t{strand}\n" for chrom, start, name, strand in rows
    )
    (tmp_path / "w.bed").write_text(text)
    found = sequences_of_test_split(tmp_path / "d.h5", tmp_path / "w.bed")
    assert found.places[["chrom", "start", "strand"]].to_numpy().tolist() == [["NA", 8, "+"], ["NA", 8, "-"]]
    (tmp_path / "w.bed").write_text(text.replace("valid", "test"))
    with refused("w.bed is not about ", "give the windows.bed that was written with it"):
        sequences_of_test_split(tmp_path / "d.h5", tmp_path / "w.bed")
    with refused("is not the windows.bed of a dataset"):
        sequences_of_test_split(tmp_path / "d.h5", tmp_path / "none.bed")
