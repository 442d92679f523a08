import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from motifcnn.report.markup import render_statements, render_table
from motifcnn.report.table_formats import notes_on, sections
from motifcnn.results.tables import results_table, write_table
from motifcnn.results.verdicts import STATEMENT_COLUMNS, read_verdicts
from toys.small_table import PUBLISHED, small_table, summary, two_datasets


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
    assert expected[1][4] == "0.500 ± 0.000 (+0.100)"

    html = [row[3:] for row in Cells(render_table("html", table, PUBLISHED)).rows[1:4]]
    assert html == expected

    markdown = [line for line in render_table("md", table, PUBLISHED).splitlines() if line.startswith("| ")]
    assert [line.strip("| ").split(" | ")[-7:] for line in markdown[2:5]] == expected

    latex = render_table("tex", table, PUBLISHED)
    for symbol, letter in (("$\\pm$", "±"), ("$^\\S$", "§"), ("$^\\dagger$", "†"), ("$-$", "−"), ("--", "–")):
        latex = latex.replace(symbol, letter)
    latex = [
        line.removesuffix(r" \\").split(" & ")[-7:] for line in latex.splitlines() if line.endswith(r"\\")
    ]
    assert latex[1:4] == expected


def test_names_are_escaped(table):
    html, latex = render_table("html", table, PUBLISHED), render_table("tex", table, PUBLISHED)
    assert "&lt;exp&gt;" in html
    assert "<exp>" not in html
    assert r"d\_1" in latex
    assert r"A \& B. A title\_with 100\%" in latex


def test_a_large_deviation_is_marked_in_all_three(table):
    table.loc[0, "match_relevant_deviation"] = 0.3
    assert "**(" not in render_table("md", table)
    table.loc[0, "match_relevant_p_holm"] = 0.05
    assert "**(+0.300)**" in render_table("md", table)
    assert r"\textbf{(+0.300)}" in render_table("tex", table)
    assert re.search(
        r'class="number differs"[^>]*>0.500 ± 0.000 <span class="deviation">\(\+0.300\)',
        render_table("html", table),
    )
    assert any(note.startswith("bold") for note in notes_on(sections(table)))


def test_without_published_values_nothing_speaks_of_them():
    table = results_table([summary(1, 0.5, "relu"), summary(2, 0.6, "relu")])
    for form in ("html", "md", "tex"):
        text = render_table(form, table).split("</style>")[-1]
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


def test_verdicts_stand_in_all_three(tmp_path):
    judged = verdicts(tmp_path, HOLDS, HOLDS | {"name": "other", "verdict": "fails"}, NOT_TESTED)
    html = render_statements("html", judged)
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
    markdown = render_statements("md", judged)
    assert (
        "| ✓ holds | Large & whole. Most are whole. (Table 1) | Match relevant at least 0.5 in each "
        "| cnn-2: 0.600 (0.500 to 0.700, 2 seeds) [0.500 ± 0.000]; cnn-50: not run [–] |" in markdown
    )
    latex = render_statements("tex", judged)
    assert (
        r"holds & Large \& whole. Most are whole. (Table 1) & Match relevant at least 0.5 in each & cnn-2: 0.600"
        in latex
    )
    assert latex.count(r"\begin{table}") == latex.count(r"\end{table}") == 1
    for text in (html, markdown, latex):
        assert "Of 2 statements that were tested, 1 holds and 1 fails." in text
        assert "Not tested, as their networks were not run: deep." in text
        assert "cnn-deep" not in text


@pytest.mark.parametrize("form", ["html", "md", "tex"])
def test_where_no_statement_was_tested_this_is_said(tmp_path, form):
    for judged in (verdicts(tmp_path, NOT_TESTED), verdicts(tmp_path)):
        assert "No statement was tested." in render_statements(form, judged)


def test_datasets_side_by_side_name_their_columns(tmp_path):
    table = two_datasets(tmp_path)
    assert Cells(render_table("html", table, side_by_side=True)).rows[0] == ["", "d_1", "d_2"]
    markdown = render_table("md", table, title="Table 3: both", side_by_side=True)
    assert markdown.startswith("## Table 3: both\n")
    assert "| Seeds, d_1 | auROC, d_1 |" in markdown
    assert "### " not in markdown
    latex = render_table("tex", table, title="Table 3: both", side_by_side=True)
    assert r" & & & \multicolumn{6}{c}{d\_1} & \multicolumn{6}{c}{d\_2} \\" in latex
    assert r"\begin{tabular}{lllrrrrrrrrrrrr}" in latex
    assert latex.count(r"\begin{table}") == 1
    assert render_table("tex", table).count(r"\begin{table}") == 2


def test_names_of_layers_and_formulas_that_are_not_compared(tmp_path):
    made = results_table([summary(1, 0.5, "relu"), summary(1, 0.75, "relu", layer=2)])
    assert "| cnn-2, layer 2 | relu |" in render_table("md", made)
    assert "1 − missed" not in render_table("html", made)
