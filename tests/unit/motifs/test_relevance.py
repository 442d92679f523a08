"""Which motifs count as those of a factor, and which factors have none in the database."""

import pytest
from motifcnn.motifs.factors import Factor
from motifcnn.motifs.relevance import relevant_lists, without_motif

IDS = {"ONE": ["M1", "M1b"], "TWO": ["M2"]}
FACTORS = {name: Factor(name, ids[0], 8, tuple(ids), (ids[0],), 0, "", "") for name, ids in IDS.items()}
ALL = {"M1", "M2", "MA7.1", "MA0050.2"}


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
    assert relevant_lists(choice, targets, FACTORS, ALL) == lists
    assert without_motif(choice, targets, FACTORS, ALL) == without


def test_factors_without_a_motif_in_the_database_are_left_out():
    assert relevant_lists("papers", ["ONE", "TWO"], FACTORS, {"M1b"}) == {"ONE": ["M1", "M1b"]}
    assert without_motif("papers", ["ONE", "TWO"], FACTORS, {"M1b"}) == ["TWO"]
    own = {"IRF": ["M2"], "STAT": ["M8", "M9"]}
    assert relevant_lists(own, [], FACTORS, ALL) == {"IRF": ["M2"]}
    assert without_motif(own, ["peaks"], FACTORS, ALL) == ["STAT"]
