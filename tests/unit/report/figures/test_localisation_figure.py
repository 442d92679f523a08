import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from motifcnn.interpretation.localisation import tabulate_scans
from motifcnn.report.figures.localisation import draw, localisation_chart
from motifcnn.results.run_files import RunTable
from toys.run_files import labels, legend


def table(*scans, seed=1):
    generator = np.random.default_rng(seed)
    information = np.zeros((20, 80))
    information[:, 40:50] = 2
    return tabulate_scans({name: generator.random((20, 80)) for name in scans}, information)


def run(activation, found, seed=1, architecture="cnn-2"):
    return RunTable(RunKey("d", architecture, activation, seed=seed), found)


def shown(found, name):
    chosen = found[(found["scan"] == "first_layer") & (found["bounds"] == "whole") & (found["buffer"] == 10)]
    return chosen[name].item()


def test_a_line_per_network_and_a_point_per_seed():
    first, second, other = (table("first_layer", "ppm", "pwm", seed=seed) for seed in (1, 2, 3))
    figure = localisation_chart([run("relu", first), run("exponential", other), run("relu", second, 2)])
    for panel, name in zip(figure.axes, ("auroc", "aupr"), strict=True):
        points = [line for line in panel.lines if line.get_marker() not in ("None", None)]
        values = [list(line.get_xdata()) for line in points]
        assert values[0] == [shown(first, name), shown(second, name)]
        assert values[1] == [shown(other, name)]
        assert [list(line.get_ydata()) for line in points] == [[0, 0], [1]]
    assert labels(figure.axes[0]) == ["cnn-2 · relu", "cnn-2 · exponential"]
    assert legend(figure) == ["a seed", "mean", "scan with the true PWMs", "with the true PPMs"]


def test_scans_only_where_the_motifs_are_known():
    figure = localisation_chart([run("relu", table("first_layer"))])
    assert legend(figure) == ["a seed", "mean"]


def test_as_many_files_of_each_kind():
    with pytest.raises(UserError, match="1 and 0 files of the kinds that are needed"):
        draw({"metrics.json": ["a"], "localisation.tsv": []})
