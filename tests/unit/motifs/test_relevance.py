"""Which motifs count as those of a factor, and which factors have none in the database."""

import pytest
from motifcnn.motifs.factor_names import SYNONYMS, read_synonyms
from motifcnn.motifs.factors import Factor
from motifcnn.motifs.matrix_ids import names_in
from motifcnn.motifs.relevance import in_words, relevant_lists, without_motif
from repository import RESOURCES

IDS = {"ONE": ["M1", "M1b"], "TWO": ["M2"]}
FACTORS = {name: Factor(name, ids[0], 8, tuple(ids), (ids[0],), 0, "", "") for name, ids in IDS.items()}
ALL = dict.fromkeys(("M1", "M2", "MA7.1", "MA0050.2"), "")
JASPAR = names_in(RESOURCES / "jaspar2016_core_vertebrates.txt")
ONE_SYNONYM = {"ALIAS": "ONE"}


@pytest.mark.parametrize(
    ("choice", "targets", "lists", "without"),
    [
        ("papers", ["TWO", "other", "ONE"], {"TWO": ["M2"], "ONE": ["M1", "M1b"]}, ["other"]),
        ("strict", ["ONE"], {"ONE": ["M1"]}, []),
        ("papers", ["other"], {}, ["other"]),
        # A target that is a matrix itself.
        ("papers", ["MA7.1", "ONE"], {"MA7.1": ["MA7.1"], "ONE": ["M1", "M1b"]}, []),
        # The user's own lists are taken as they are, whatever the targets are called.
        ({"IRF1": ("MA0050.2", "x")}, ["peaks"], {"IRF1": ["MA0050.2", "x"]}, []),
    ],
)
def test_lists(choice, targets, lists, without):
    assert relevant_lists(choice, targets, ALL, FACTORS, {}) == lists
    assert without_motif(choice, targets, ALL, FACTORS, {}) == without


def test_factors_without_a_motif_in_the_database_are_left_out():
    names = {"M1b": ""}
    assert relevant_lists("papers", ["ONE", "TWO"], names, FACTORS, {}) == {"ONE": ["M1", "M1b"]}
    assert without_motif("papers", ["ONE", "TWO"], names, FACTORS, {}) == ["TWO"]
    own = {"IRF": ["M2"], "STAT": ["M8", "M9"]}
    assert relevant_lists(own, [], ALL, FACTORS, {}) == {"IRF": ["M2"]}
    assert without_motif(own, ["peaks"], ALL, FACTORS, {}) == ["STAT"]


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("CTCF", ["MA0139.1"]),
        ("ctcf", ["MA0139.1"]),
        ("MA0139.1", ["MA0139.1"]),
        # Dimers count for each of their parts; a dimer itself only where all of its parts are.
        ("MAX", ["MA0058.3", "MA0059.1"]),
        ("Myc::Max", ["MA0059.1"]),
        ("c-Myc", ["MA0059.1", "MA0147.2"]),
        # Variants of a matrix, and other spellings and names of a factor.
        ("JunD", ["MA0491.1", "MA0492.1"]),
        ("NF-YB", ["MA0502.1"]),
        ("GABP", ["MA0062.2"]),
        ("PU.1", ["MA0080.4"]),
        ("NRSF", ["MA0138.2"]),
        ("TBXT", ["MA0009.2"]),
        # Not by parts of a name: there are SP1 to SP8, and CREB3 is not CREB1.
        ("SP", []),
        ("CREB", ["MA0018.2"]),
        ("peaks", []),
        ("???", []),
    ],
)
def test_auto_finds_matrices_by_the_name_of_the_factor(target, ids):
    found = relevant_lists("auto", [target], JASPAR, FACTORS, read_synonyms(SYNONYMS))
    assert found == ({target: ids} if ids else {})


def test_auto_in_other_databases():
    names = {"MA0004.1": "MA0004.1.Arnt", "CTCF_HUMAN.H11MO.0.A": "", "CTCF.H12CORE.0.P.B": "", "M1": "M1"}
    wanted = ["ARNT", "HIF1B", "CTCF", "M1"]
    assert relevant_lists("auto", wanted, names, {}, read_synonyms(SYNONYMS)) == {
        "ARNT": ["MA0004.1"],
        "HIF1B": ["MA0004.1"],
        "CTCF": ["CTCF_HUMAN.H11MO.0.A", "CTCF.H12CORE.0.P.B"],
        "M1": ["M1"],
    }


def test_what_was_chosen_is_said():
    lists = {"MAX": ["MA0058.3", "MA0059.1", "MA0058.1"], "GABP": ["MA0062.2"]}
    assert in_words(lists, JASPAR) == ["MAX: MA0058.3, MA0059.1 (MAX::MYC)", "GABP: MA0062.2 (Gabpa)"]
