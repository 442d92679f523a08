"""Ids are found in both formats without reading the matrices."""

from motifcnn.motifs.jaspar import read_database
from motifcnn.motifs.matrix_ids import ids_in
from motifcnn.motifs.meme import write_meme
from repository import RESOURCES

JASPAR = RESOURCES / "jaspar2016_core_vertebrates.txt"


def test_both_formats(tmp_path):
    motifs = read_database(JASPAR)
    write_meme(tmp_path / "m.meme", motifs[:5])
    assert ids_in(JASPAR) == {motif.id for motif in motifs}
    assert ids_in(tmp_path / "m.meme") == {motif.id for motif in motifs[:5]}


def test_no_file(tmp_path):
    assert ids_in(tmp_path / "none") is None
