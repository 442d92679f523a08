"""Make the tables of an experiment: our values over seeds, beside published ones.

Parameters
----------
summaries
    summary.json of the runs, and of the ground-truth controls.
table, motifs_found, statements
    table1.tsv to write; motifs_found.tsv to write; statements.tsv, the verdicts, to write.
published
    Published values, as in resources/published.
html, markdown, latex
    HTML of table and verdicts to write; Markdown of table and verdicts; LaTeX of table and verdicts.
ddof
    0 for the population's standard deviation over seeds, 1 for the sample's.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.report import markup
from motifcnn.results import tables
from motifcnn.results.published import Published, read_published
from motifcnn.results.verdicts import judge, read_verdicts


def main(
    *, summaries: list[str], table: str, motifs_found: str, statements: str, published: str | None = None,
    html: str | None = None, markdown: str | None = None, latex: str | None = None, ddof: int = 0,
) -> None:  # fmt: skip
    known = read_published(published) if published else None
    runs = tables.read_summaries(summaries)
    tables.write_table(table, tables.table1(runs, known, ddof=ddof))
    tables.write_table(motifs_found, tables.motifs_found(runs, known))
    # The files are the truth: what is judged and rendered is what can be read from them.
    written = tables.read_table(table)
    tables.write_table(statements, judge(written, known or Published("", "", ""), ddof=ddof))
    verdicts = read_verdicts(statements)
    forms = ((html, markup.to_html), (markdown, markup.to_markdown), (latex, markup.to_latex))
    for path, render in forms:
        if path:
            write_text(path, render(written, known, verdicts))
    print(f"{table}: {len(runs)} summaries, {len(written)} rows", file=sys.stderr)


if __name__ == "__main__":
    run(main)
