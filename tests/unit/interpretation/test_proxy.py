"""A proxy of localisation: scores against hits of known motifs."""

import numpy as np
import pytest
from motifcnn.core.sequences import encode
from motifcnn.interpretation.attribution.attribution_file import AttributionFile, Attributions
from motifcnn.interpretation.proxy import motifs_of_target, score_hits
from motifcnn.motifs.meme import Motif

EBOX = Motif("MA1", "ebox", np.where(np.eye(4)[[1, 0, 1, 2, 3, 2]] == 1, 0.97, 0.01))
DATABASE = [EBOX, Motif("MA2", "", np.eye(4)), Motif("MA3", "", np.eye(4))]


@pytest.mark.parametrize(
    ("relevant", "target", "targets", "expected"),
    [
        ({"MAX": ["MA1", "MA3"], "SP1": ["MA2"]}, "MAX", ["MAX", "SP1"], ["MA1", "MA3"]),
        # Families of the only target.
        ({"IRF": ["MA3"], "STAT": ["MA1"]}, "IRF1", ["IRF1"], ["MA1", "MA3"]),
        ({"IRF": ["MA3"], "IRF1": ["MA1"]}, "IRF1", ["IRF1"], ["MA1"]),
        ({"SP1": ["MA2"]}, "MAX", ["MAX", "SP1"], []),
        ({}, "ZBED2", ["ZBED2"], []),
    ],
)
def test_motifs_of_the_target_that_is_explained(relevant, target, targets, expected):
    assert [motif.id for motif in motifs_of_target(relevant, target, targets, DATABASE)] == expected


def explained(*texts, score):
    codes = np.array([encode(text) for text in texts])
    n = len(codes)
    found = Attributions(
        codes, np.zeros(n), np.zeros((n, 4, codes.shape[1])), np.array(score, float), None, None
    )
    return AttributionFile(found, np.arange(n), np.ones(n, np.uint8), "MAX", {})


def test_scores_against_hits():
    file = explained("TCACGTGT", "TTTTTTTT", score=[[0, 1, 1, 1, 1, 1, 0, 2], [1] * 8])
    found = score_hits(file, [EBOX], 4**-6)
    # Of six positions in the hit and two outside, a pair for each: five above one of the two, one equal to it.
    assert found["sequences"] == 1
    assert found["proxy_auroc"] == pytest.approx((5 * 1 + 0.5) / 12)
    # Through (0, 0), (5/6, 5/6) and (1, 6/8).
    assert found["proxy_aupr"] == pytest.approx(25 / 72 + 19 / 144)
    assert found["proxy_snr"] == pytest.approx((5 / 6 - 1) / 1)
    assert set(found) == {"sequences", "proxy_auroc", "proxy_aupr", "proxy_snr"}


@pytest.mark.parametrize(
    ("text", "motifs", "pvalue"),
    [
        ("TTTTTTTT", [], 1e-3),
        ("TTTTTTTT", [EBOX], 1e-3),
        ("TCACGTGT", [EBOX], 4**-7),  # not even the best of 4^6 words is as rare
        ("CACGTG", [EBOX], 4**-6),  # no position outside of the hit
    ],
)
def test_without_hits_nothing_is_said(text, motifs, pvalue):
    file = explained(text, score=[[1] * len(text)])
    expected = {"sequences": 0, "proxy_auroc": None, "proxy_aupr": None, "proxy_snr": None}
    assert score_hits(file, motifs, pvalue) == expected
