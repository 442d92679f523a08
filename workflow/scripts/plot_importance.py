"""Draw the filters that each network of a dataset depends on, beside the motifs that they match."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.interpretation.importance_table import read_importance
from motifcnn.report.figures.importance import importance_chart
from motifcnn.report.figures.style import save
from motifcnn.results.run_filters import read_run_filters


def main(*, summaries, matches, importance, output) -> None:
    """Draw one figure from the files of all runs of a dataset; the lists go together."""
    runs = read_run_filters(summaries, matches, importance)
    tables = [read_importance(path) for path in importance]
    save(importance_chart(list(zip(runs, tables, strict=True))), output)
    print(f"{output}: {len(runs)} runs", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--summaries", nargs="+", required=True, help="summary.json of each run")
    parser.add_argument("--matches", nargs="+", required=True, help="matches.tsv of each run")
    parser.add_argument("--importance", nargs="+", required=True, help="importance.tsv of each run")
    parser.add_argument("--output", required=True, help="PNG, SVG or PDF file to write")


if "snakemake" in globals():
    paths = {key: snakemake.input[key] for key in ("summaries", "matches", "importance")}
    from_snakemake(main, snakemake, **paths, output=snakemake.output[0])
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
