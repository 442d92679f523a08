"""Load a trained network as standard PyTorch modules; print logits and the gradient of its input.

    python examples/plain_network.py results/quickstart/synthetic/cnn-2/exponential/seed-1/model.safetensors
    python examples/plain_network.py model.safetensors --fasta sequences.fa --target CEBPB > gradients.tsv

The logits go to stderr, a line per sequence. The gradients go to stdout, a line per position: how the
target's logit changes with the amount of each letter there. Without --fasta the sequences are random;
without --target each sequence's target is the one with the highest logit.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

from motifcnn.core.errors import UserError
from motifcnn.core.sequences import encode, one_hot
from motifcnn.networks import saved


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", help="model.safetensors of a run")
    parser.add_argument("--fasta", type=Path, help="sequences of the length that the network takes")
    parser.add_argument("--random", type=int, default=2, help="number of random sequences, without --fasta")
    parser.add_argument("--target", help="name of a target")
    arguments = parser.parse_args()

    network = saved.load(arguments.model, plain=True)
    length, targets = network.description["length"], network.description["targets"]
    if arguments.fasta:
        sequences = read_fasta(arguments.fasta, length)
    else:
        draws = np.random.default_rng(0).choice(list("ACGT"), (arguments.random, length))
        sequences = {f"random{number}": "".join(letters) for number, letters in enumerate(draws)}
    if arguments.target not in (None, *targets):
        raise UserError(f"there is no target {arguments.target!r}; use one of {', '.join(targets)}")

    x = torch.stack([torch.from_numpy(one_hot(encode(text))).T for text in sequences.values()])
    x.requires_grad_()
    logits = network(x)
    rows = targets.index(arguments.target) if arguments.target else logits.argmax(1)
    logits[torch.arange(len(logits)), rows].sum().backward()

    print("sequence", *targets, sep="\t", file=sys.stderr)
    for name, values in zip(sequences, logits.tolist(), strict=True):
        print(name, *(f"{value:.4f}" for value in values), sep="\t", file=sys.stderr)
    print("sequence", "position", "letter", "A", "C", "G", "T", sep="\t")
    for (name, text), gradient in zip(sequences.items(), x.grad, strict=True):
        for position, (letter, values) in enumerate(zip(text, gradient.T.tolist(), strict=True)):
            print(name, position, letter, *(f"{value:.6g}" for value in values), sep="\t")


def read_fasta(path: Path, length: int) -> dict[str, str]:
    """Return sequences by name."""
    sequences: dict[str, str] = {}
    for record in path.read_text().split(">")[1:]:
        header, _, lines = record.partition("\n")
        name = header.partition(" ")[0].strip()
        sequences[name] = "".join(lines.split())
        if len(sequences[name]) != length:
            raise UserError(f"{name} in {path} has {len(sequences[name])} nt; the network takes {length} nt")
    if not sequences:
        raise UserError(f"{path} has no sequences; it must be a FASTA file")
    return sequences


if __name__ == "__main__":
    try:
        main()
    except (UserError, OSError) as error:
        sys.exit(f"error: {error}")
