import pytest
from motifcnn.report.table_formats import sections
from motifcnn.results.metrics import TABLE1_METRICS as METRICS
from motifcnn.results.tables import read_table, table1, write_table
from toys.small_table import small_table, summary


@pytest.fixture
def table(tmp_path):
    return small_table(tmp_path)


def test_lines_by_hand(table):
    (section,) = sections(table)
    assert section.metrics == METRICS
    ours, published, other = section.networks
    relevant, found = METRICS.index("match_relevant"), METRICS.index("motifs_found")
    assert (ours.who, ours.n_seeds, ours.cells[relevant].text) == ("ours", "2", "0.600 ± 0.100")
    assert (published.who, published.n_seeds) == ("published", "5, 1")
    assert published.cells[0].text + published.cells[0].mark == "0.500§"
    assert published.cells[0].remark == "single run; a file; 1 seed"
    assert not published.cells[0].differs
    assert published.cells[relevant].text == "0.500 ± 0.000"
    assert published.cells[relevant].deviation == "+0.100"
    # 0.5 and 0.7 are not far enough from 0.5 for two seeds.
    assert not published.cells[relevant].differs
    assert (published.cells[found].text, published.cells[found].mark) == ("1.2 ± 0.5", "†")
    assert published.cells[METRICS.index("match_any")].text == "–"
    # One seed has no spread.
    assert (other.activation, other.cells[relevant].text) == ("<exp>", "0.800")
    assert [line.who for line in section.controls] == ["shuffled"]
    assert section.filled(section.controls) == [2, 3, 4, 5]
    assert section.kinds == ("derived", "single_run")


def test_a_formula_without_a_printed_counterpart_is_not_shown(tmp_path):
    write_table(tmp_path / "table1.tsv", table1([summary(1, 0.5, "relu")], None))
    alone = read_table(tmp_path / "table1.tsv")
    assert sections(alone)[0].metrics == METRICS[:-1]
    # The table itself, which is the truth, has it.
    assert alone["one_minus_missed_per_filter_mean"].tolist() == [1.0]


def test_a_deeper_layer_is_a_line_of_its_own_without_the_scores_of_the_network():
    made = table1([summary(1, 0.5, "relu"), summary(1, 0.75, "relu", layer=2)])
    (section,) = sections(made)
    assert [line.network for line in section.networks] == ["cnn-2", "cnn-2, layer 2"]
    texts = [[cell.text for cell in line.cells] for line in section.networks]
    assert [row[METRICS.index("aupr")] for row in texts] == ["0.880", "–"]
    assert [row[METRICS.index("match_relevant")] for row in texts] == ["0.500", "0.750"]
