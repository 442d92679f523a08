"""Draw the filters that each network of a dataset depends on, beside the motifs that they match."""

import sys

from motifcnn.adapters.entry import run
from motifcnn.interpretation.importance_table import read_importance
from motifcnn.report.figures.importance import importance_chart
from motifcnn.report.figures.style import save
from motifcnn.results.run_filters import read_run_filters


def main(*, summaries: list[str], matches: list[str], importance: list[str], output: str) -> None:
    """Draw the filters that each network of a dataset depends on, beside the motifs that they match.

    Parameters
    ----------
    summaries, matches, importance
        summary.json of each run; matches.tsv of each run; importance.tsv of each run, in the same order.
    output
        PNG, SVG or PDF file to write.
    """
    runs = read_run_filters(summaries, matches, importance)
    tables = [read_importance(path) for path in importance]
    save(importance_chart(list(zip(runs, tables, strict=True))), output)
    print(f"{output}: {len(runs)} runs", file=sys.stderr)


if __name__ == "__main__":
    run(main)
