"""Tabulate how well attribution methods point at planted motifs, over seeds, beside published values.

Parameters
----------
scores
    scores.json of runs and methods.
output
    attributions.tsv to write.
published
    Published values, as in resources/published.
html, markdown, latex
    HTML of the table to write; Markdown of the table; LaTeX of the table.
ddof
    0 for the population's standard deviation over seeds, 1 for the sample's.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.report.markup import render_attributions
from motifcnn.results import attribution_scores as attributions
from motifcnn.results.published import read_published
from motifcnn.results.tables import read_table, write_table


def main(
    *, scores: list[str], output: str, published: str | None = None, html: str | None = None,
    markdown: str | None = None, latex: str | None = None, ddof: int = 0,
) -> None:  # fmt: skip
    known = read_published(published) if published else None
    found = attributions.read_attribution_scores(scores)
    write_table(output, attributions.attribution_table(found, known, ddof=ddof))
    # The file is the truth: what is rendered is what can be read from it.
    table = read_table(output, attributions.ATTRIBUTION_COLUMNS)
    for form, path in (("html", html), ("md", markdown), ("tex", latex)):
        if path:
            write_text(path, render_attributions(form, table, known))
    print(f"{output}: {len(table)} rows", file=sys.stderr)


if __name__ == "__main__":
    run(main)
