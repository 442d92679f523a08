import numpy as np
import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.report.figures.curves import (
    HISTORY_COLUMNS,
    MAX_TARGETS,
    RunTable,
    learning_curves,
    match_chart,
    precision_recall_curves,
    read_run_tables,
)
from motifcnn.report.figures.style import activation_colours, save
from motifcnn.results.published import Published, Value
from motifcnn.training.prediction_scores import PRECISION_RECALL_COLUMNS


def history(epochs=4):
    epoch = np.arange(1, epochs + 1)
    return pd.DataFrame(
        {"epoch": epoch, "train_loss": 1 / epoch, "val_loss": 1.2 / epoch, "val_aupr": epoch / epochs}
    )


def curve(targets=("SP1",), end=0.2):
    parts = [
        pd.DataFrame({"target": t, "recall": [0.0, 0.5, 1.0], "precision": [1.0, 0.8, end]}) for t in targets
    ]
    return pd.concat(parts, ignore_index=True)


def network(architecture, activation, tables):
    return [RunTable("d", architecture, activation, seed, table) for seed, table in enumerate(tables, 1)]


def titles(figure):
    return [axes.get_title(loc="left") for axes in figure.axes if axes.get_title(loc="left")]


def legend(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_reading_runs_from_their_paths(tmp_path):
    for seed in (1, 12):
        path = tmp_path / "e" / "d" / "cnn-2" / "relu" / f"seed-{seed}" / "history.tsv"
        path.parent.mkdir(parents=True)
        history().to_csv(path, sep="\t", index=False)
    runs = read_run_tables(sorted(tmp_path.rglob("history.tsv")), HISTORY_COLUMNS)
    assert [(r.dataset, r.architecture, r.activation, r.seed) for r in runs] == [
        ("d", "cnn-2", "relu", 1),
        ("d", "cnn-2", "relu", 12),
    ]
    assert len(runs[0].table) == 4


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        ("history.tsv", "epoch\n1\n", "names no run"),
        ("d/a/relu/seed-1/history.tsv", None, "does not exist"),
        ("d/a/relu/seed-1/history.tsv", "", "is not a table"),
        ("d/a/relu/seed-1/history.tsv", "epoch\n1\n", "lacks the column train_loss"),
    ],
)
def test_bad_files(tmp_path, place, text, words):
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        path.write_text(text)
    with pytest.raises(UserError, match=words):
        read_run_tables([path], HISTORY_COLUMNS)


def test_runs_of_two_datasets_and_of_none(tmp_path):
    for dataset in ("x", "y"):
        path = tmp_path / dataset / "a" / "relu" / "seed-1" / "precision_recall.tsv"
        path.parent.mkdir(parents=True)
        curve().to_csv(path, sep="\t", index=False)
    for paths in (list(tmp_path.rglob("*.tsv")), []):
        with pytest.raises(UserError, match="exactly one dataset"):
            read_run_tables(paths, PRECISION_RECALL_COLUMNS)


def test_a_column_per_network_and_a_line_per_seed():
    runs = [*network("cnn-2", "relu", [history(), history(6)]), *network("cnn-2", "elu", [history()])]
    figure = learning_curves(runs)
    assert titles(figure) == ["cnn-2 · relu", "cnn-2 · elu"]
    losses = figure.axes[0]
    # Training and validation of two seeds.
    assert len(losses.lines) == 4
    np.testing.assert_allclose(losses.lines[1].get_ydata(), 1.2 / np.arange(1, 5))
    assert losses.lines[1].get_color() == activation_colours(["relu", "elu"])["relu"]


def test_networks_are_wrapped_after_six(tmp_path):
    runs = [run for i in range(7) for run in network(f"cnn-{i}", "relu", [history()])]
    figure = learning_curves(runs)
    assert len(titles(figure)) == 7
    save(figure, tmp_path / "a.png")


def test_a_history_with_gaps_can_be_drawn(tmp_path):
    table = history()
    table.loc[1, ["val_loss", "val_aupr"]] = np.nan
    table.loc[2, "train_loss"] = np.inf
    save(learning_curves(network("a", "relu", [table])), tmp_path / "a.png")


def test_a_panel_per_target_with_the_mean_over_seeds():
    runs = network("cnn-2", "relu", [curve(["SP1", "YY1"], 0.2), curve(["SP1"], 0.4)])
    figure = precision_recall_curves(runs)
    assert titles(figure) == ["SP1", "YY1"]
    sp1, yy1 = figure.axes
    # At full recall 0.2 and 0.4; half way between the points 0.8.
    assert sp1.lines[0].get_ydata()[[0, 50, 100]] == pytest.approx([1, 0.8, 0.3])
    # Only one seed has YY1: a line and no band.
    assert yy1.lines[0].get_ydata()[100] == pytest.approx(0.2)
    assert (len(sp1.collections), len(yy1.collections)) == (1, 0)
    assert legend(figure) == ["cnn-2 · relu"]


def test_no_more_targets_than_can_be_read():
    targets = [f"T{i}" for i in range(MAX_TARGETS + 1)]
    figure = precision_recall_curves(network("a", "relu", [curve(targets)]))
    assert len(titles(figure)) == MAX_TARGETS
    assert figure.get_suptitle() == f"d, the first {MAX_TARGETS} of {MAX_TARGETS + 1} targets"


def summary(dataset, architecture, activation, seed, relevant, untrained=None, layer=1):
    variants = {"trained": {"match_relevant": relevant, "match_any": 0.7}}
    if untrained is not None:
        variants["untrained"] = {"match_relevant": untrained, "match_any": 0.1}
    run = {"dataset": dataset, "architecture": architecture, "activation": activation, "seed": seed}
    run["layer"] = layer
    return run | {"auroc": 0.9, "aupr": 0.8, "variants": variants}


def test_seeds_stand_beside_the_published_value():
    published = Published(
        "P", "P", "", values={("d", "cnn-2", "relu", 1, "match_relevant"): Value(0.4, 0.1, "exact", "t", 5)}
    )
    runs = [
        summary("d", "cnn-2", "relu", 1, 0.2, 0.0),
        summary("d", "cnn-2", "relu", 2, 0.4, 0.1),
        summary("d", "ground_truth", "", 0, 1.0),
    ]
    figure = match_chart(runs, published)
    assert legend(figure) == ["a seed", "mean", "published ± sd", "untrained", "ground truth"]
    (panel,) = figure.axes
    heights = {tuple(np.round(np.asarray(line.get_ydata(), dtype=float), 6)) for line in panel.lines}
    # The seeds, their mean, the published mean, the mean of the untrained, the ground truth.
    assert {(0.2, 0.4), (0.3, 0.3), (0.4,), (0.05,), (1, 1)} <= heights
    assert [label.get_text() for label in panel.get_xticklabels()] == ["relu\ncnn-2"]


def test_without_published_values_relevant_motifs_or_controls():
    figure = match_chart([summary("x", "a", "relu", 1, None), summary("y", "a", "relu", 1, 0.5)])
    assert legend(figure) == ["a seed", "mean"]
    first, second = figure.axes
    assert first.get_ylabel() == "filters that match\nany known motif"
    assert second.get_ylabel() == "filters that match\na relevant motif"


def test_layers_stand_side_by_side_for_what_is_theirs_alone():
    runs = [
        summary("d", "cnn-25-120filters", "relu", 1, 0.1),
        summary("d", "cnn-2", "relu", 1, 0.2),
        summary("d", "cnn-25-120filters", "relu", 1, 0.9, layer=2),
        summary("d", "cnn-25-120filters", "elu", 1, 0.3),
    ]
    deeper = ("d", "cnn-25-120filters", "relu", 2)
    published = Published(
        "P", "P", "", values={(*deeper, "match_relevant"): Value(0.75, 0.1, "exact", "t", 5)}
    )

    def labels(figure):
        return [label.get_text() for label in figure.axes[0].get_xticklabels()]

    figure = match_chart(runs, published)
    assert labels(figure) == [
        "relu\ncnn-25-\n120filters",
        "elu\ncnn-25-\n120filters",
        "relu\ncnn-25-\n120filters\nlayer 2",
        "relu\ncnn-2",
    ]
    places = {float(line.get_ydata()[0]): float(line.get_xdata().mean()) for line in figure.axes[0].lines}
    ticks = figure.axes[0].get_xticks()
    assert abs(places[0.9] - ticks[2]) < 0.2
    # The published value stands at the layer that it is about.
    assert abs(places[0.75] - ticks[2]) < 0.3
    assert labels(match_chart(runs, published, "aupr")) == [
        "relu\ncnn-25-\n120filters", "elu\ncnn-25-\n120filters", "relu\ncnn-2",
    ]  # fmt: skip


def test_many_networks_are_drawn_in_bands_that_split_no_architecture():
    runs = [summary("d", f"cnn-{i}", "relu", 1, 0.5) for i in range(11)]
    runs += [summary("d", "deep", "relu", 1, 0.9, layer=layer) for layer in (1, 2, 3)]
    figure = match_chart(runs)
    # Fourteen networks: seven and seven, but the three layers of one stay together.
    sizes = [len(axes.get_xticks()) for axes in figure.axes]
    assert sizes == [7, 7]
    runs = [summary("d", name, f"a{i}", 1, 0.5) for name in ("x", "y", "z") for i in range(5)]
    bands = [axes.get_xticklabels() for axes in match_chart(runs).axes]
    assert [{text.get_text()[-1] for text in band} for band in bands] == [{"x"}, {"y"}, {"z"}]
    assert [len(axes.get_xticks()) for axes in match_chart(runs[:12]).axes] == [12]
    # All bands have one scale, so that marks are equally far apart.
    assert len({axes.get_xlim() for axes in match_chart(runs).axes}) == 1


def test_another_score_and_an_unknown_one():
    assert (
        match_chart([summary("x", "a", "relu", 1, 0.5)], metric="aupr").axes[0].get_ylabel() == "auPR, test"
    )
    with pytest.raises(UserError, match="'f1' cannot be drawn; choose one of auroc"):
        match_chart([], metric="f1")


def test_the_same_bytes_every_time(tmp_path):
    for name in ("one.svg", "two.svg"):
        save(precision_recall_curves(network("a", "relu", [curve()])), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
