"""TF-MoDISco on attributions: what is refused, and, where it is installed, what it finds."""

import os
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import encode
from motifcnn.experiment.attribution import read_attribution, read_modisco
from motifcnn.interpretation.attribution.attribution_file import AttributionFile, Attributions
from motifcnn.interpretation.modisco import as_motifs, read_patterns
from motifcnn.interpretation.pattern_search import find_patterns
from toys.plan_builder import plan

SECTION = plan(attribution={"modisco": {}}).config["attribution"]
OPTIONS = read_modisco(SECTION, read_attribution(SECTION, {}))
HYPOTHETICAL = {"method": "deep_shap", "times": "difference"}


def explained(codes, hypothetical, **options):
    n = len(codes)
    zeros = np.zeros(n, np.float32)
    found = Attributions(codes, zeros, hypothetical, np.zeros(codes.shape, np.float32), None, None)
    about = HYPOTHETICAL | options
    return AttributionFile(found, np.arange(n), np.ones(n, np.uint8), "bound", about)


def blank(length, **options):
    return explained(np.zeros((2, length), np.uint8), np.zeros((2, 4, length), np.float32), **options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"method": "saliency"},
            "these are saliency × difference; give those of deep_shap with times: difference",
        ),
        ({"times": "input"}, "these are deep_shap × input; give"),
        ({"corrected": True}, "these are deep_shap × difference, corrected; give .* uncorrected"),
    ],
)
def test_it_needs_hypothetical_contributions(tmp_path, options, sentence):
    with pytest.raises(UserError, match=sentence):
        find_patterns(blank(60, **options), tmp_path / "p.h5", OPTIONS)


def test_sequences_have_to_hold_a_seqlet(tmp_path):
    with pytest.raises(UserError, match=r"cannot cut seqlets of 25 nt .* from sequences of 24 nt"):
        find_patterns(blank(24), tmp_path / "p.h5", OPTIONS)


def test_it_is_optional(tmp_path, monkeypatch):
    for name in ("modiscolite", "modiscolite.io", "modiscolite.tfmodisco"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(
        UserError, match=r"TF-MoDISco cannot be used here .*run with --use-conda, or install what envs/"
    ):
        find_patterns(blank(60), tmp_path / "p.h5", OPTIONS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("found", "counts"), [((["a", "b"], ["c"]), (2, 1)), ((None, ["c"]), (0, 1)), ((["a"], None), (1, 0))]
)
def test_what_it_is_given(tmp_path, monkeypatch, found, counts):
    """Neither it nor what it needs is in every environment: a stand-in keeps what it was called with."""
    given = {}

    def search(letters, hypothetical, **options):
        given.update(
            letters=letters, hypothetical=hypothetical, threads=os.environ["NUMBA_NUM_THREADS"], **options
        )
        return found

    package, io, algorithm = (
        ModuleType(name) for name in ("modiscolite", "modiscolite.io", "modiscolite.tfmodisco")
    )
    io.save_hdf5 = lambda path, *patterns, window_size: Path(path).write_text(f"{patterns} {window_size}")
    algorithm.TFMoDISco = search
    for module in (package, io, algorithm):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    options = OPTIONS | {
        "core": 4, "flank": 1, "trim": 3, "initial_flank": 2, "max_seqlets": 99, "leiden_runs": 5,
    }  # fmt: skip
    # Sequences that a single seqlet fills.
    codes, hypothetical = np.array([encode("ACGTNA")]), np.arange(24.0).reshape(1, 4, 6)
    assert find_patterns(explained(codes, hypothetical), tmp_path / "p.h5", options, threads=3) == counts
    assert (tmp_path / "p.h5").read_text() == f"{found} 6"
    np.testing.assert_array_equal(given.pop("letters")[0], [*np.eye(4), np.zeros(4), np.eye(4)[0]])
    np.testing.assert_array_equal(given.pop("hypothetical")[0, 2], [2, 8, 14, 20])
    assert given == {
        "threads": "3",
        "sliding_window_size": 4,
        "flank_size": 1,
        "trim_to_window_size": 3,
        "initial_flank_to_add": 2,
        "max_seqlets_per_metacluster": 99,
        "n_leiden_runs": 5,
    }
    find_patterns(explained(codes, hypothetical), tmp_path / "p.h5", options)
    assert given["threads"] == "1"


def test_it_finds_what_contributes(tmp_path):
    """Two motifs in 300 random sequences, and nothing but them contributes."""
    pytest.importorskip("modiscolite", reason="modisco-lite, which is optional, is missing")
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 4, (300, 60), dtype=np.uint8)
    hypothetical = rng.normal(0, 0.01, (300, 4, 60)).astype(np.float32)
    motifs = [encode(text) for text in ("TGACTCAT", "GGGGCGGG")]
    for row in range(300):
        motif, start = motifs[row % 2], int(rng.integers(10, 40))
        codes[row, start : start + 8] = motif
        hypothetical[row, :, start : start + 8] = -0.3
        hypothetical[row, motif, np.arange(start, start + 8)] = 1
    counts = find_patterns(explained(codes, hypothetical), tmp_path / "p.h5", OPTIONS)
    patterns = read_patterns(tmp_path / "p.h5")
    assert counts == (2, 0)
    found = {
        "".join("ACGT"[letter] for letter in one.probabilities.argmax(1)) for one in as_motifs(patterns, 0.3)
    }
    either = {"TGACTCAT": "ATGAGTCA", "GGGGCGGG": "CCCGCCCC"}
    assert all({one, other} & found for one, other in either.items())
