"""Ids and names are found in both formats without reading the matrices."""

from motifcnn.motifs.jaspar import read_database
from motifcnn.motifs.matrix_ids import names_in
from motifcnn.motifs.meme import write_meme
from repository import RESOURCES

JASPAR = RESOURCES / "jaspar2016_core_vertebrates.txt"


def test_both_formats(tmp_path):
    motifs = read_database(JASPAR)
    write_meme(tmp_path / "m.meme", motifs[:5])
    assert names_in(JASPAR) == {motif.id: motif.name for motif in motifs}
    assert names_in(tmp_path / "m.meme") == {motif.id: motif.name for motif in motifs[:5]}


def test_a_motif_without_a_name(tmp_path):
    (tmp_path / "m.txt").write_text(">CTCF_HUMAN.H11MO.0.A\n1 2\n3 4\n5 6\n7 8\n>x  two words\n")
    assert names_in(tmp_path / "m.txt") == {"CTCF_HUMAN.H11MO.0.A": "", "x": "two"}


def test_no_file(tmp_path):
    assert names_in(tmp_path / "none") is None
