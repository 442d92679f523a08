import numpy as np
import plot_figure
import pytest
from motifcnn.motifs.meme import Motif, write_meme
from motifcnn.report.figures.redundancy import MAX_FACTORS, redundancy_chart
from motifcnn.results.redundancy import Redundancy
from toys.run_files import labels, matches, run, write_run


def redundancy(counts, unassigned=0, within=(0.9, 0.7), between=(0.2,)):
    return Redundancy(counts, unassigned, np.array(within), np.array(between))


def written(panel):
    return [text.get_text() for text in panel.texts]


def test_counts_are_means_over_seeds_in_the_order_of_the_factors():
    counts = [{"SP1": 3, "MAX": 0}, {"SP1": 2, "MAX": 0}, {"SP1": 0, "MAX": 7}]
    which = [("cnn-2", 1), ("cnn-2", 2), ("cnn-50", 1)]
    runs = [
        (run(matches([]), architecture, seed=seed), redundancy(count, unassigned=4))
        for (architecture, seed), count in zip(which, counts, strict=True)
    ]
    panel, similar = redundancy_chart(runs).axes
    assert labels(panel) == ["cnn-2 · relu", "cnn-50 · relu"]
    assert [label.get_text() for label in panel.get_xticklabels()] == ["SP1", "MAX", "none"]
    assert written(panel) == ["2.5", "0", "4", "0", "7", "4"]
    medians = [line.get_xdata()[0] for line in similar.lines if len(line.get_xdata()) == 1]
    assert medians == pytest.approx([0.2, 0.8] * 2)


def test_no_pair_shares_a_motif():
    runs = [(run(matches([])), redundancy({"SP1": 1, "MAX": 0}, within=(), between=()))]
    assert written(redundancy_chart(runs).axes[1]) == ["no two filters share a motif"]


def test_many_factors_and_networks():
    factors = [f"TF{n}" for n in range(MAX_FACTORS + 5)]
    runs = [
        (run(matches([]), f"cnn-{n}", factors=factors), redundancy(dict.fromkeys(factors, n)))
        for n in range(17)
    ]
    figure = redundancy_chart(runs)
    assert len(figure.axes[0].get_xticklabels()) == MAX_FACTORS + 1
    assert len(labels(figure.axes[0])) == 17
    assert figure.get_suptitle() == "d, the first 30 of 35 factors"


def test_nothing_is_relevant():
    figure = redundancy_chart(
        [(run(matches([]), factors=()), redundancy({}, unassigned=4, within=(), between=()))]
    )
    assert not figure.axes
    assert any("No motif is known to be relevant" in text.get_text() for text in figure.texts)


def test_adapter(tmp_path):
    folders = [write_run(tmp_path, seed) for seed in (1, 2)]
    for folder in folders:
        write_meme(folder / "filters.meme", [Motif(f"filter{n}", "", np.eye(4)) for n in range(4)])
    files = [folder / name for name in ("summary.json", "matches.tsv", "filters.meme") for folder in folders]
    for name in ("a.png", "b.png"):
        plot_figure.main(figure="redundancy", files=files, output=tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
