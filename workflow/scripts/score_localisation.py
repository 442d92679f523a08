"""Measure how well a network's first layer, and scans with the true motifs, point at planted motifs.

Parameters
----------
model, dataset
    model.safetensors of a run; dataset.h5 with planted motifs, whose test split is used.
database
    MEME or JASPAR file that the motifs of a simulated dataset were taken from.
output
    localisation.tsv to write.
threads
    Number of CPU threads.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.data.dataset import read_dataset
from motifcnn.data.planted_motifs import motifs_of, planted_information
from motifcnn.interpretation.filter_tables import write_localisation
from motifcnn.interpretation.localisation import tabulate_scans
from motifcnn.interpretation.scans import scan_with_first_layer, scan_with_motifs
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.networks import model_file
from motifcnn.training.devices import set_precision


def main(*, model: str, dataset: str, output: str, database: str = JASPAR_2016, threads: int = 1) -> None:
    # The first layer alone is quick on a CPU.
    set_precision("fp32", threads)
    test, motifs = read_dataset(dataset, splits=("test",)).test, read_database(database)
    information, codes = planted_information(test, motifs), test.sequence
    scans = {"first_layer": scan_with_first_layer(model_file.load(model), codes)}
    # Which motifs a released dataset holds is not known, only where they are.
    if test.motif is not None:
        planted = motifs_of(test, motifs)
        scans["ppm"] = scan_with_motifs(codes, planted)
        scans["pwm"] = scan_with_motifs(codes, planted, log_odds=True)
    table = tabulate_scans(scans, information)
    write_localisation(output, table)
    first = table.iloc[0]
    said = f"auROC {first['auroc']:.3f}, auPR {first['aupr']:.3f} with a buffer of {first['buffer']}"
    print(f"{output}: {first['sequences']} sequences, first layer {said}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
