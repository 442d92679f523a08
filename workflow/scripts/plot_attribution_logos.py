"""Draw what attribution methods say about the letters of a few sequences, as logos.

Parameters
----------
attributions, methods, networks
    attributions.h5 of each row; name of its method; name of its network.
dataset
    dataset.h5, whose test split was explained.
output
    PNG, SVG or PDF file to write.
database
    MEME or JASPAR file that the motifs of a simulated dataset were taken from.
title
    Title of the figure.
sequences, choose
    How many sequences are shown; by which rule they are chosen, the first ones or those of median localisation.
length
    How many positions are shown, in the middle of the sequences.
"""

import sys
from typing import Literal

from motifcnn.adapters.entry import run
from motifcnn.data.dataset import read_dataset
from motifcnn.interpretation.attribution.attribution_file import read_attributions
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.report.attribution_examples import examples_of
from motifcnn.report.figures.attribution_logos import attribution_logos
from motifcnn.report.figures.style import save


def main(
    *, attributions: list[str], methods: list[str], networks: list[str], dataset: str, output: str,
    database: str = JASPAR_2016, title: str = "", sequences: int = 2,
    choose: Literal["first", "median"] = "first", length: int = 200,
) -> None:  # fmt: skip
    test = read_dataset(dataset, splits=("test",)).test
    files = [read_attributions(path) for path in attributions]
    examples = examples_of(files, methods, networks, test, read_database(database), choose, sequences)
    notes = "auROC" if examples[0].sites is not None else ""
    save(
        attribution_logos(examples, f"{title}, target {files[0].target}".removeprefix(", "), length, notes),
        output,
    )
    print(f"{output}: {len(files)} rows, {len(examples)} sequences", file=sys.stderr)


if __name__ == "__main__":
    run(main)
