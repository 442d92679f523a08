"""Draw how many filters of each network share a motif, and how alike those are."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.motifs.meme import read_meme
from motifcnn.report.figures.redundancy import redundancy_chart
from motifcnn.report.figures.style import save
from motifcnn.results.redundancy import measure_redundancy
from motifcnn.results.run_filters import read_run_filters


def main(*, summaries, matches, motifs, output) -> None:
    """Draw one figure from the files of all runs of a dataset; the lists go together."""
    runs = read_run_filters(summaries, matches, motifs)
    found = [measure_redundancy(read_meme(path), run) for path, run in zip(motifs, runs, strict=True)]
    save(redundancy_chart(list(zip(runs, found, strict=True))), output)
    print(f"{output}: {len(runs)} runs", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--summaries", nargs="+", required=True, help="summary.json of each run")
    parser.add_argument("--matches", nargs="+", required=True, help="matches.tsv of each run")
    parser.add_argument("--motifs", nargs="+", required=True, help="filters.meme of each run")
    parser.add_argument("--output", required=True, help="PNG, SVG or PDF file to write")


if "snakemake" in globals():
    paths = {key: snakemake.input[key] for key in ("summaries", "matches", "motifs")}
    from_snakemake(main, snakemake, **paths, output=snakemake.output[0])
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
