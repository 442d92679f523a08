from motifcnn.core.run_key import RunKey
from motifcnn.report.pair_tables import pair_tables
from motifcnn.results.activation_pairs import activation_pairs
from motifcnn.results.attribution_scores import attribution_table
from motifcnn.results.published import Published, PublishedComparison
from motifcnn.results.tables import results_table
from toys.summaries import seeds


def runs(activations, architecture="a", n=3):
    return [
        run | {"n_filters": 10}
        for place, name in enumerate(activations)
        for run in seeds(architecture, name, [min(0.05 * seed + 0.4 * place, 1.0) for seed in range(n)])
    ]


def test_the_paper_s_comparisons_stand_apart_with_its_p_values():
    theirs = {(RunKey("d", "a", "elu"), "relu", "match_relevant"): PublishedComparison(2e-5, "cell 8")}
    table = results_table(runs(["relu", "elu", "tanh"]) + runs(["relu", "elu"], "b"))
    paper, others = pair_tables(activation_pairs(table, Published("P", "P", "", comparisons=theirs)))
    assert (paper.by_paper, others.by_paper) == (True, False)
    assert paper.columns == (("a", "Match relevant"),)
    ((one, other, (cell,)),) = paper.lines
    assert (one, other, cell.text) == ("elu", "relu", "+0.400")
    assert cell.published.endswith("[2.0e-05]")
    assert cell.remark.startswith("0.450 (3 seeds) against 0.050 (3 seeds); Hedges’ g")
    assert cell.remark.endswith("; cell 8")
    # Three activations of a, two of b; what the paper compares is not repeated.
    assert others.columns == (
        ("a", "Match relevant"),
        ("b", "Match relevant"),
        ("a", "auPR"),
        ("b", "auPR"),
    )
    lines = {line[:2]: [cell.text for cell in line[2]] for line in others.lines}
    assert lines["elu", "relu"] == ["", "+0.400", "±0.000", "±0.000"]
    assert lines["tanh", "elu"] == ["+0.400", "", "±0.000", ""]


def test_attributions_stand_last_with_a_column_per_method():
    about = [
        {
            "dataset": "d",
            "architecture": "a",
            "activation": name,
            "seed": seed,
            "method": method,
            "target": "SP1",
        }
        | {"sequences": 5, "attribution_auroc": 0.7 + 0.1 * place + 0.01 * seed}
        for method in ("saliency", "mine")
        for place, name in enumerate(["relu", "elu"])
        for seed in range(3)
    ]
    results = results_table(runs(["relu", "elu"]))
    filters, attributions = pair_tables(activation_pairs(results, None, attribution_table(about)))
    assert (filters.of_attributions, attributions.of_attributions) == (False, True)
    assert attributions.columns == (("a", "saliency, auROC"), ("a", "mine, auROC"))
    ((one, other, cells),) = attributions.lines
    assert (one, other, [cell.text for cell in cells]) == ("elu", "relu", ["+0.100", "+0.100"])
    assert attributions.summary == "2 of 2 comparisons differ"


def test_only_what_is_significant_after_adjustment_differs():
    (table,) = pair_tables(activation_pairs(results_table(runs(["relu", "elu"], n=8))))
    assert [cell.differs for cell in table.lines[0][2]] == [True, False]
    assert table.summary == "1 of 2 comparisons differ"
    assert not table.folded


def test_one_seed_concludes_nothing_and_many_lines_are_folded():
    (table,) = pair_tables(activation_pairs(results_table(runs([f"own-{n}" for n in range(6)], n=1))))
    assert table.summary == "one seed: no conclusion"
    assert table.folded
    assert len(table.lines) == 15
    assert not any(cell.differs for line in table.lines for cell in line[2])
