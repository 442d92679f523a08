"""Find where the filters of a trained network fire, as a BED file with the activation in its seventh column.

Parameters
----------
model, output
    model.safetensors of a run; BED file to write.
dataset, windows
    dataset.h5, whose test split is scanned; windows.bed beside it, for places in the genome.
fasta
    In place of a dataset, sequences of the length that the network takes.
bed, genome
    In place of both, intervals around which sequences are taken; FASTA file of their genome.
arrays
    filters.h5 of the run, for the thresholds that its motifs were made with.
threshold
    Without it, the share of a filter's highest activation on these sequences above which it fires.
matches
    matches.tsv of the run, to name filters after the motifs that they match.
device, threads
    Where to compute: auto, cpu, cuda or mps; number of CPU threads.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.data.sequence_files import read_sequences, sequences_of_test_split
from motifcnn.interpretation.filter_hits import find_hits, names_of_filters, thresholds
from motifcnn.networks import model_file
from motifcnn.training.devices import choose_device, set_precision


def main(
    *, model: str, output: str, dataset: str | None = None, windows: str | None = None, fasta: str | None = None,
    bed: str | None = None, genome: str | None = None, arrays: str | None = None, threshold: float = 0.5,
    matches: str | None = None, device: str = "auto", threads: int = 1,
) -> None:  # fmt: skip
    set_precision("fp32", threads)
    network = model_file.load(model).to(choose_device(device))
    if dataset:
        sequences = sequences_of_test_split(dataset, windows)
    else:
        sequences = read_sequences(network.description["length"], fasta, bed, genome)
    limits = thresholds(network, sequences.codes, threshold, arrays)
    hits = find_hits(network, sequences, *limits, names_of_filters(matches) if matches else None)
    write_text(
        output, hits.to_csv(sep="\t", index=False, header=False, float_format="%.6g", lineterminator="\n")
    )
    print(f"{output}: {len(hits):,} hits in {len(sequences.codes):,} sequences", file=sys.stderr)


if __name__ == "__main__":
    run(main)
