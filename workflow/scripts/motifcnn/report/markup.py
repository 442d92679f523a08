"""HTML, Markdown and LaTeX of tables of results and of verdicts, all made of the same lines of text."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from ..results.published import Published
from .replication import Answer, for_readers
from .table_formats import (
    Line,
    Section,
    attribution_sections,
    attribution_title,
    notes_on,
    sections,
    template,
)

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
    "°": r"$^\circ$",
    "¶": r"$^\P$",
    "§": r"$^\S$",
    "“": "``",
    "”": "''",
}


def render_table(
    form: str,
    table: pd.DataFrame,
    published: Published | None = None,
    title: str = "Table 1",
    side_by_side: bool = False,
    metrics: Sequence[str] = (),
) -> str:
    """Render a table of results.

    Parameters
    ----------
    form
        `html`, a page of its own; `md`, GitHub Markdown; or `tex`, LaTeX that needs booktabs and graphicx.
    table
        As `tables.read_table` returns it.
    published
        Published values, for their citation.
    title
        Of the table.
    side_by_side, metrics
        As for `table_formats.sections`.
    """
    shown = sections(table, side_by_side, metrics)
    return _render_sections(form, title, shown, notes_on(shown, published))


def render_attributions(form: str, table: pd.DataFrame, published: Published | None = None) -> str:
    """Render the table of attributions, as `tables.read_table` returns it, in a `form` of `render_table`."""
    shown = attribution_sections(table)
    return _render_sections(form, attribution_title(shown), shown, notes_on(shown, published))


def _render_sections(form: str, title: str, shown: Sequence[Section], notes: Sequence[str]) -> str:
    return template(f"table.{form}.j2").render(title=title, sections=shown, notes=notes, **_functions(form))


def render_statements(form: str, verdicts: pd.DataFrame) -> str:
    """Render verdicts, as `verdicts.read_verdicts` returns them, in a `form` of `render_table`."""
    return template(f"statements.{form}.j2").render(
        replication=for_readers(verdicts),
        verdict_head=["Verdict", "Statement", "Criterion", "Ours [published]"],
        **_functions(form),
    )


def _functions(form: str) -> dict[str, Any]:
    """What templates make text with: functions that return the escaped cells of a heading, a line or an answer."""
    bold = {"md": "**{}**", "tex": r"\textbf{{{}}}"}.get(form, "{}")

    def escape(text: str) -> str:
        return "".join(_LATEX.get(character, character) for character in text) if form == "tex" else text

    def row(cells: Iterable[str]) -> str:
        if form == "tex":
            return " & ".join(cells) + r" \\"
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    def titles(section: Section) -> list[str]:
        named = len(section.datasets) > 1 and form == "md"
        return [escape(column.title + (f", {column.dataset}" if named else "")) for column in section.columns]

    def cells(line: Line) -> list[str]:
        names = ["", ""] if line.published else [line.network, line.activation]
        texts = [escape(text) for text in (*names, line.who)]
        for cell in line.cells:
            deviation = f" {(bold if cell.differs else '{}').format(f'({escape(cell.deviation)})')}"
            texts.append(escape(cell.text + cell.mark) + (deviation if cell.deviation else ""))
        return texts

    def answer_cells(answer: Answer) -> list[str]:
        numbers = "; ".join(f"{name}: {ours} [{published}]" for name, ours, published in answer.numbers)
        said = f"{answer.name}. {answer.says} ({answer.short_source})"
        return [escape(text) for text in (said, answer.criterion, numbers)]

    return {"titles": titles, "cells": cells, "answer_cells": answer_cells, "row": row, "escape": escape}
