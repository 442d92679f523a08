"""attributions.tsv: scores of attribution methods over seeds."""

import json

import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from motifcnn.report.findings import agreement
from motifcnn.report.markup import render_attributions
from motifcnn.report.table_formats import attribution_sections, attribution_title
from motifcnn.results.attribution_scores import ATTRIBUTION_COLUMNS, attribution_table, read_attribution_scores
from motifcnn.results.metrics import ATTRIBUTION_METRICS
from motifcnn.results.published import Published, Value
from motifcnn.results.statistics import Scale, holm, interval
from motifcnn.results.tables import read_table, results_table, write_table
from scipy import stats
from toys.two_seeds import RUNS


def run(activation="relu", method="saliency", seed=1, auroc=0.8, **more):
    about = {"dataset": "code", "architecture": "cnn-dist", "activation": activation, "setting": "", "seed": seed}
    scores = dict.fromkeys(ATTRIBUTION_METRICS) | {"attribution_auroc": auroc, "attribution_aupr": 0.5, "sequences": 500}
    return about | scores | {"method": method, "target": "bound"} | more


def read(tmp_path, runs, published=None):
    write_table(tmp_path / "attributions.tsv", attribution_table(runs, published))
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


KEY = RunKey("code", "cnn-dist", "relu")
PUBLISHED = Published(
    "P", "P", "", epochs=100, values={
        (KEY, "attribution_auroc", "saliency"): Value(0.5, 0.02, "exact", "Table 1", 10),
        (KEY, "attribution_aupr", "saliency"): Value(0.45, None, "digitised_median", "Fig. 1", 10, (0.4, 0.5)),
        (KEY, "attribution_auroc", "mine"): Value(0.74, 0.05, "exact", "Table 1", 10),
        # Of a network without a method.
        (KEY, "auroc"): Value(0.9, 0.01, "exact", "Table 1", 10),
    }
)  # fmt: skip


def test_beside_published_values(tmp_path):
    runs = [run(seed=seed, method=method, auroc=0.7 + seed / 20) for method in ("saliency", "mine") for seed in (1, 2)]
    runs += [run(method="deep_shap"), run(method="saliency", activation="exponential")]
    table = read(tmp_path, runs, PUBLISHED).set_index(["activation", "method"])
    saliency, mine = table.loc[("relu", "saliency")], table.loc[("relu", "mine")]
    assert saliency["attribution_auroc_deviation"] == pytest.approx(0.275)
    # Ours vary by 0.05 / sqrt(2) in the sample; theirs by 0.02 as a population of ten.
    p = [
        stats.ttest_ind_from_stats(0.775, 0.05 / 2**0.5, 2, mean, sd * (10 / 9) ** 0.5, 10, equal_var=False).pvalue
        for mean, sd in ((0.5, 0.02), (0.74, 0.05))
    ]
    assert [saliency["attribution_auroc_p"], mine["attribution_auroc_p"]] == pytest.approx(p, abs=1e-6)
    adjusted = [saliency["attribution_auroc_p_holm"], mine["attribution_auroc_p_holm"]]
    assert adjusted == pytest.approx(holm(p), abs=1e-6)
    # A median is not tested, and the deviation is that of our median.
    assert saliency["attribution_aupr_deviation"] == pytest.approx(0.05)
    assert table["attribution_aupr_p"].isna().all()
    assert table.loc[("relu", "deep_shap"), "attribution_auroc_kind"] == ""
    assert table["attribution_auroc_published"].notna().sum() == 2


def test_undertrained_networks_are_not_tested(tmp_path):
    runs = [run(seed=seed, auroc=0.7 + seed / 20, max_epochs=99) for seed in (1, 2)]
    row = read(tmp_path, runs, PUBLISHED).iloc[0]
    assert row["n_undertrained"] == 2
    assert row["attribution_auroc_deviation"] == pytest.approx(0.275)
    assert row[["attribution_auroc_p", "attribution_auroc_p_holm"]].isna().all()
    assert agreement(results_table(RUNS), attribution_table(runs, PUBLISHED)) == []


def test_published_values_in_the_report(tmp_path):
    runs = [run(seed=seed, auroc=0.7 + seed / 1000) for seed in (1, 2, 3)] + [run(method="deep_shap")]
    table = read(tmp_path, runs, PUBLISHED)
    [section] = attribution_sections(table)
    # No sequence has a signal-to-noise ratio.
    assert [column.title for column in section.columns] == ["Seeds", "auROC", "auPR"]
    assert [line.who for line in section.networks] == ["saliency", "published", "deep_shap"]
    cells = section.networks[1].cells
    assert [cell.text + cell.mark for cell in cells] == ["10", "0.500 ± 0.020", "0.450¶"]
    assert [cell.deviation for cell in cells] == ["", "+0.202", "+0.050"]
    assert [cell.differs for cell in cells] == [False, True, False]
    assert section.kinds == ("digitised_median",)
    assert section.differs
    said, *_ = agreement(results_table(RUNS), table)
    assert said == (
        "1 of our numbers was tested against published ones (Welch's test, adjusted by Holm's method): 1 differs, "
        "code cnn-dist relu, auROC of saliency +0.202. 1 more could not be tested for want of a spread over seeds on "
        "both sides."
    )


def test_angles_stand_in_the_rows_of_gradients(tmp_path):
    angles = {"off_simplex_30": 0.295, "off_simplex_45": 0.123, "off_simplex_60": 0.037}
    table = read(tmp_path, [run(**angles), run(method="deep_shap")])
    assert table["off_simplex_30_mean"].tolist()[:1] == [0.295]
    [section] = attribution_sections(table)
    assert [column.title for column in section.columns][3:] == ["Over 30°", "Over 45°", "Over 60°"]
    shown = [[cell.text for cell in line.cells[3:]] for line in section.networks]
    assert shown == [["0.295", "0.123", "0.037"], ["–", "–", "–"]]
    assert "Over 30$^\\circ$" in render_attributions("tex", table)


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


def test_a_proxy_has_columns_of_its_own(tmp_path):
    about = {name: run()[name] for name in ("dataset", "architecture", "activation", "seed", "method", "target")}
    proxy = about | {"dataset": "irf1", "sequences": 9, "proxy_auroc": 0.6, "proxy_aupr": 0.2, "proxy_snr": None}
    (tmp_path / "proxy.json").write_text(json.dumps(proxy))
    [found] = read_attribution_scores([tmp_path / "proxy.json"])
    planted, other = attribution_sections(read(tmp_path, [run(), found]))
    assert [column.metric for column in other.columns] == ["", "proxy_auroc", "proxy_aupr"]
    assert [cell.text for cell in other.networks[0].cells] == ["1", "0.600", "0.200"]
    assert attribution_title([planted]) == "Planted motifs in attributions"
    assert attribution_title([planted, other]) == "Planted motifs in attributions, and a proxy"
    assert attribution_title([other]) == "Motif hits in attributions, a proxy"
