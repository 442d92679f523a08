import math

import pytest
from motifcnn.core.run_key import METRICS
from motifcnn.report.table_formats import format_deviation, format_value, sections
from motifcnn.results.tables import read_table, table1, write_table
from toys.small_table import small_table, summary


@pytest.fixture
def table(tmp_path):
    return small_table(tmp_path)


def test_numbers_in_words():
    assert format_value("aupr", 0.8766, 0.0015) == "0.877 ± 0.002"
    assert format_value("motifs_found", 11.61, 0.48) == "11.6 ± 0.5"
    assert format_value("match_relevant", 0.93, math.nan, "approx") == "0.93"
    assert format_value("motifs_found", 11.0, math.nan, "approx") == "11.0"
    assert format_value("aupr", 0.5, math.nan) == "0.500"
    assert format_value("aupr", math.nan, math.nan) == "–"
    assert format_deviation("aupr", -0.0204) == "−0.020"
    assert format_deviation("aupr", 0.1) == "+0.100"
    assert format_deviation("aupr", -0.0001) == "±0.000"
    assert format_deviation("aupr", math.nan) == ""


def test_lines_by_hand(table):
    (section,) = sections(table)
    assert section.metrics == METRICS
    ours, published, other = section.networks
    relevant, found = METRICS.index("match_relevant"), METRICS.index("motifs_found")
    assert (ours.who, ours.n_seeds, ours.cells[relevant].text) == ("ours", "2", "0.600 ± 0.100")
    assert (published.who, published.n_seeds) == ("published", "5, 1")
    assert published.cells[0].text + published.cells[0].mark == "0.500§"
    assert published.cells[0].remark == "single run; a file; 1 seed"
    assert not published.cells[0].beyond
    assert published.cells[relevant].text == "0.500 ± 0.000"
    assert published.cells[relevant].deviation == "+0.100"
    # 0.1 is no more than two published sd of 0 plus ours of 0.1.
    assert not published.cells[relevant].beyond
    assert (published.cells[found].text, published.cells[found].mark) == ("1.2 ± 0.5", "†")
    assert published.cells[METRICS.index("match_any")].text == "–"
    # One seed has no spread.
    assert (other.activation, other.cells[relevant].text) == ("<exp>", "0.800")
    assert [line.who for line in section.controls] == ["shuffled"]
    assert section.filled(section.controls) == [2, 3, 4, 5]
    assert section.kinds == ("derived", "single_run")


def test_a_formula_without_a_printed_counterpart_is_not_shown(tmp_path):
    write_table(tmp_path / "table1.tsv", table1([summary(1, 0.5, "relu")], None, bootstrap=100))
    alone = read_table(tmp_path / "table1.tsv")
    assert sections(alone)[0].metrics == METRICS[:-1]
    # The table itself, which is the truth, has it.
    assert alone["p2_jaspar_formula_mean"].tolist() == [1.0]


def test_a_deeper_layer_is_a_line_of_its_own_without_the_scores_of_the_network():
    made = table1([summary(1, 0.5, "relu"), summary(1, 0.75, "relu", layer=2)], bootstrap=0)
    (section,) = sections(made)
    assert [line.network for line in section.networks] == ["cnn-2", "cnn-2, layer 2"]
    texts = [[cell.text for cell in line.cells] for line in section.networks]
    assert [row[METRICS.index("aupr")] for row in texts] == ["0.880", "–"]
    assert [row[METRICS.index("match_relevant")] for row in texts] == ["0.500", "0.750"]
