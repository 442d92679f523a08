"""Draw learning curves, precision-recall curves, or the matches of every network."""

import sys
from typing import Literal

from motifcnn.adapters.entry import run
from motifcnn.report.figures import curves
from motifcnn.report.figures.style import save
from motifcnn.results.metrics import TABLE1_METRICS
from motifcnn.results.published import read_published
from motifcnn.results.tables import read_summaries
from motifcnn.training.prediction_scores import PRECISION_RECALL_COLUMNS

CURVES = {
    "learning": (curves.learning_curves, curves.HISTORY_COLUMNS),
    "precision_recall": (curves.precision_recall_curves, PRECISION_RECALL_COLUMNS),
}
KINDS = (*CURVES, "matches")


def main(
    *, kind: Literal[*KINDS], runs: list[str], output: str, published: str | None = None,
    metric: Literal[*TABLE1_METRICS] = "match_relevant",
) -> None:  # fmt: skip
    """Draw learning curves, precision-recall curves, or the matches of every network.

    Parameters
    ----------
    kind
        What to draw.
    runs
        A file of each run: history.tsv for learning, precision_recall.tsv, or summary.json for matches.
    output
        PNG, SVG or PDF file to write.
    published
        For matches: published values, as in resources/published.
    metric
        For matches: the score to draw.
    """
    if kind == "matches":
        known = read_published(published) if published else None
        figure = curves.match_chart(read_summaries(runs), known, metric)
    else:
        draw, columns = CURVES[kind]
        figure = draw(curves.read_run_tables(runs, columns))
    save(figure, output)
    print(f"{output}: {len(runs)} files", file=sys.stderr)


if __name__ == "__main__":
    run(main)
