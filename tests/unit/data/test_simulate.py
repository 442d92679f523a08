"""The simulated dataset: what was planted, where, and how often."""

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import reverse_complement
from motifcnn.core.splits import SPLITS
from motifcnn.data.simulate import simulate
from motifcnn.motifs.factors import read_factors
from motifcnn.motifs.jaspar import read_counts
from motifcnn.motifs.meme import Motif
from repository import RESOURCES
from scipy import stats
from toys.refusals import refused

PAPERS = {
    "n_sequences": 25_000,
    "length": 200,
    "p_motifs": [0.5, 0.25, 0.17, 0.05, 0.03],
    "min_gap": 0,
    "both_strands": True,
    "background": [0.25] * 4,
    "split": [0.7, 0.1, 0.2],
    "seed": 33,
    "stream": "bulk",
    "negatives": None,
}
CORE = ("SP1", "Gabpa", "CEBPB", "MAX", "YY1")
CODE = {
    "n_sequences": 4_000,
    "p_motifs": [0, 0, 0.5, 0.25, 0.17, 0.05, 0.03],
    "negatives": {"target": "positive", "exclude_lookalikes": None},
}


@pytest.fixture(scope="module")
def motifs():
    known = {motif.id: motif for motif in read_counts(RESOURCES / "jaspar2016_core_vertebrates.txt")}
    factors = read_factors(RESOURCES / "transcription_factors.tsv")
    return {name: known[factor.matrix_id] for name, factor in factors.items()}


@pytest.fixture(scope="module")
def code(motifs):
    """The regulatory code: five core motifs, and the seven others in negatives."""
    core = {name: motifs[name] for name in CORE}
    return simulate(core, PAPERS | CODE, "code", others=[motifs[name] for name in motifs if name not in CORE])


@pytest.fixture(scope="module")
def dataset(motifs):
    return simulate(motifs, PAPERS, "synthetic")


def test_what_is_recorded_of_a_dataset(dataset, motifs):
    few = PAPERS | {"n_sequences": 20, "length": 400}
    core, others = {name: motifs[name] for name in ("SP1", "MAX")}, [motifs["YY1"], motifs["CEBPB"]]
    made = simulate(core, few | {"seed": 7}, "few", {"numpy": "9"})
    assert (made.name, made.seed, made.versions, made.targets) == ("few", 7, {"numpy": "9"}, ("SP1", "MAX"))
    planted = f"simulated with planted motifs {motifs['SP1'].id}, {motifs['MAX'].id}"
    assert made.source == planted
    code = simulate(core, few | CODE | {"n_sequences": 20}, "code", others=others)
    assert code.source == f"{planted}; in negatives also {motifs['YY1'].id}, {motifs['CEBPB'].id}"
    assert (dataset.seed, dataset.versions) == (33, {})


def everything(dataset):
    """Sequences, labels and planted motifs of all splits, as one."""
    splits = [getattr(dataset, name) for name in SPLITS]
    offsets = np.cumsum([0] + [len(s.sequence) for s in splits[:-1]])
    truth = np.concatenate([s.motif for s in splits])
    truth["sequence"] += np.repeat(offsets, [len(s.motif) for s in splits]).astype("i4")
    return np.concatenate([s.sequence for s in splits]), np.concatenate([s.label for s in splits]), truth


def test_sizes(dataset):
    assert [len(getattr(dataset, name).sequence) for name in SPLITS] == [17_500, 2_500, 5_000]
    assert dataset.length == 200
    assert len(dataset.targets) == 12


def test_number_of_motifs_per_sequence(dataset):
    number = np.bincount(np.bincount(everything(dataset)[2]["sequence"], minlength=25_000))
    assert number[0] == 0
    assert stats.chisquare(number[1:], 25_000 * np.array(PAPERS["p_motifs"])).pvalue > 0.001


def test_label_rate(dataset):
    # 1 - sum over n of p_n (11/12)^n = 0.1459, as papers' code gives it.
    expected = 1 - sum(p * (11 / 12) ** n for n, p in enumerate(PAPERS["p_motifs"], 1))
    assert expected == pytest.approx(0.1459, abs=5e-5)
    rate = everything(dataset)[1].mean()
    assert rate == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 300_000))


def test_labels_are_the_planted_motifs(dataset, motifs):
    _, label, truth = everything(dataset)
    column = {motif.id.encode(): index for index, motif in enumerate(motifs.values())}
    expected = np.zeros_like(label)
    expected[truth["sequence"], [column[motif] for motif in truth["motif_id"]]] = 1
    assert (label == expected).all()


def test_motifs_do_not_overlap_and_stay_inside(dataset):
    truth = everything(dataset)[2]
    end = truth["start"] + truth["width"]
    assert truth["start"].min() >= 0
    assert end.max() <= 200
    neighbours = truth["sequence"][1:] == truth["sequence"][:-1]
    assert (truth["start"][1:] >= end[:-1])[neighbours].all()


def test_choice_and_strand_are_even(dataset):
    truth = everything(dataset)[2]
    _, counts = np.unique(np.stack([truth["motif_id"], truth["strand"]]).T, axis=0, return_counts=True)
    assert len(counts) == 24
    assert stats.chisquare(counts).pvalue > 0.001


def test_gaps_are_those_of_scaled_uniform_draws(dataset, motifs):
    # With one motif of width w there are two gaps u/(u+v) and v/(u+v) of the 200 - w free letters.
    _, _, truth = everything(dataset)
    single = np.bincount(truth["sequence"])[truth["sequence"]] == 1
    rows = truth[single]
    share = rows["start"] / (200 - rows["width"])
    rng = np.random.default_rng(1)
    draws = rng.random((2, 200_000))
    assert stats.ks_2samp(share, draws[0] / draws.sum(0)).pvalue > 0.001


def test_zero_gaps_are_as_rare_as_the_papers_code_makes_them(dataset):
    truth = everything(dataset)[2]
    end = truth["start"] + truth["width"]
    same = truth["sequence"][1:] == truth["sequence"][:-1]
    touching = set(truth["sequence"][1:][same & (truth["start"][1:] == end[:-1])])
    touching |= set(truth["sequence"][truth["start"] == 0]) | set(truth["sequence"][end == 200])
    assert len(touching) / 25_000 == pytest.approx(0.011, abs=0.003)


def test_letters_inside_motifs_follow_the_matrix(dataset, motifs):
    sequence, _, truth = everything(dataset)
    p_values = []
    for motif in motifs.values():
        rows = truth[truth["motif_id"] == motif.id.encode()]
        windows = sequence[rows["sequence"][:, None], rows["start"][:, None] + np.arange(motif.width)]
        forward = np.where((rows["strand"] == b"-")[:, None], reverse_complement(windows), windows)
        for position, probabilities in enumerate(motif.probabilities):
            seen = np.bincount(forward[:, position], minlength=4)
            assert seen[probabilities == 0].sum() == 0
            possible = probabilities > 0
            if possible.sum() > 1:
                p_values.append(stats.chisquare(seen[possible], len(rows) * probabilities[possible]).pvalue)
    # All columns together: p-values of a true null are uniform.
    assert len(p_values) > 100
    assert stats.kstest(p_values, "uniform").pvalue > 0.001
    assert min(p_values) > 1e-5


def test_background_is_uniform(dataset):
    sequence, _, truth = everything(dataset)
    outside = np.ones(sequence.shape, bool)
    for row in truth:
        outside[row["sequence"], row["start"] : row["start"] + row["width"]] = False
    assert stats.chisquare(np.bincount(sequence[outside], minlength=4)).pvalue > 0.001


def test_same_seed_same_dataset(motifs, dataset):
    again, other = simulate(motifs, PAPERS, "synthetic"), simulate(motifs, {**PAPERS, "seed": 34}, "s")
    assert (again.train.sequence == dataset.train.sequence).all()
    assert (again.test.motif == dataset.test.motif).all()
    assert (other.train.sequence != dataset.train.sequence).any()


def test_options(motifs):
    options = {"n_sequences": 4_000, "min_gap": 1, "both_strands": False, "p_motifs": "uniform"}
    made = simulate(motifs, {**PAPERS, **options, "background": [0.4, 0.1, 0.1, 0.4]}, "s")
    sequence, _, truth = everything(made)
    end = truth["start"] + truth["width"]
    same = truth["sequence"][1:] == truth["sequence"][:-1]
    assert (truth["start"][1:] > end[:-1])[same].all()
    assert truth["start"].min() >= 1
    assert end.max() <= 199
    assert set(truth["strand"]) == {b"+"}
    number = np.bincount(np.bincount(truth["sequence"]))[1:]
    assert stats.chisquare(number).pvalue > 0.001
    assert np.bincount(sequence.ravel(), minlength=4)[[0, 3]].sum() / sequence.size > 0.7


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length": 15, "p_motifs": [1.0]}, r"MA0083.3 is 16 nt wide and does not fit .* 15 nt"),
        ({"length": 60}, "up to 5 motifs of up to 16 nt"),
    ],
)
def test_motifs_that_do_not_fit(motifs, change, message):
    with pytest.raises(UserError, match=message):
        simulate(motifs, {**PAPERS, **change}, "s")


def test_negatives_need_motifs_of_their_own(motifs):
    with refused("all of them resemble one of motifs", "; lower exclude_lookalikes or name other motifs"):
        simulate({"MAX": motifs["MAX"]}, PAPERS | CODE, "code", others=[])


def test_positives_hold_core_motifs_alone_and_negatives_the_others_too(code, motifs):
    _, label, truth = everything(code)
    assert code.targets == ("positive",)
    assert label.shape == (4_000, 1)
    assert label.sum() == 2_000
    core = np.isin(truth["motif_id"], [motifs[name].id.encode() for name in CORE])
    in_positive = label[truth["sequence"], 0] == 1
    assert core[in_positive].all()
    counts = np.unique(truth["motif_id"][in_positive], return_counts=True)[1]
    assert len(counts) == 5
    assert stats.chisquare(counts).pvalue > 0.001
    counts = np.unique(truth["motif_id"][~in_positive], return_counts=True)[1]
    assert len(counts) == 12
    assert stats.chisquare(counts).pvalue > 0.001


def test_both_classes_have_three_to_seven_motifs(code):
    _, label, truth = everything(code)
    number = np.bincount(truth["sequence"])
    for wanted in (0, 1):
        counts = np.bincount(number[label[:, 0] == wanted])
        assert counts[:3].sum() == 0
        assert stats.chisquare(counts[3:], 2_000 * np.array([0.5, 0.25, 0.17, 0.05, 0.03])).pvalue > 0.001


def test_classes_are_mixed(code):
    assert [split.label.mean() for split in (code.train, code.valid, code.test)] == pytest.approx(
        [0.5] * 3, abs=0.1
    )


def test_a_motif_is_not_in_both_lists(motifs):
    core = {name: motifs[name] for name in CORE}
    with pytest.raises(UserError, match=r"list of motifs to plant has two motifs called MA0058\.3"):
        simulate(core, PAPERS | CODE, "s", others=[motifs["MAX"]])


def test_a_sequence_of_nothing_but_its_motif():
    motif = Motif("m", "", np.eye(4)[[0, 1, 2, 2]], 20)
    made = simulate({"m": motif}, {**PAPERS, "length": 4, "p_motifs": [1.0], "n_sequences": 100}, "s")
    strand = made.train.motif["strand"]
    assert (made.train.sequence[strand == b"+"] == [0, 1, 2, 2]).all()
    assert (made.train.sequence[strand == b"-"] == [1, 1, 2, 3]).all()
