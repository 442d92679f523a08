"""Predict which targets bind sequences, with a trained network.

Parameters
----------
model, output
    model.safetensors of a run; table to write, a line per sequence and a column per target.
fasta
    Sequences of the length that the network takes.
bed, genome
    In place of them, intervals (BED, narrowPeak, bigBed) around which sequences are taken; FASTA file of their genome.
values
    What is written: probabilities or logits.
both_strands
    Average over the sequences and their reverse complements.
device, threads
    Where to compute: auto, cpu, cuda or mps; number of CPU threads.
"""

import sys
from typing import Literal

import numpy as np
import pandas as pd
import torch
from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.core.sequences import reverse_complement
from motifcnn.data.sequence_files import read_sequences
from motifcnn.networks import model_file
from motifcnn.training.devices import choose_device, set_precision
from motifcnn.training.loop import predict


def main(
    *, model: str, output: str, fasta: str | None = None, bed: str | None = None, genome: str | None = None,
    values: Literal["probability", "logit"] = "probability", both_strands: bool = False, device: str = "auto",
    threads: int = 1,
) -> None:  # fmt: skip
    set_precision("fp32", threads)
    network, place = model_file.load(model), choose_device(device)
    about = network.to(place).description
    sequences = read_sequences(about["length"], fasta, bed, genome)
    found = []
    for codes in (sequences.codes, reverse_complement(sequences.codes))[: 1 + both_strands]:
        logits = predict(network, torch.from_numpy(np.ascontiguousarray(codes)).to(place)).double()
        found.append((logits if values == "logit" else logits.sigmoid()).cpu().numpy())
    table = pd.DataFrame(np.mean(found, axis=0), columns=about["targets"])
    table.insert(0, "name", sequences.places["name"], allow_duplicates=True)
    write_text(output, table.to_csv(sep="\t", index=False, float_format="%.6g", lineterminator="\n"))
    left_out = f"; {sequences.left_out:,} intervals have no whole window" if sequences.left_out else ""
    print(f"{output}: {len(table):,} sequences{left_out}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
