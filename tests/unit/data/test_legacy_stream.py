"""The papers' own sequences, draw by draw."""

import hashlib

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import reverse_complement
from motifcnn.data.simulate import simulate
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_counts

AUTHORS = {
    "n_sequences": 25_000,
    "length": 200,
    "p_motifs": [0.5, 0.25, 0.17, 0.05, 0.03],
    "min_gap": 0,
    "both_strands": True,
    "background": [0.25] * 4,
    "split": [0.7, 0.1, 0.2],
    "seed": 33,
    "stream": "legacy",
    "example_models": 10,
    "negatives": None,
}
# SHA-256 of codes and labels, uint8, that the cells of the authors' notebook gave with NumPy 2.4.6 (2026-11-21).
FROM_THE_NOTEBOOK = {
    "train": (
        "ddc043e48b3b49be1e20dbe123a53756f079ae75a5544d978c49103f1723b2db",
        "950d4bc12d094da84f4eb15feeb4fcff4cc812844c0a3519b8b3e0cb9122077b",
    ),
    "valid": (
        "ce5063397ee515e97e2111e2cd975d50ce29ef687f8d574c89839cc408ba5a3e",
        "f5d5cf36adb0d3751b9e908968f8a8dbf72d0ba5631860d435eb50ba66da257f",
    ),
    "test": (
        "d50ae315ca2ef7ad4a625b780a70d30fab727349272629993add8399b64a6513",
        "ec85bbab9b703059d9dbb59b3d682b6ea31cb5d522b163afe31d69c907898a96",
    ),
}


@pytest.fixture(scope="module")
def motifs():
    known = {motif.id: motif for motif in read_counts(JASPAR_2016)}
    return {name: known[factor.matrix_id] for name, factor in read_factors(FACTORS).items()}


def test_sequences_and_labels_are_the_notebooks(motifs):
    dataset = simulate(motifs, AUTHORS, "authors")
    for name, hashes in FROM_THE_NOTEBOOK.items():
        split = getattr(dataset, name)
        found = tuple(
            hashlib.sha256(values.tobytes()).hexdigest() for values in (split.sequence, split.label)
        )
        assert found == hashes, name


def test_the_later_notebook_draws_no_example_models(motifs):
    later = simulate(motifs, AUTHORS | {"n_sequences": 30_000, "example_models": 0}, "later")
    # The authors logged 0.1443 (Koo & Ploenzke 2021, task 1); with ten example models it would be 0.1446.
    assert round(later.valid.label.mean(), 4) == 0.1443


def test_truth_is_where_it_says(motifs):
    dataset = simulate(motifs, AUTHORS | {"n_sequences": 400}, "few")
    ids = {motif.id.encode(): (target, motif) for target, motif in motifs.items()}
    likelihoods = []
    for split in (dataset.train, dataset.valid, dataset.test):
        for planted in split.motif:
            target, motif = ids[planted["motif_id"]]
            assert split.label[planted["sequence"], dataset.targets.index(target)] == 1
            site = split.sequence[planted["sequence"], planted["start"] :][: planted["width"]]
            site = reverse_complement(site) if planted["strand"] == b"-" else site
            likelihoods.append(np.log2(motif.probabilities[np.arange(len(site)), site].clip(1e-4) * 4).mean())
    # A motif's own instances score its information content on average, other letters well below 0.
    assert np.mean(likelihoods) > 0.8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"min_gap": 1}, "min_gap must be 0"),
        ({"both_strands": False}, "both_strands must be True"),
        ({"background": [0.3, 0.2, 0.2, 0.3]}, "background must be"),
        ({"p_motifs": "uniform"}, "p_motifs must be a list"),
    ],
)
def test_what_the_notebook_cannot_do_is_refused(motifs, change, message):
    with pytest.raises(UserError, match=message):
        simulate(motifs, AUTHORS | change, "mine")
