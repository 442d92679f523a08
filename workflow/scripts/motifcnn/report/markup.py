"""HTML, Markdown and LaTeX of table1.tsv and of statements.tsv, all made of the same lines of text."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from ..results.metrics import METRICS
from ..results.published import Published
from .replication import Answer, Replication, for_readers
from .table_formats import Cell, Section, notes_on, sections, template

_VERDICT_HEAD = ("Verdict", "Statement", "Criterion", "Ours [published]")


def to_markdown(
    table: pd.DataFrame, published: Published | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Render table1 and the verdicts as GitHub Markdown, a table of each per dataset."""
    parts = []
    for section in sections(table):
        lines = [
            f"### {section.dataset}",
            "",
            _pipes(_head(section)),
            _pipes(["---"] * 4 + ["--:"] * len(section.metrics)),
        ]
        for line in (*section.networks, *section.controls):
            names = ["", ""] if line.published else [line.network, line.activation]
            cells = [_markdown_cell(cell) for cell in line.cells]
            lines.append(_pipes([*names, line.who, line.n_seeds, *cells]))
        parts.append("\n".join(lines))
    notes = [f"- {note}" for note in notes_on(table, published)]
    return "\n\n".join([*parts, "\n".join(notes), *_markdown_verdicts(verdicts)]) + "\n"


def to_latex(
    table: pd.DataFrame, published: Published | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Render table1 and the verdicts as LaTeX, a `table` of each per dataset.

    It needs the packages booktabs and graphicx.
    """
    parts = ["% needs \\usepackage{booktabs,graphicx}"]
    notes = _latex("; ".join(notes_on(table, published)))
    for section in sections(table):
        body = []
        for block in (section.networks, section.controls):
            body += [r"\midrule"] if block else []
            for line in block:
                names = ["", ""] if line.published else [line.network, line.activation]
                texts = [_latex(text) for text in (*names, line.who, line.n_seeds)]
                body.append(" & ".join([*texts, *map(_latex_cell, line.cells)]) + r" \\")
        parts.append(
            "\n".join(
                [
                    r"\begin{table}",
                    r"\centering",
                    rf"\caption{{{_latex(section.dataset)}: mean $\pm$ sd over seeds.}}",
                    r"\resizebox{\linewidth}{!}{%",
                    rf"\begin{{tabular}}{{lllr{'r' * len(section.metrics)}}}",
                    r"\toprule",
                    " & ".join(map(_latex, _head(section))) + r" \\",
                    *body,
                    r"\bottomrule",
                    r"\end{tabular}}",
                    rf"\par\smallskip\parbox{{\linewidth}}{{\scriptsize {notes}.}}",
                    r"\end{table}",
                ]
            )
        )
    return "\n\n".join([*parts, *_latex_verdicts(verdicts)]) + "\n"


def to_html(
    table: pd.DataFrame, published: Published | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Render table1 and the verdicts as a page of its own."""
    return template("table1.html.j2").render(
        sections=sections(table),
        notes=notes_on(table, published),
        replication=_replication(verdicts),
    )


def _head(section: Section) -> list[str]:
    return ["Network", "Activation", "Values", "Seeds", *(METRICS[name].title for name in section.metrics)]


def _replication(verdicts: pd.DataFrame | None) -> Replication | None:
    return None if verdicts is None else for_readers(verdicts)


def _markdown_verdicts(verdicts: pd.DataFrame | None) -> list[str]:
    replication = _replication(verdicts)
    if not replication:
        return []
    parts = [f"## Does the paper replicate?\n\n{replication.summary} {replication.rule}"]
    for dataset, answers in replication.datasets:
        lines = [
            f"### {dataset}: statements",
            "",
            _pipes(_VERDICT_HEAD),
            _pipes(["---"] * len(_VERDICT_HEAD)),
        ]
        lines += [_pipes([f"{one.mark} {one.verdict}", *_answer_cells(one)]) for one in answers]
        parts.append("\n".join(lines))
    return [*parts, replication.not_tested] if replication.not_tested else parts


def _latex_verdicts(verdicts: pd.DataFrame | None) -> list[str]:
    replication = _replication(verdicts)
    parts = []
    for dataset, answers in replication.datasets if replication else ():
        body = [" & ".join(map(_latex, [one.verdict, *_answer_cells(one)])) + r" \\" for one in answers]
        notes = _latex(f"{replication.rule} {replication.not_tested}".strip())
        parts.append(
            "\n".join(
                [
                    r"\begin{table}",
                    r"\centering",
                    rf"\caption{{{_latex(dataset)}: statements of the paper. {_latex(replication.summary)}}}",
                    r"\scriptsize",
                    r"\begin{tabular}{@{}lp{0.3\linewidth}p{0.15\linewidth}p{0.4\linewidth}@{}}",
                    r"\toprule",
                    " & ".join(_VERDICT_HEAD) + r" \\",
                    r"\midrule",
                    *body,
                    r"\bottomrule",
                    r"\end{tabular}",
                    rf"\par\smallskip\parbox{{\linewidth}}{{{notes}}}",
                    r"\end{table}",
                ]
            )
        )
    return parts


def _answer_cells(answer: Answer) -> list[str]:
    numbers = "; ".join(f"{name}: {ours} [{published}]" for name, ours, published in answer.numbers)
    return [f"{answer.name}. {answer.says} ({answer.short_source})", answer.criterion, numbers]


def _pipes(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _markdown_cell(cell: Cell) -> str:
    deviation = f"**({cell.deviation})**" if cell.beyond else f"({cell.deviation})"
    return f"{cell.text}{cell.mark}" + (f" {deviation}" if cell.deviation else "")


def _latex_cell(cell: Cell) -> str:
    deviation = f"\\textbf{{({_latex(cell.deviation)})}}" if cell.beyond else f"({_latex(cell.deviation)})"
    return _latex(cell.text + cell.mark) + (f" {deviation}" if cell.deviation else "")


_LATEX: dict[str, Any] = {
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


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)
