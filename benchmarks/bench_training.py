"""CPU seconds per training step: our engine beside the textbook loop, in one process.

    python benchmarks/bench_training.py [--architectures cnn-2 cnn-50 cnn-deep] [--length 200] ...

The steps of all variants are interleaved, so that whatever else the machine does meets all alike;
the figures are medians over rounds, and what counts are their ratios. The textbook loop comes in
two orders: dropout before pooling, as tutorials write a block, and pooling before dropout, which is
the papers' network and ours.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from motifcnn import training
from motifcnn.architectures import Network, one_hot_maps
from motifcnn.devices import set_precision
from motifcnn.initialisation import initialise
from motifcnn.models import count_parameters
from textbook import textbook_network, textbook_steps

NORM = {"eps": 1e-8, "momentum": 0.99}
OPTIMIZER = {"name": "adam", "lr": 0.001, "betas": [0.95, 0.999], "eps": 1e-8}
L2 = {"weight": 1e-6, "scope": "kernels_and_output_bias"}
TARGETS = 12
ORDERS = {
    "textbook, dropout then pool": ("dropout", "pool"),
    "textbook, pool then dropout": ("pool", "dropout"),
}
PRECISIONS = {"ours, fp32": torch.float32, "ours, bf16": torch.bfloat16}


def our_steps(network: Network, data: training._OnDevice, batch_size: int) -> Iterator[None]:
    """Train for ever with the engine's own epoch; yield after every epoch of the data."""
    optimizer = training._make_optimizer(network, OPTIMIZER, training._Penalty(network, L2))
    epoch = 0
    while True:
        training._train_epoch(network, data, optimizer, batch_size, 1, epoch)
        epoch += 1
        yield


def several(steps: Iterator[None], number: int) -> Iterator[None]:
    """Yield once per `number` of the given steps."""
    while True:
        for _ in range(number):
            next(steps)
        yield


def measure(variants: dict[str, Iterator[None]], steps: int, rounds: int) -> dict[str, float]:
    """Return the median CPU milliseconds per step of each variant, one round of each in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for round_number in range(rounds + 1):
        for name, variant in variants.items():
            started = time.process_time()
            next(variant)
            # The first round warms up.
            if round_number:
                seconds[name].append((time.process_time() - started) / steps)
    return {name: 1000 * statistics.median(values) for name, values in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--architectures", nargs="+", default=["cnn-2", "cnn-50", "cnn-deep"])
    parser.add_argument("--activation", default="exponential")
    parser.add_argument("--length", type=int, default=200, help="nt")
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--steps", type=int, default=20, help="per round")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    # For all variants alike, ours and the textbook's.
    set_precision("fp32", arguments.threads)
    torch.manual_seed(0)
    declared = yaml.safe_load((ROOT / "resources" / "architectures.yaml").read_text())
    n, size = arguments.steps * arguments.batch_size, (arguments.length, TARGETS)
    codes = torch.randint(0, 4, (n, arguments.length), dtype=torch.uint8)
    label = torch.randint(0, 2, (n, TARGETS), dtype=torch.uint8)
    one_hot, floats = one_hot_maps(codes).squeeze(2).contiguous(), label.float()

    print("architecture\tvariant\tms_per_step\ttimes_faster_than_" + "\ttimes_faster_than_".join(ORDERS))
    for name in arguments.architectures:
        variants = {}
        for title, order in ORDERS.items():
            network = textbook_network(declared[name], arguments.activation, *size, NORM, order)
            loop = textbook_steps(network, one_hot, floats, OPTIMIZER, arguments.batch_size)
            variants[title] = several(loop, arguments.steps)
        for title, precision in PRECISIONS.items():
            ours = Network(declared[name], arguments.activation, *size, NORM)
            initialise(ours, "glorot_uniform", 0.05, 1)
            ours.precision = precision
            variants[title] = our_steps(ours, training._OnDevice(codes, label), arguments.batch_size)
        found = measure(variants, arguments.steps, arguments.rounds)
        for title, milliseconds in found.items():
            ratios = "\t".join(f"{found[textbook] / milliseconds:.2f}" for textbook in ORDERS)
            print(f"{name} ({count_parameters(ours):,})\t{title}\t{milliseconds:.2f}\t{ratios}", flush=True)


if __name__ == "__main__":
    main()
