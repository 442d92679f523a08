import pytest
from motifcnn.report.table_formats import notes_on, sections
from motifcnn.results.metrics import TABLE_METRICS
from motifcnn.results.tables import read_table, results_table, write_table
from toys.small_table import PUBLISHED, small_table, summary, two_datasets

# What a line has a cell for.
METRICS = ("", *TABLE_METRICS)


@pytest.fixture
def table(tmp_path):
    return small_table(tmp_path)


def test_lines_by_hand(table):
    (section,) = sections(table)
    assert [column.metric for column in section.columns] == list(METRICS)
    ours, published, other = section.networks
    relevant, found = METRICS.index("match_relevant"), METRICS.index("motifs_found")
    assert (ours.who, ours.cells[0].text, ours.cells[relevant].text) == ("ours", "2", "0.600 ± 0.100")
    assert (published.who, published.cells[0].text) == ("published", "5, 1")
    assert published.cells[1].text + published.cells[1].mark == "0.500§"
    assert published.cells[1].remark == "single run; a file; 1 seed"
    assert not published.cells[1].differs
    assert published.cells[relevant].text == "0.500 ± 0.000"
    assert published.cells[relevant].deviation == "+0.100"
    # 0.5 and 0.7 are not far enough from 0.5 for two seeds.
    assert not published.cells[relevant].differs
    assert (published.cells[found].text, published.cells[found].mark) == ("1.2 ± 0.5", "†")
    assert published.cells[METRICS.index("match_any")].text == "–"
    # One seed has no spread.
    assert (other.activation, other.cells[relevant].text) == ("<exp>", "0.800")
    assert [line.who for line in section.controls] == ["shuffled"]
    assert section.shown(section.controls) == [0, 3, 4, 5, 6]
    assert section.kinds == ("derived", "single_run")


def test_a_formula_without_a_printed_counterpart_is_not_shown(tmp_path):
    write_table(tmp_path / "table1.tsv", results_table([summary(1, 0.5, "relu")], None))
    alone = read_table(tmp_path / "table1.tsv")
    assert tuple(column.metric for column in sections(alone)[0].columns) == METRICS[:-1]
    # The table itself, which is the truth, has it.
    assert alone["one_minus_missed_per_filter_mean"].tolist() == [1.0]


def test_a_deeper_layer_is_a_line_of_its_own_without_the_scores_of_the_network():
    made = results_table([summary(1, 0.5, "relu"), summary(1, 0.75, "relu", layer=2)])
    (section,) = sections(made)
    assert [line.network for line in section.networks] == ["cnn-2", "cnn-2, layer 2"]
    texts = [[cell.text for cell in line.cells] for line in section.networks]
    assert [row[METRICS.index("aupr")] for row in texts] == ["0.880", "–"]
    assert [row[METRICS.index("match_relevant")] for row in texts] == ["0.500", "0.750"]


def test_side_by_side_a_network_has_one_line(tmp_path):
    table = two_datasets(tmp_path)
    stacked, (both,) = sections(table), sections(table, side_by_side=True)
    assert [section.datasets for section in stacked] == [("d_1",), ("d_2",)]
    assert both.datasets == ("d_1", "d_2")
    assert both.columns == stacked[0].columns + stacked[1].columns
    relu, exponential = both.networks
    assert exponential.cells == stacked[0].networks[1].cells + stacked[1].networks[0].cells
    # It was not run on the second one.
    assert relu.cells[: len(stacked[0].columns)] == stacked[0].networks[0].cells
    assert {cell.text for cell in relu.cells[len(stacked[0].columns) :]} == {"–"}
    assert both.groups(both.shown(both.networks)) == [("d_1", 6), ("d_2", 6)]


def test_the_columns_that_are_asked_for(table):
    wanted = ("match_relevant", "aupr")
    (section,) = sections(table, metrics=wanted)
    assert [column.metric for column in section.columns] == ["", *wanted]
    # No aupr is published.
    assert [cell.text for cell in section.networks[1].cells] == ["5", "0.500 ± 0.000", "–"]
    assert section.kinds == ()
    notes = notes_on(sections(table, metrics=wanted))
    assert [note.partition(":")[0] for note in notes[1:]] == ["auPR", "Match relevant"]


def test_one_published_line_for_all_datasets(tmp_path):
    runs = [summary(1, 0.5, "relu"), summary(1, 0.25, "relu") | {"dataset": "d_2"}]
    write_table(tmp_path / "both.tsv", results_table(runs, PUBLISHED))
    (section,) = sections(read_table(tmp_path / "both.tsv"), side_by_side=True)
    ours, published = section.networks
    assert [line.published for line in section.networks] == [False, True]
    relevant = [i for i, column in enumerate(section.columns) if column.metric == "match_relevant"]
    assert [ours.cells[i].text for i in relevant] == ["0.500", "0.250"]
    assert [published.cells[i].text for i in relevant] == ["0.500 ± 0.000", "–"]


def test_without_published_values_nothing_is_called_ours(table):
    (section,) = sections(
        table.assign(**{column: float("nan") for column in table if "_published" in column})
    )
    assert {line.who for line in section.networks} == {"trained"}
