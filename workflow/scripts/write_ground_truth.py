"""Write the true motifs of a dataset's targets, so that they can be matched as if they were filters."""

import argparse
import sys

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.data.dataset import read_dataset
from motifcnn.motifs.controls import ground_truth_motifs
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.meme import write_meme


def main(*, dataset, motifs, database=JASPAR_2016, factors=FACTORS) -> None:
    """Write a motif per target whose matrix is known."""
    targets = read_dataset(dataset, splits=()).targets
    matrix_ids = {name: factor.matrix_id for name, factor in read_factors(factors).items()}
    found = ground_truth_motifs(targets, matrix_ids, read_database(database))
    write_meme(motifs, found)
    without = [target for target in targets if target not in {motif.name for motif in found}]
    left_out = f"; no matrix is known for {', '.join(without)}" if without else ""
    print(f"{motifs}: {len(found)} of {len(targets)} targets{left_out}", file=sys.stderr)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `main`."""
    parser.add_argument("--dataset", required=True, help="dataset.h5, for the names of its targets")
    parser.add_argument("--motifs", required=True, help="MEME file to write")
    parser.add_argument("--database", default=JASPAR_2016, help="MEME or JASPAR file with the matrices")
    parser.add_argument("--factors", default=FACTORS, help="table of transcription factors and matrices")


if "snakemake" in globals():
    inputs = {name: snakemake.input[name] for name in ("dataset", "database", "factors")}
    from_snakemake(main, snakemake, motifs=snakemake.output.motifs, **inputs)
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
