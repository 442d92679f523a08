"""Draw how many filters of each network share a motif, and how alike those are."""

import sys

from motifcnn.adapters.entry import run
from motifcnn.motifs.meme import read_meme
from motifcnn.report.figures.redundancy import redundancy_chart
from motifcnn.report.figures.style import save
from motifcnn.results.redundancy import measure_redundancy
from motifcnn.results.run_filters import read_run_filters


def main(*, summaries: list[str], matches: list[str], motifs: list[str], output: str) -> None:
    """Draw how many filters of each network share a motif, and how alike those are.

    Parameters
    ----------
    summaries, matches, motifs
        summary.json of each run; matches.tsv of each run; filters.meme of each run, in the same order.
    output
        PNG, SVG or PDF file to write.
    """
    runs = read_run_filters(summaries, matches, motifs)
    found = [measure_redundancy(read_meme(path), run) for path, run in zip(motifs, runs, strict=True)]
    save(redundancy_chart(list(zip(runs, found, strict=True))), output)
    print(f"{output}: {len(runs)} runs", file=sys.stderr)


if __name__ == "__main__":
    run(main)
