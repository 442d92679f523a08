import hashlib

import numpy as np
import pytest
import yaml
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import read_counts, read_database, write_counts
from motifcnn.motifs.meme import Motif, write_meme
from repository import RESOURCES

RESOURCE = RESOURCES / "jaspar2016_core_vertebrates.txt"
SHA256 = "cc44244520f8d1bfea48e51affc5f63c096f9dc4f79637894c7963eb8a9005f9"
OURS = "# a comment\n>M1 Ahr::Arnt\nA [ 1 0 ]\nC [ 2 0 ]\nG [ 3 5 ]\nT [ 4 4 ]\n"


def write(tmp_path, text):
    path = tmp_path / "db.txt"
    path.write_text(text)
    return path


def test_the_resource_is_jaspar_2016_core_vertebrates():
    assert hashlib.sha256(RESOURCE.read_bytes()).hexdigest() == SHA256
    motifs = read_counts(RESOURCE)
    widths = [motif.width for motif in motifs]
    assert (len(motifs), min(widths), max(widths), sum(widths)) == (519, 6, 21, 6054)
    ids = [motif.id for motif in motifs]
    assert ids == sorted(set(ids))
    assert (ids[0], ids[-1]) == ("MA0002.2", "MA1099.1")
    arid3a = motifs[ids.index("MA0151.1")]
    assert (arid3a.name, arid3a.width, arid3a.nsites) == ("Arid3a", 6, 27)
    np.testing.assert_array_equal(arid3a.probabilities[1], [0, 0, 0, 1])


def test_dropping_the_motif_that_the_third_paper_left_out():
    motifs = read_database(RESOURCE, ["MA0615.1"])
    assert len(motifs) == 518
    assert "MA0615.1" not in {motif.id for motif in motifs}


def test_counts_become_probabilities_and_the_mean_total_nsites(tmp_path):
    (motif,) = read_counts(write(tmp_path, OURS))
    assert (motif.id, motif.name) == ("M1", "Ahr::Arnt")
    np.testing.assert_array_equal(motif.probabilities, [[0.1, 0.2, 0.3, 0.4], [0, 0, 5 / 9, 4 / 9]])
    assert motif.nsites == 10  # the mean of 10 and 9, 9.5, to the even number


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (">M1\tAhr::Arnt\nA  [1 0]\nC  [2 0 ]\n\nG  [ 3 5]\nT  [4 4]\n", "M1"),
        (">M1 Ahr::Arnt\n1 0\n2 0\n3\t5\n4 4\n", "M1"),
        (">M1 Ahr::Arnt\nA | 1 0\nC | 2 0\nG | 3 5\nT | 4 4\n", "M1"),
        ("1 0\n2 0\n3 5\n4 4\n", "db"),
        ("a [ 1 0 ]\nc [ 2 0 ]\ng [ 3 5 ]\nt [ 4 4 ]\n", "db"),
    ],
)
def test_usual_forms_of_counts(tmp_path, text, name):
    for read in (read_counts, read_database):
        (motif,) = read(write(tmp_path, text))
        assert motif.id == name
        np.testing.assert_allclose(
            motif.probabilities, [[0.1, 0.2, 0.3, 0.4], [0, 0, 5 / 9, 4 / 9]], atol=5e-7
        )


def test_probabilities_in_place_of_counts(tmp_path):
    (motif,) = read_counts(write(tmp_path, ">P\n0.5 0\n0.5 0\n0 0.333\n0 0.667\n"))
    np.testing.assert_array_equal(motif.probabilities, [[0.5, 0.5, 0, 0], [0, 0, 0.333, 0.667]])
    assert motif.nsites == 20


def test_a_database_of_counts_is_rounded_as_a_meme_file_is(tmp_path):
    (motif,) = read_database(write(tmp_path, OURS))
    np.testing.assert_array_equal(motif.probabilities[1], [0, 0, 0.555556, 0.444444])
    assert motif.nsites == 10


def test_a_meme_file_is_recognised_by_its_content(tmp_path):
    probabilities = np.array([[0.12345678, 0.87654322, 0, 0]])
    write_meme(tmp_path / "db.txt", [Motif("M", "", probabilities, 7)], decimals=8)
    (motif,) = read_database(tmp_path / "db.txt")
    np.testing.assert_array_equal(motif.probabilities, probabilities)


def test_both_formats_give_the_same_database(tmp_path):
    motifs = read_database(RESOURCE)
    write_meme(tmp_path / "jaspar.meme", motifs, decimals=6)
    for motif, other in zip(motifs, read_database(tmp_path / "jaspar.meme"), strict=True):
        assert (motif.id, motif.name, motif.nsites) == (other.id, other.name, other.nsites)
        np.testing.assert_array_equal(motif.probabilities, other.probabilities)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("# only\n# comments\n", "is not a motif database"),
        ("hello\n", "is not a motif database; give MEME format, JASPAR counts"),
        (">seq1\nACGTACGT\n", "has 1 rows; it must have four"),
        (">M1 a\nA [ 1 ]\nC [ 1 ]\nG [ 1 ]\n", "motif M1, has 3 rows"),
        (OURS + ">M2\nA [ 1 ]\n", "motif M2, has 1 rows"),
        (OURS.replace("T [ 4 4 ]\n", "T [ 4 4"), "has only one bracket and seems to be cut short"),
        (OURS.replace("4 4", "4"), "rows of 2, 2, 2, 1 numbers"),
        (OURS.replace("[ 1 0 ]", "[ 1 -1 ]"), "'-1'; write a number that is not negative"),
        (OURS.replace("[ 1 0 ]", "[ 1 x ]"), "'x'; write a number"),
        (OURS.replace("[ 1 0 ]", "[ 1 1_0 ]"), "'1_0'; write a number"),
        (OURS.replace("T [", "U ["), "is a row 'U' in place of T"),
        (OURS.replace("5 ]", "0 ]").replace("4 4", "4 0"), "has no counts at position 2"),
        (OURS.replace("> M1", ">").replace(">M1 Ahr::Arnt", ">"), "is a '>' without an id"),
        (OURS + OURS.replace("1 0", "1 1"), "two different motifs called M1"),
        (">P\n0.5\n0.2\n0.1\n0\n", "sum to 0.8 at position 1"),
    ],
)
def test_bad_files_get_one_clear_sentence(tmp_path, text, sentence):
    with pytest.raises(UserError) as error:
        read_database(write(tmp_path, text))
    assert sentence in str(error.value)
    assert "db.txt" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_of_comments_holds_no_counts(tmp_path):
    with pytest.raises(UserError, match="only comments"):
        read_counts(write(tmp_path, "# nothing\n"))


def test_binary_and_missing_files_are_refused(tmp_path):
    (tmp_path / "db.bin").write_bytes(b">M1\0\xff")
    with pytest.raises(UserError, match="is not text"):
        read_database(tmp_path / "db.bin")
    with pytest.raises(UserError, match="cannot be read"):
        read_database(tmp_path / "no.txt")


def test_an_unknown_id_to_drop_names_the_nearest(tmp_path):
    with pytest.raises(UserError, match=r"MA0615\.2 to drop is not in .*nearest id there is MA0615\.1"):
        read_database(RESOURCE, ["MA0615.2"])
    with pytest.raises(UserError, match=r"every motif .* is dropped"):
        read_database(write(tmp_path, OURS), ["M1"])


@pytest.mark.parametrize(("name", "motifs"), [("jaspar2016", 519), ("jaspar2024", 879), ("jaspar2026", 1019)])
def test_the_shipped_databases(name, motifs):
    entry = yaml.safe_load((RESOURCES / "databases.yaml").read_text())[name]
    found = read_database(RESOURCES.parent / entry["file"])
    assert len(found) == motifs
    assert f"{motifs} motifs" in entry["source"]
    assert any(motif.id.startswith("MA0058.") and motif.name == "MAX" for motif in found)


def test_hocomoco_s_meme_file(tmp_path):
    """Its ids begin with the factor, have no second name, and its matrices state neither E-value nor background."""
    path = tmp_path / "H12CORE_meme_format.meme"
    path.write_text(
        "MEME version 4\n\nALPHABET= ACGT\n\nstrands: + -\n\n"
        "Background letter frequencies\nA 0.25 C 0.25 G 0.25 T 0.25\n\n"
        "MOTIF AHR.H12CORE.0.P.B\nletter-probability matrix: alength= 4 w= 2 nsites= 156.0\n"
        "0.1\t0.2\t0.3\t0.4\n0.7\t0.1\t0.1\t0.1\nURL https://hocomoco14.autosome.org/motif/AHR.H12CORE.0.P.B\n"
    )
    (motif,) = read_database(path)
    assert motif.id == "AHR.H12CORE.0.P.B"
    assert motif.probabilities.tolist() == [[0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1]]


def test_counts_add_up_to_the_number_of_sites(tmp_path):
    thirds = np.array([[1 / 3, 1 / 3, 1 / 3, 0], [0.5, 0.25, 0.25, 0], [0, 0, 0, 1]])
    write_counts(
        tmp_path / "m.jaspar", [Motif("filter0", "SP1", thirds, 10), Motif("filter1", "", thirds[2:], 7)]
    )
    # A column of 10 thirds: 3.33 each, so that the first has one more; halves and quarters: 5, 2.5 and 2.5.
    assert (tmp_path / "m.jaspar").read_text() == (
        ">filter0 SP1\nA [ 4 5 0 ]\nC [ 3 3 0 ]\nG [ 3 2 0 ]\nT [ 0 0 10 ]\n"
        ">filter1\nA [ 0 ]\nC [ 0 ]\nG [ 0 ]\nT [ 7 ]\n"
    )
    rng = np.random.default_rng(1)
    motifs = [Motif(f"f{n}", "", rng.dirichlet([0.3] * 4, 19), n) for n in (2, 13, 4711)]
    write_counts(tmp_path / "m.jaspar", motifs)
    for found, motif in zip(read_counts(tmp_path / "m.jaspar"), motifs, strict=True):
        assert found.nsites == motif.nsites
        assert np.abs(found.probabilities - motif.probabilities).max() < 1 / motif.nsites


def test_counts_of_millions_of_sites_add_up(tmp_path):
    # With six decimals, these miss 1 by 2 in a million, which is 6 of 3,000,000 sites.
    rounded = np.array([[0.333334, 0.333334, 0.333334, 0], [0.249999, 0.249999, 0.25, 0.25]])
    write_counts(tmp_path / "m.jaspar", [Motif("filter0", "", rounded, 3_000_000)])
    rows = [line.split()[2:-1] for line in (tmp_path / "m.jaspar").read_text().splitlines()[1:]]
    counts = np.array(rows, int).T
    assert counts.sum(axis=1).tolist() == [3_000_000, 3_000_000]
    assert counts[0].tolist() == [1_000_000, 1_000_000, 1_000_000, 0]
