import math
import re
from html.parser import HTMLParser

import pytest
from motifcnn.keys import METRICS
from motifcnn.markup import to_html, to_latex, to_markdown
from motifcnn.published import Published, Value
from motifcnn.renderings import format_deviation, format_value, notes_on, sections
from motifcnn.tables import read_table, table1, write_table

PUBLISHED = Published(
    name="A & B 2019",
    citation="A & B. A title_with 100%.",
    url="",
    values={
        ("d_1", "cnn-2", "relu", 1, "match_relevant"): Value(0.5, 0.0, "exact", "Table 1", 5),
        ("d_1", "cnn-2", "relu", 1, "motifs_found"): Value(1.2, 0.5, "derived", "a formula", 5),
        ("d_1", "cnn-2", "relu", 1, "auroc"): Value(0.5, None, "single_run", "a file", 1),
        ("d_1", "cnn-2", "relu", 1, "p2_jaspar_formula"): Value(1.0, 0.0, "exact", "Table 1", 5),
    },
)


def summary(seed, relevant, activation, layer=1, **more):
    values = {
        "match_any": 0.9,
        "match_relevant": relevant,
        "motifs_found": 1,
        "motifs": {"SP1": 1},
        "motifs_total": 1,
        "p2_jaspar_formula": 1.0,
    }
    run = {"dataset": "d_1", "architecture": "cnn-2", "activation": activation, "seed": seed}
    run["layer"] = layer
    return run | {"n_filters": 10, "auroc": 0.97, "aupr": 0.88, "variants": {"trained": values, **more}}


@pytest.fixture
def table(tmp_path):
    shuffled = {"match_any": 0.1, "match_relevant": 0.0, "motifs_found": 0, "p2_jaspar_formula": 0.9}
    runs = [
        summary(1, 0.5, "relu", shuffled=shuffled),
        summary(2, 0.7, "relu", shuffled=shuffled),
        summary(1, 0.8, "<exp>"),
    ]
    write_table(tmp_path / "table1.tsv", table1(runs, PUBLISHED, bootstrap=100))
    return read_table(tmp_path / "table1.tsv")


def test_numbers_in_words():
    assert format_value("aupr", 0.8766, 0.0015) == "0.877 ± 0.002"
    assert format_value("motifs_found", 11.61, 0.48) == "11.6 ± 0.5"
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
    assert "P2 formula" not in to_html(alone)
    # The table itself, which is the truth, has it.
    assert alone["p2_jaspar_formula_mean"].tolist() == [1.0]


def test_a_deeper_layer_is_a_line_of_its_own_without_the_scores_of_the_network():
    made = table1([summary(1, 0.5, "relu"), summary(1, 0.75, "relu", layer=2)], bootstrap=0)
    (section,) = sections(made)
    assert [line.network for line in section.networks] == ["cnn-2", "cnn-2, layer 2"]
    texts = [[cell.text for cell in line.cells] for line in section.networks]
    assert [row[METRICS.index("aupr")] for row in texts] == ["0.880", "–"]
    assert [row[METRICS.index("match_relevant")] for row in texts] == ["0.500", "0.750"]
    assert "| cnn-2, layer 2 | relu |" in to_markdown(made)


class Cells(HTMLParser):
    """The texts of all cells, row by row."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_all_renderings_say_the_same(table):
    (section,) = sections(table)
    expected = [
        [
            f"{cell.text}{cell.mark}" + (f" ({cell.deviation})" if cell.deviation else "")
            for cell in line.cells
        ]
        for line in section.networks
    ]
    assert expected[1][3] == "0.500 ± 0.000 (+0.100)"

    html = [row[4:] for row in Cells(to_html(table, PUBLISHED)).rows[1:4]]
    assert html == expected

    markdown = [line for line in to_markdown(table, PUBLISHED).splitlines() if line.startswith("| ")]
    assert [line.strip("| ").split(" | ")[-6:] for line in markdown[2:5]] == expected

    latex = to_latex(table, PUBLISHED)
    for symbol, letter in (("$\\pm$", "±"), ("$^\\S$", "§"), ("$^\\dagger$", "†"), ("$-$", "−"), ("--", "–")):
        latex = latex.replace(symbol, letter)
    latex = [
        line.removesuffix(r" \\").split(" & ")[-6:] for line in latex.splitlines() if line.endswith(r"\\")
    ]
    assert latex[1:4] == expected


def test_names_are_escaped(table):
    html, latex = to_html(table, PUBLISHED), to_latex(table, PUBLISHED)
    assert "&lt;exp&gt;" in html
    assert "<exp>" not in html
    assert r"d\_1" in latex
    assert r"A \& B. A title\_with 100\%" in latex


def test_a_large_deviation_is_marked_in_all_three(table):
    table.loc[0, "match_relevant_deviation"] = 0.3
    assert "**(+0.300)**" in to_markdown(table)
    assert r"\textbf{(+0.300)}" in to_latex(table)
    assert re.search(
        r'class="number beyond"[^>]*>0.500 ± 0.000 <span class="deviation">\(\+0.300\)', to_html(table)
    )
    assert any(note.startswith("bold") for note in notes_on(table))


def test_without_published_values_nothing_speaks_of_them():
    table = table1([summary(1, 0.5, "relu"), summary(2, 0.6, "relu")], bootstrap=0)
    for text in (to_html(table).split("</style>")[1], to_markdown(table), to_latex(table)):
        assert "published" not in text
