"""HTML, Markdown and LaTeX of table1.tsv and of statements.tsv, all made of the same lines of text."""

from collections.abc import Callable, Iterable

import pandas as pd

from ..results.metrics import METRICS
from ..results.published import Published
from .replication import Answer, for_readers
from .table_formats import Line, Section, notes_on, sections, template

_LATEX = {
    "\\": r"\textbackslash{}",
    **{character: f"\\{character}" for character in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    "−": "$-$",
    "–": "--",
    "†": r"$^\dagger$",
    "‡": r"$^\ddagger$",
    "≈": r"$^\approx$",
    "§": r"$^\S$",
    "“": "``",
    "”": "''",
}


def to_html(
    table: pd.DataFrame, published: Published | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Render table1 and the verdicts as a page of its own."""
    return _render("table1.html.j2", table, published, verdicts)


def to_markdown(
    table: pd.DataFrame, published: Published | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Render table1 and the verdicts as GitHub Markdown, a table of each per dataset."""

    def row(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    return _render("table1.md.j2", table, published, verdicts, row=row, bold="**{}**")


def to_latex(
    table: pd.DataFrame, published: Published | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Render table1 and the verdicts as LaTeX, a `table` of each per dataset; it needs booktabs and graphicx."""

    def escape(text: str) -> str:
        return "".join(_LATEX.get(character, character) for character in text)

    def row(cells: Iterable[str]) -> str:
        return " & ".join(cells) + r" \\"

    return _render("table1.tex.j2", table, published, verdicts, row=row, bold=r"\textbf{{{}}}", escape=escape)


def _render(
    name: str,
    table: pd.DataFrame,
    published: Published | None,
    verdicts: pd.DataFrame | None,
    row: Callable[[Iterable[str]], str] | None = None,
    bold: str = "{}",
    escape: Callable[[str], str] = str,
) -> str:
    """Fill in a template, which gets functions that return a heading's, a line's and an answer's escaped cells."""

    def head(section: Section) -> list[str]:
        titles = (METRICS[name].title for name in section.metrics)
        return [escape(text) for text in ("Network", "Activation", "Values", "Seeds", *titles)]

    def cells(line: Line) -> list[str]:
        names = ["", ""] if line.published else [line.network, line.activation]
        texts = [escape(text) for text in (*names, line.who, line.n_seeds)]
        for cell in line.cells:
            deviation = f" {(bold if cell.differs else '{}').format(f'({escape(cell.deviation)})')}"
            texts.append(escape(cell.text + cell.mark) + (deviation if cell.deviation else ""))
        return texts

    def answer_cells(answer: Answer) -> list[str]:
        numbers = "; ".join(f"{name}: {ours} [{published}]" for name, ours, published in answer.numbers)
        said = f"{answer.name}. {answer.says} ({answer.short_source})"
        return [escape(text) for text in (said, answer.criterion, numbers)]

    return template(name).render(
        sections=sections(table),
        notes=notes_on(table, published),
        replication=None if verdicts is None else for_readers(verdicts),
        verdict_head=["Verdict", "Statement", "Criterion", "Ours [published]"],
        head=head,
        cells=cells,
        answer_cells=answer_cells,
        row=row,
        escape=escape,
    )
