"""Ids are found in both formats without reading the matrices."""

from pathlib import Path

from motifcnn.jaspar import read_database
from motifcnn.meme import write_meme
from motifcnn.motif_ids import ids_in

JASPAR = Path(__file__).parents[2] / "resources" / "jaspar2016_core_vertebrates.txt"


def test_both_formats(tmp_path):
    motifs = read_database(JASPAR)
    write_meme(tmp_path / "m.meme", motifs[:5])
    assert ids_in(JASPAR) == {motif.id for motif in motifs}
    assert ids_in(tmp_path / "m.meme") == {motif.id for motif in motifs[:5]}


def test_no_file(tmp_path):
    assert ids_in(tmp_path / "none") is None
