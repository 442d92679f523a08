"""Names of transcription factors: the shipped table, spellings, and tables that are wrong."""

import pytest
from motifcnn.motifs.factor_names import SYNONYMS, factors_in, name_of_matrix, read_synonyms, spelt_alike
from motifcnn.motifs.matrix_ids import names_in
from repository import RESOURCES
from toys.refusals import refused


def test_no_synonym_of_one_factor_is_the_name_of_another_in_the_database():
    synonyms = read_synonyms(SYNONYMS)
    names = names_in(RESOURCES / "jaspar2016_core_vertebrates.txt")
    known = {spelt_alike(part) for name in names.values() for part in name.split("::")}
    # JASPAR 2016 calls TBXT T.
    assert {synonym for synonym in synonyms if synonym in known} == {"T"}
    assert not set(synonyms) & set(synonyms.values())


def test_a_name_that_two_factors_share_is_no_synonym():
    # CREB2 was the symbol of ATF2, and is another name of ATF4.
    assert not {"NFKB", "CREB2"} & set(read_synonyms(SYNONYMS))


@pytest.mark.parametrize(
    ("name", "alike"), [("NF-YB", "NFYB"), ("Nkx2-5(var.2)", "NKX25"), ("PU.1", "PU1"), ("ERα", "ERΑ")]
)
def test_spellings(name, alike):
    assert spelt_alike(name) == alike


def test_factors_of_a_name():
    assert factors_in("MAX::c-Myc", {"CMYC": "MYC"}) == {"MAX", "MYC"}
    assert factors_in("--", {}) == {"--"}
    assert name_of_matrix("MA0004.1", "MA0004.1.Arnt") == name_of_matrix("MA0004.1", "Arnt") == "Arnt"
    assert name_of_matrix("CTCF_HUMAN.H11MO.0.A", "") == "CTCF"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("A\tx\nB\ty,X", "line 3, gives X to a second factor; keep one"),
        ("A", "line 2, has no synonyms"),
    ],
)
def test_a_wrong_table_is_a_sentence(tmp_path, rows, said):
    path = tmp_path / "synonyms.tsv"
    path.write_text(f"factor\tsynonyms\n{rows}\n")
    with refused(said):
        read_synonyms(path)
    with refused("cannot be read"):
        read_synonyms(tmp_path / "none")
