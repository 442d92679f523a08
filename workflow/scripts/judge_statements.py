"""Judge what a paper states by our results, compare and rank activations, and list which motifs were found.

Parameters
----------
tables
    Tables of results that make_table.py wrote.
summaries
    summary.json of the runs, and of the ground-truth controls.
motifs_found, comparisons, leaderboard, statements
    motifs_found.tsv to write; comparisons.tsv, of activations, to write; leaderboard.tsv, of activations, to write;
    statements.tsv, the verdicts, to write.
published
    Published values and statements, as in resources/published.
attributions, localisation
    attributions.tsv, for comparisons and statements about attribution methods; for the leaderboard, summary.json of
    each run and localisation.tsv of its model, in one order.
html, markdown, latex
    HTML of the verdicts to write; Markdown of the verdicts; LaTeX of the verdicts.
ddof
    Of the standard deviations in the tables.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.report.markup import render_statements
from motifcnn.results import tables as results
from motifcnn.results.activation_pairs import activation_pairs
from motifcnn.results.attribution_scores import ATTRIBUTION_COLUMNS
from motifcnn.results.first_layer_scans import read_first_layer_scans
from motifcnn.results.leaderboard import leaderboard as ranked
from motifcnn.results.published import Published, read_published
from motifcnn.results.verdicts import judge, read_verdicts


def main(
    *, tables: list[str], summaries: list[str], motifs_found: str, comparisons: str, leaderboard: str, statements: str,
    published: str | None = None, attributions: str | None = None, localisation: list[str] = (),
    html: str | None = None, markdown: str | None = None, latex: str | None = None, ddof: int = 0,
) -> None:  # fmt: skip
    known = read_published(published) if published else Published("", "", "")
    results.write_table(motifs_found, results.motifs_found(results.read_summaries(summaries), known))
    # The files are the truth: what is judged and rendered is what can be read from them.
    table = results.joined(map(results.read_table, tables))
    results.write_table(leaderboard, ranked(table, known, read_first_layer_scans(localisation)))
    motifs = results.read_table(motifs_found, results.MOTIFS_FOUND_COLUMNS)
    explained = results.read_table(attributions, ATTRIBUTION_COLUMNS) if attributions else None
    results.write_table(comparisons, activation_pairs(table, known, explained, ddof=ddof))
    results.write_table(statements, judge(table, known, motifs, explained, ddof=ddof))
    verdicts = read_verdicts(statements)
    for form, path in (("html", html), ("md", markdown), ("tex", latex)):
        if path:
            write_text(path, render_statements(form, verdicts))
    print(f"{statements}: {len(verdicts)} statements", file=sys.stderr)


if __name__ == "__main__":
    run(main)
