"""Measure how well the scores of one attribution method point at planted motifs.

Parameters
----------
attributions, dataset
    attributions.h5 of a run and method; dataset.h5 with planted motifs, whose test split was explained.
metrics
    metrics.json of the run.
output
    scores.json to write.
method
    Name of the method.
database
    MEME or JASPAR file that the motifs of a simulated dataset were taken from.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import read_json, write_json
from motifcnn.data.dataset import read_dataset
from motifcnn.data.planted_motifs import planted_information
from motifcnn.interpretation.attribution.attribution_file import read_attributions
from motifcnn.interpretation.explained_run import run_explained
from motifcnn.interpretation.off_simplex import off_simplex
from motifcnn.interpretation.planted_positions import score_positions
from motifcnn.motifs.jaspar import JASPAR_2016, read_database


def main(
    *, attributions: str, dataset: str, metrics: str, output: str, method: str, database: str = JASPAR_2016
) -> None:  # fmt: skip
    explained, about = read_attributions(attributions), read_json(metrics)
    information = planted_information(read_dataset(dataset, splits=("test",)).test, read_database(database))
    found = score_positions(explained.attributions.score, information[explained.sequence])
    # Uncorrected, the hypothetical contributions of saliency are the gradients.
    is_gradient = explained.options["method"] == "saliency" and not explained.options["corrected"]
    gradients = explained.attributions.hypothetical if is_gradient else None
    found |= off_simplex(gradients, explained.attributions.codes)
    write_json(output, run_explained(about, method, explained.target) | found)
    said = f"auROC {found['attribution_auroc']:.3f}, auPR {found['attribution_aupr']:.3f}"
    print(f"{output}: {found['sequences']} sequences of {explained.target}, {said}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
