import numpy as np
from motifcnn.core.run_key import RunKey
from motifcnn.report.figures.matches import match_chart
from motifcnn.results.published import Published, Value
from toys.run_files import legend


def summary(dataset, architecture, activation, seed, relevant, untrained=None, layer=1):
    variants = {"trained": {"match_relevant": relevant, "match_any": 0.7}}
    if untrained is not None:
        variants["untrained"] = {"match_relevant": untrained, "match_any": 0.1}
    run = {"dataset": dataset, "architecture": architecture, "activation": activation, "seed": seed}
    run["layer"] = layer
    return run | {"auroc": 0.9, "aupr": 0.8, "variants": variants}


def test_seeds_stand_beside_the_published_value():
    values = {(RunKey("d", "cnn-2", "relu"), "match_relevant"): Value(0.4, 0.1, "exact", "t", 5)}
    published = Published("P", "P", "", values=values)
    runs = [
        summary("d", "cnn-2", "relu", 1, 0.2, 0.0),
        summary("d", "cnn-2", "relu", 2, 0.4, 0.1),
        summary("d", "ground_truth", "", 0, 1.0),
    ]
    figure = match_chart(runs, published)
    assert legend(figure) == ["a seed", "mean", "published", "untrained", "ground truth"]
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


def test_marks_stand_close_to_the_name_of_their_network():
    values = {(RunKey("d", "b", "relu"), "match_relevant"): Value(0.9, 0.1, "exact", "t", 5)}
    figure = match_chart(
        [summary("d", name, "relu", 1, share) for name, share in (("a", 0.2), ("b", 0.4))],
        Published("P", "P", "", values=values),
    )
    (panel,) = figure.axes
    centres = {float(line.get_ydata()[0]): float(line.get_xdata().mean()) for line in panel.lines}
    (left, right), ticks = panel.get_xlim(), panel.get_xticks()
    inches = {share: x * figure.get_figwidth() / (right - left) for share, x in centres.items()}
    # With no published value beside it, right above the name; else both within an eighth of an inch of it.
    assert centres[0.2] == ticks[0]
    middle = ticks[1] * figure.get_figwidth() / (right - left)
    assert middle - 0.125 < inches[0.4] < middle < inches[0.9] < middle + 0.17


def test_layers_stand_side_by_side_for_what_is_theirs_alone():
    runs = [
        summary("d", "cnn-25-120filters", "relu", 1, 0.1),
        summary("d", "cnn-2", "relu", 1, 0.2),
        summary("d", "cnn-25-120filters", "relu", 1, 0.9, layer=2),
        summary("d", "cnn-25-120filters", "elu", 1, 0.3),
    ]
    deeper = RunKey("d", "cnn-25-120filters", "relu", layer=2)
    values = {(deeper, "match_relevant"): Value(0.75, 0.1, "exact", "t", 5)}
    published = Published("P", "P", "", values=values)

    def labels(figure):
        return [label.get_text() for label in figure.axes[0].get_xticklabels()]

    figure = match_chart(runs, published)
    assert labels(figure) == [
        "relu\ncnn-25-\n120filters",
        "elu\ncnn-25-\n120filters",
        "relu\ncnn-25-\n120filters\nlayer 2",
        "relu\ncnn-2",
    ]
    low = [*runs, runs[1] | {"setting": "low"}]
    assert labels(match_chart(low))[-2:] == ["relu\ncnn-2", "relu\ncnn-2\nlow"]
    places = {float(line.get_ydata()[0]): float(line.get_xdata().mean()) for line in figure.axes[0].lines}
    ticks = figure.axes[0].get_xticks()
    assert abs(places[0.9] - ticks[2]) < 0.2
    # The published value stands at the layer that it is about.
    assert abs(places[0.75] - ticks[2]) < 0.3


def test_names_break_only_where_networks_stand_close():
    def first(number):
        runs = [summary("d", "residualbind", f"a{i}", 1, 0.5) for i in range(number)]
        return match_chart(runs).axes[0].get_xticklabels()[0].get_text()

    assert first(2) == "a0\nresidualbind"
    assert first(12) == "a0\nresidu\nalbind"


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
