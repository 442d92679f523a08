"""What the benchmarks of training share: the data, our side of the race, and fair turns."""

import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from motifcnn.data.dataset import Dataset, Split
from motifcnn.experiment.registries import join_registries
from motifcnn.networks import model_file
from motifcnn.networks.network import Network
from motifcnn.training import loop
from motifcnn.training.cuda_graph import training_step

TARGETS = tuple(f"target{i}" for i in range(12))
# Koo & Ploenzke 2019.
PROTOCOL = {
    "optimizer": {"name": "adam", "lr": 0.001, "betas": [0.95, 0.999], "eps": 1e-8},
    "initialisation": "glorot_uniform",
    "output_bias": 0.05,
    "l2": {"weight": 1e-6, "scope": "kernels_and_output_bias"},
    "batch_norm": {"eps": 1e-8, "momentum": 0.99},
    "batch_size": 100,
    "epochs": 100,
    "stop": None,
    "keep": "best",
    "order": ["pool", "dropout"],
    "schedule": None,
    "checkpoint_every": 5,
}


def declaration(name: str) -> dict:
    """Return the declaration of a network that comes with the workflow."""
    return join_registries(ROOT / "resources", {})["architectures"][name]


def random_dataset(length: int, train: int, valid: int = 0, test: int = 0) -> Dataset:
    """Return sequences of `length` nt with random labels: what matters here is their number."""
    rng = np.random.default_rng(0)

    def split(n: int) -> Split:
        labels = rng.integers(0, 2, (n, len(TARGETS)), np.uint8)
        return Split(rng.integers(0, 4, (n, length), np.uint8), labels)

    return Dataset(split(train), split(valid), split(test), TARGETS, "random")


def our_network(name: str, activation: str, dataset: Dataset, seed: int = 1, **changes: Any) -> Network:
    """Return an untrained network of the workflow; `changes` are made to the protocol."""
    about = (name, declaration(name), activation, activation, dataset, seed, PROTOCOL | changes)
    return model_file.untrained(model_file.describe(*about))


def our_steps(network: Network, codes: Tensor, label: Tensor, batch_size: int) -> Iterator[None]:
    """Train for ever with the engine's own epoch; yield after every epoch of the data.

    Parameters
    ----------
    network
        On the device.
    codes, label
        uint8 (N, L) and (N, T), on the device.
    batch_size
        Sequences per step.
    """
    penalty = loop._Penalty(network, PROTOCOL["l2"])
    optimizer = loop._make_optimizer(network, PROTOCOL["optimizer"], penalty)
    step = training_step(network, codes, label, optimizer, batch_size)
    data = loop._OnDevice(codes, label)
    for epoch in itertools.count():
        loop._train_epoch(step, network, data, batch_size, 1, epoch)
        yield


def several(steps: Iterator[None], number: int) -> Iterator[None]:
    """Yield once per `number` of the given steps."""
    while True:
        for _ in range(number):
            next(steps)
        yield


def in_turns(
    variants: dict[str, Iterator[None]], rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Return the median seconds of each variant's rounds, one round of each in turn.

    Whatever else the machine does meets all alike. The first round warms up and is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for round_number in range(rounds + 1):
        for name, variant in variants.items():
            started = clock()
            next(variant)
            if round_number:
                seconds[name].append(clock() - started)
    return {name: statistics.median(values) for name, values in seconds.items()}
