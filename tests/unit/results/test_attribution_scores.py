"""attributions.tsv: scores of attribution methods over seeds."""

import json

import pytest
from motifcnn.core.errors import UserError
from motifcnn.report.table_formats import attribution_sections
from motifcnn.results.attribution_scores import ATTRIBUTION_COLUMNS, attribution_table, read_attribution_scores
from motifcnn.results.statistics import Scale, interval
from motifcnn.results.tables import read_table, write_table


def run(activation="relu", method="saliency", seed=1, auroc=0.8, **more):
    about = {"dataset": "code", "architecture": "cnn-dist", "activation": activation, "setting": "", "seed": seed}
    scores = {"attribution_auroc": auroc, "attribution_aupr": 0.5, "attribution_snr": None, "sequences": 500}
    return about | {"method": method, "target": "bound"} | scores | more


def read(tmp_path, runs):
    write_table(tmp_path / "attributions.tsv", attribution_table(runs))
    return read_table(tmp_path / "attributions.tsv", ATTRIBUTION_COLUMNS)


def test_over_seeds(tmp_path):
    runs = [run(), run("exponential"), run(method="deep_shap", attribution_snr=1.5)]
    runs += [run(seed=2, auroc=0.7, sequences=499)]
    table = read(tmp_path, runs)
    names = table[["activation", "method", "n_seeds", "sequences"]].to_numpy().tolist()
    # Method by method, network by network.
    assert names == [["relu", "saliency", 2, 499], ["relu", "deep_shap", 1, 500], ["exponential", "saliency", 1, 500]]
    first = table.iloc[0]
    assert (first["attribution_auroc_mean"], first["attribution_auroc_sd"]) == pytest.approx((0.75, 0.05))
    low, high = interval(0.75, 0.05 * 2**0.5, 2, Scale())
    ends = first["attribution_auroc_low"], first["attribution_auroc_high"]
    assert ends == pytest.approx((low, high), abs=1e-6)
    assert table["attribution_snr_mean"].isna().tolist() == [True, False, True]


def test_in_the_report(tmp_path):
    [section] = attribution_sections(read(tmp_path, [run(), run(method="deep_shap", attribution_snr=1.5)]))
    assert [column.title for column in section.columns] == ["Seeds", "auROC", "auPR", "Signal / noise"]
    lines = [(line.network, line.activation, line.who, *(cell.text for cell in line.cells)) for line in section.networks]
    assert lines == [
        ("cnn-dist", "relu", "saliency", "1", "0.800", "0.500", "–"),
        ("cnn-dist", "relu", "deep_shap", "1", "0.800", "0.500", "1.50"),
    ]


def test_reading(tmp_path):
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        path.write_text(json.dumps(run()))
    assert read_attribution_scores(paths[:1]) == [run()]
    with pytest.raises(UserError, match="b.json is about cnn-dist relu, seed 1 and saliency, as is another"):
        read_attribution_scores(paths)
    paths[0].write_text("{}")
    with pytest.raises(UserError, match="does not say how well"):
        read_attribution_scores(paths)
