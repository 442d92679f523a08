"""Draw learning curves, precision-recall curves, or the matches of every network."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.errors import UserError
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


def main(*, kind, inputs, output, published=None, metric="match_relevant") -> None:
    """Draw one figure of `kind` from the files of all runs."""
    if kind not in KINDS:
        raise UserError(f"there are no curves of the kind {kind!r}; write one of {', '.join(KINDS)}")
    if kind == "matches":
        known = read_published(published) if published else None
        figure = curves.match_chart(read_summaries(inputs), known, metric)
    else:
        draw, columns = CURVES[kind]
        figure = draw(curves.read_run_tables(inputs, columns))
    save(figure, output)
    print(f"{output}: {len(inputs)} files", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--kind", choices=KINDS, required=True, help="what to draw")
    what = "of one dataset's runs: history.tsv (learning), precision_recall.tsv; or summary.json (matches)"
    parser.add_argument("--inputs", nargs="+", required=True, help=what)
    parser.add_argument("--published", help="for matches: published values, as in resources/published")
    parser.add_argument(
        "--metric", choices=TABLE1_METRICS, default="match_relevant", help="for matches: the score"
    )
    parser.add_argument("--output", required=True, help="PNG, SVG or PDF file to write")


if "snakemake" in globals():
    arguments = {"inputs": snakemake.input.runs, "published": snakemake.input.get("published")}
    from_snakemake(main, snakemake, kind=snakemake.params.kind, output=snakemake.output[0], **arguments)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
