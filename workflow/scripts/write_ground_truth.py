"""Write a motif for each target of a dataset whose matrix is known, to be matched as if it were a filter.

Parameters
----------
dataset, motifs
    dataset.h5, for the names of its targets; MEME file to write.
database, factors
    MEME or JASPAR file with the matrices; table of transcription factors and their matrices.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.data.dataset import read_dataset
from motifcnn.motifs.controls import ground_truth_motifs
from motifcnn.motifs.factors import FACTORS, read_factors
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.meme import write_meme


def main(*, dataset: str, motifs: str, database: str = JASPAR_2016, factors: str = FACTORS) -> None:
    targets = read_dataset(dataset, splits=()).targets
    matrix_ids = {name: factor.matrix_id for name, factor in read_factors(factors).items()}
    found = ground_truth_motifs(targets, matrix_ids, read_database(database))
    write_meme(motifs, found)
    without = [target for target in targets if target not in {motif.name for motif in found}]
    left_out = f"; no matrix is known for {', '.join(without)}" if without else ""
    print(f"{motifs}: {len(found)} of {len(targets)} targets{left_out}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
