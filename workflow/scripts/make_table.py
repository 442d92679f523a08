"""Make a table of results: our values over seeds, beside published ones.

Parameters
----------
summaries
    summary.json of the runs, and of the ground-truth controls.
table, seeds
    TSV file to write; TSV file of the values of every seed to write.
published
    Published values, as in resources/published.
title, side_by_side, metrics
    Title of the table; whether datasets stand side by side; columns to show, all by default.
html, markdown, latex
    HTML of the table to write; Markdown of the table; LaTeX of the table.
ddof
    0 for the population's standard deviation over seeds, 1 for the sample's.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.report.markup import render_table
from motifcnn.results import tables
from motifcnn.results.published import read_published
from motifcnn.results.seeds import seed_values


def main(
    *, summaries: list[str], table: str, seeds: str | None = None, published: str | None = None,
    title: str = "Table 1", side_by_side: bool = False, metrics: list[str] = (), html: str | None = None,
    markdown: str | None = None, latex: str | None = None, ddof: int = 0,
) -> None:  # fmt: skip
    known = read_published(published) if published else None
    runs = tables.read_summaries(summaries)
    tables.write_table(table, tables.results_table(runs, known, ddof=ddof))
    if seeds:
        tables.write_table(seeds, seed_values(runs))
    # The file is the truth: what is rendered is what can be read from it.
    written = tables.read_table(table)
    for form, path in (("html", html), ("md", markdown), ("tex", latex)):
        if path:
            write_text(path, render_table(form, written, known, title, side_by_side, metrics))
    print(f"{table}: {len(runs)} summaries, {len(written)} rows", file=sys.stderr)


if __name__ == "__main__":
    run(main)
