import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from motifcnn.report.markup import to_html, to_latex, to_markdown
from motifcnn.report.table_formats import notes_on, sections
from motifcnn.results.tables import table1, write_table
from motifcnn.results.verdicts import STATEMENT_COLUMNS, read_verdicts
from toys.small_table import PUBLISHED, small_table, summary


@pytest.fixture
def table(tmp_path):
    return small_table(tmp_path)


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
    assert "**(" not in to_markdown(table)
    table.loc[0, "match_relevant_p_holm"] = 0.05
    assert "**(+0.300)**" in to_markdown(table)
    assert r"\textbf{(+0.300)}" in to_latex(table)
    assert re.search(
        r'class="number differs"[^>]*>0.500 ± 0.000 <span class="deviation">\(\+0.300\)', to_html(table)
    )
    assert any(note.startswith("bold") for note in notes_on(table))


def test_without_published_values_nothing_speaks_of_them():
    table = table1([summary(1, 0.5, "relu"), summary(2, 0.6, "relu")])
    for text in (to_html(table).split("</style>")[1], to_markdown(table), to_latex(table)):
        assert "published" not in text


def verdicts(tmp_path, *statements):
    columns = dict.fromkeys(STATEMENT_COLUMNS, "")
    judged = pd.DataFrame([columns | one for one in statements], columns=list(STATEMENT_COLUMNS))
    write_table(tmp_path / "statements.tsv", judged)
    return read_verdicts(tmp_path / "statements.tsv")


HOLDS = {
    "name": "large & whole",
    "dataset": "d_1",
    "verdict": "holds",
    "says": "Most are whole.",
    "source": "Table 1; its second row",
    "criterion": "Match relevant at least 0.5 in each",
    "ours": "cnn-2: 0.600 (0.500 to 0.700, 2 seeds)",
    "published": "cnn-2: 0.500 ± 0.000",
    "not_run": "cnn-50",
}
NOT_TESTED = {"name": "deep", "dataset": "d_2", "verdict": "not tested", "not_run": "cnn-deep"}


def test_verdicts_stand_in_all_three(table, tmp_path):
    judged = verdicts(tmp_path, HOLDS, HOLDS | {"name": "other", "verdict": "fails"}, NOT_TESTED)
    html = to_html(table, PUBLISHED, judged)
    rows = Cells(html).rows
    assert ["cnn-2", "0.600 (0.500 to 0.700, 2 seeds)", "0.500 ± 0.000"] in rows
    assert ["cnn-50", "not run", "–"] in rows
    # A mark that can be told apart without its colour, and the word.
    assert re.findall(r'<span aria-hidden="true">(.)</span> (\w+)</p>', html) == [
        ("✓", "holds"),
        ("✗", "fails"),
    ]
    # The source can be read without a mouse; its details are left to the tooltip.
    assert 'Most are whole. <span class="source">(Table 1)</span></p>' in html
    assert html.count("its second row") == html.count('title="Table 1; its second row"') == 2
    markdown = to_markdown(table, PUBLISHED, judged)
    assert (
        "| ✓ holds | Large & whole. Most are whole. (Table 1) | Match relevant at least 0.5 in each "
        "| cnn-2: 0.600 (0.500 to 0.700, 2 seeds) [0.500 ± 0.000]; cnn-50: not run [–] |" in markdown
    )
    latex = to_latex(table, PUBLISHED, judged)
    assert (
        r"holds & Large \& whole. Most are whole. (Table 1) & Match relevant at least 0.5 in each & cnn-2: 0.600"
        in latex
    )
    assert latex.count(r"\begin{table}") == latex.count(r"\end{table}") == 2
    for text in (html, markdown, latex):
        assert "Of 2 statements that were tested, 1 holds and 1 fails." in text
        assert "Not tested, as their networks were not run: deep." in text
        assert "cnn-deep" not in text


def test_where_no_statement_was_tested_nothing_speaks_of_them(table, tmp_path):
    for judged in (None, verdicts(tmp_path, NOT_TESTED), verdicts(tmp_path)):
        for render in (to_html, to_markdown, to_latex):
            assert "replicate" not in render(table, PUBLISHED, judged)
            assert "tatement" not in render(table, PUBLISHED, judged).split("</style>")[-1]


def test_names_of_layers_and_formulas_that_are_not_compared(tmp_path):
    made = table1([summary(1, 0.5, "relu"), summary(1, 0.75, "relu", layer=2)])
    assert "| cnn-2, layer 2 | relu |" in to_markdown(made)
    assert "1 − missed" not in to_html(made)
