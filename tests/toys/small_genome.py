"""A small genome in a FASTA file, and a network that reads sequences of 40 nt."""

import numpy as np
from motifcnn.core.sequences import decode
from motifcnn.networks import model_file

from .gattaca import gattaca
from .networks import TRAINING, conv


def write_genome(path, lengths=(("chr1", 400), ("chr2", 120))):
    """Write random letters; return them by chromosome."""
    rng = np.random.default_rng(3)
    letters = {name: decode(rng.integers(0, 4, length, np.uint8)) for name, length in lengths}
    path.write_text("".join(f">{name} toy\n{text}\n" for name, text in letters.items()))
    return letters


def write_model(path):
    """Write an untrained network of two targets, a and b, on 40 nt; return it."""
    declaration = {"layers": [conv(4, 7, activation="studied", pool=4)]}
    about = model_file.describe(
        "toy", declaration, "exponential", "exponential", gattaca(1, 1, 1), 1, TRAINING
    )
    network = model_file.untrained(about)
    model_file.save(path, network)
    return network
