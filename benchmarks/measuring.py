"""What the benchmarks of training share: data, our training steps and a textbook's, and how they take turns."""

import itertools
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "workflow" / "scripts"))

from motifcnn.data.dataset import Dataset, Split
from motifcnn.experiment.registries import join_registries
from motifcnn.experiment.schema import complete
from motifcnn.networks import model_file
from motifcnn.networks.network import Network
from motifcnn.training import loop
from motifcnn.training.cuda_graph import training_step

TARGETS = tuple(f"target{i}" for i in range(12))
# The schema's defaults are those of Koo & Ploenzke 2019; here every epoch is trained.
PROTOCOL = complete({}, "protocol.training") | {"stop": None}


def random_dataset(length: int, train: int, valid: int = 0, test: int = 0) -> Dataset:
    """Return random sequences of `length` nt with random labels: what matters here is their number."""
    rng = np.random.default_rng(0)

    def split(n: int) -> Split:
        labels = rng.integers(0, 2, (n, len(TARGETS)), np.uint8)
        return Split(rng.integers(0, 4, (n, length), np.uint8), labels)

    return Dataset(split(train), split(valid), split(test), TARGETS, "random")


def our_network(name: str, activation: str, dataset: Dataset, seed: int = 1, **changes: Any) -> Network:
    """Return an untrained network of the workflow, with some keys of the protocol changed."""
    declaration = join_registries(ROOT / "resources", {})["architectures"][name]
    about = (name, declaration, activation, activation, dataset, seed, PROTOCOL | changes)
    return model_file.untrained(model_file.describe(*about))


def our_steps(network: Network, codes: Tensor, label: Tensor, batch_size: int) -> Iterator[None]:
    """Train without end, as the workflow does; yield after every epoch.

    Network, codes, uint8 (N, L), and labels, uint8 (N, T), are on the device.
    """
    penalty = loop._Penalty(network, PROTOCOL["l2"])
    optimizer = loop._make_optimizer(network, PROTOCOL["optimizer"], penalty)
    step = training_step(network, codes, label, optimizer, batch_size)
    data = loop._OnDevice(codes, label)
    for epoch in itertools.count():
        loop._train_epoch(step, network, data, batch_size, 1, epoch)
        yield


def textbook_steps(
    network: nn.Module, one_hot: Tensor, label: Tensor, batch_size: int, autocast: torch.dtype | None = None
) -> Iterator[None]:
    """Train without end on the network's device, as PyTorch tutorials do; yield after every step.

    Parameters
    ----------
    network
        Made by `motifcnn.networks.plain.plain_network`.
    one_hot, label
        float32 (N, 4, L) and (N, T), on the CPU.
    batch_size
        Sequences per step.
    autocast
        dtype of matrix products, if not float32.
    """
    device, options = next(network.parameters()).device, PROTOCOL["optimizer"]
    adam = torch.optim.Adam(network.parameters(), lr=options["lr"], betas=tuple(options["betas"]))
    loader = DataLoader(TensorDataset(one_hot, label), batch_size=batch_size, shuffle=True)
    network.train()
    while True:
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            adam.zero_grad()
            with torch.autocast(device.type, autocast, enabled=autocast is not None):
                loss = functional.binary_cross_entropy_with_logits(network(x), y)
            loss.backward()
            adam.step()
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
    """Return the median seconds of each variant's rounds.

    The variants take turns, so that whatever else the machine does slows all alike. The first round
    warms up and is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for round_number in range(rounds + 1):
        for name, variant in variants.items():
            started = clock()
            next(variant)
            if round_number:
                seconds[name].append(clock() - started)
    return {name: statistics.median(values) for name, values in seconds.items()}
