"""Make the tables of an experiment: ours over seeds, beside published values."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.files import write_text
from motifcnn.report import markup
from motifcnn.results import tables
from motifcnn.results.published import Published, read_published
from motifcnn.results.verdicts import judge, read_verdicts


def main(
    *, summaries, table, motifs_found, statements, published=None, html=None, markdown=None, latex=None,
    ddof=0, bootstrap=10_000,
) -> None:  # fmt: skip
    """Write the tables, and table1 with the verdicts in other formats where a path is given."""
    known = read_published(published) if published else None
    runs = tables.read_summaries(summaries)
    tables.write_table(table, tables.table1(runs, known, ddof=ddof, bootstrap=bootstrap))
    tables.write_table(motifs_found, tables.motifs_found(runs, known))
    # The files are the truth: what is judged and rendered is what can be read from them.
    written = tables.read_table(table)
    tables.write_table(statements, judge(written, known or Published("", "", "")))
    verdicts = read_verdicts(statements)
    forms = ((html, markup.to_html), (markdown, markup.to_markdown), (latex, markup.to_latex))
    for path, render in forms:
        if path:
            write_text(path, render(written, known, verdicts))
    print(f"{table}: {len(runs)} summaries, {len(written)} rows", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    what = "summary.json of the runs, and of the ground-truth controls"
    parser.add_argument("--summaries", nargs="+", required=True, help=what)
    parser.add_argument("--published", help="published values, as in resources/published")
    parser.add_argument("--table", required=True, help="table1.tsv to write")
    parser.add_argument("--motifs-found", required=True, help="motifs_found.tsv to write")
    parser.add_argument("--statements", required=True, help="statements.tsv, the verdicts, to write")
    for name in ("html", "markdown", "latex"):
        parser.add_argument(f"--{name}", help=f"table1 as {name}, to write")
    parser.add_argument("--ddof", type=int, default=0, help="0: population sd over seeds; 1: sample sd")
    parser.add_argument("--bootstrap", type=int, default=10_000, help="resamples for the interval")


if "snakemake" in globals():
    given, options = snakemake.input, snakemake.params
    arguments = {"summaries": given.summaries, "published": given.get("published")}
    arguments |= {"ddof": options.ddof, "bootstrap": options.bootstrap}
    from_snakemake(main, snakemake, **arguments, **dict(snakemake.output.items()))
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
