"""Names that mean something elsewhere"""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from matplotlib.text import Text
from motifcnn.report.figures.importance import importance_chart
from motifcnn.report.figures.style import save
from motifcnn.report.markup import render_table
from motifcnn.report.page import render_report
from motifcnn.results.tables import motifs_found, results_table
from toys.run_files import DROPS, importance, matches, run
from toys.small_table import PUBLISHED, small_table, summary

from .promises import promise

NAMES = {
    "a script": "<script>alert(1)</script>",
    "an image": '"><img src=x onerror=alert(1)>',
    "an end of a comment": "--><b>",
    "an end of CDATA": "]]><b>",
    "ampersands": "a && b &amp; c",
    "quotes": "\"'`",
    "mathematics": "$x_2$",
    "mathematics that is none": r"$\foo$",
    "TeX that reads a file": r"\input{/etc/passwd}%",
    "a template": "{{ 7 * 7 }}{% for %}{0}",
    "a format": "%s%n%d",
    "another script's letters": "转录因子 🧬",
    "another direction": "a\u202eb",
    "3,000 letters": "x" * 3000,
}


@pytest.mark.filterwarnings("ignore:Glyph")
@promise("a name in a figure", "it stands there as it is; the picture is whole", NAMES)
def test_figures(case, tmp_path):
    factors, targets = [case, "SP1", "MAX", ""], [case, "SP1", "SP1", ""]
    drops = importance(DROPS, targets, known=(case, "SP1", "MAX"))
    figure = importance_chart([(run(matches(factors), factors=(case, "SP1", "MAX")), drops)])
    assert any(case[:40] in text.get_text() for text in figure.findobj(Text))
    for path in (tmp_path / "figure.svg", tmp_path / "figure.png"):
        save(figure, path)
    kinds = {element.tag.rpartition("}")[2] for element in ElementTree.parse(tmp_path / "figure.svg").iter()}
    assert not kinds & {"script", "img", "image", "foreignObject", "b"}


class Page(HTMLParser):
    """The tags of a page, and all of its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def page(name):
    runs = [summary(1, 0.4, "relu")]
    runs[0]["variants"]["trained"]["motifs"] = {name: 1}
    config = {"experiment": "mine", "title": name, "seeds": 1}
    return Page(render_report({"table1": results_table(runs, None)}, motifs_found(runs, None), config))


@promise(
    "a name in the report, as its title and as a motif",
    "it stands there as it is; nothing else changes",
    NAMES,
)
def test_reports(case):
    found = page(case)
    assert found.tags == page("plain").tags
    assert found.text.count(case) >= 2


# What stands for characters that LaTeX reads as something else.
SIGNS = {"textbackslash", "textasciicircum", "textasciitilde"}


def caption(table, title) -> str:
    """Return the caption of a table, without the characters that an escape makes stand for themselves."""
    lines = render_table("tex", table, PUBLISHED, title).splitlines()
    (line,) = (line for line in lines if line.startswith(r"\caption{"))
    return re.sub(r"\\[^a-zA-Z]", "", line)


@promise("a name in a table for LaTeX, as its title", "no command of it is run, nothing is a comment", NAMES)
def test_latex(case, tmp_path):
    table = small_table(tmp_path)
    before, after = (caption(table, title) for title in ("plain", case))
    commands = [set(re.findall(r"\\([a-zA-Z]+)", text)) for text in (after, before)]
    assert commands[0] - commands[1] <= SIGNS
    assert not set("%#&_") & set(after)
    assert after.count("$") == before.count("$")
    assert after.count("{") == after.count("}")
