import pytest
from motifcnn.core.errors import UserError
from motifcnn.motifs.factors import read_factors
from motifcnn.motifs.jaspar import read_counts
from repository import RESOURCES

TABLE = RESOURCES / "transcription_factors.tsv"
MATRICES = {
    "Arid3a": ("MA0151.1", 6), "CEBPB": ("MA0466.2", 10), "FOSL1": ("MA0477.1", 11), "Gabpa": ("MA0062.2", 11),
    "MAFK": ("MA0496.1", 15), "MAX": ("MA0058.3", 10), "MEF2A": ("MA0052.3", 12), "NFYB": ("MA0502.1", 15),
    "SP1": ("MA0079.3", 11), "SRF": ("MA0083.3", 16), "STAT1": ("MA0137.3", 11), "YY1": ("MA0095.2", 12),
}  # fmt: skip


def test_the_twelve_factors_and_their_matrices():
    factors = read_factors(TABLE)
    assert list(factors) == list(MATRICES)
    assert {name: (f.matrix_id, f.width) for name, f in factors.items()} == MATRICES
    assert all(f.relevant_strict == (f.matrix_id,) for f in factors.values())
    assert all(f.matrix_id in f.relevant_papers for f in factors.values())


def test_matrices_are_in_the_database_under_the_same_name():
    motifs = {motif.id: motif for motif in read_counts(RESOURCES / "jaspar2016_core_vertebrates.txt")}
    for factor in read_factors(TABLE).values():
        assert motifs[factor.matrix_id].name == factor.tf
        assert motifs[factor.matrix_id].width == factor.width


def test_relevant_ids_are_those_of_the_papers():
    relevant = [i for f in read_factors(TABLE).values() for i in f.relevant_papers]
    motifs = {motif.id: motif.name for motif in read_counts(RESOURCES / "jaspar2016_core_vertebrates.txt")}
    assert len(relevant) == len(set(relevant)) == 32
    assert sorted(motifs[i] for i in relevant if i in motifs) == sorted(
        [*MATRICES, "Arid3b", "NFYA", "MEF2B", "MEF2D"]
    )
    assert read_factors(TABLE)["MEF2A"].relevant_papers[-2:] == ("MA0660.1", "MA0773.1")


def test_deepsea_features_and_peaks():
    factors = read_factors(TABLE)
    indices = [592, 602, 344, 345, 635, 636, 349, 642, 359, 361, 661, 369]
    assert [f.deepsea_index for f in factors.values()] == indices
    assert factors["STAT1"].deepsea_name == "K562|STAT1|IFNa30"
    for factor in factors.values():
        assert factor.encode_file.startswith("wgEncodeAwgTfbs")
        assert factor.encode_file.endswith("UniPk.narrowPeak")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: "", "lacks the column tf"),
        (lambda text: text.replace("width", "wide"), "lacks the column width"),
        (lambda text: text.splitlines()[0], "names no transcription factor"),
        (lambda text: text.replace("\t602\t", "\tsix\t"), "line 3, has 'six' as deepsea_index"),
        (lambda text: text.replace("\t602\t", "\t\t"), "line 3, has nothing in column deepsea_index"),
        (lambda text: text + text.splitlines()[1], "line 14, names Arid3a a second time"),
        (lambda text: text + "ZNF\tMA1\n", "line 14, has nothing in column width"),
    ],
)
def test_bad_tables_get_one_clear_sentence(tmp_path, change, sentence):
    path = tmp_path / "tf.tsv"
    path.write_text(change(TABLE.read_text()))
    with pytest.raises(UserError, match=sentence):
        read_factors(path)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(UserError, match="cannot be read"):
        read_factors(tmp_path / "no.tsv")
