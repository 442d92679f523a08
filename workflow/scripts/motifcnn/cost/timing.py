"""How long a training step takes here: a moment of real training, on random sequences."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from ..data.dataset import Dataset, Split
from ..networks.network import Network
from ..networks.saved import describe, untrained
from ..networks.user_network import UserNetwork
from ..training.loop import train
from .sizes import Size

# Steps of the first try, which tells how many take `_SECONDS`.
_FIRST_STEPS = 5
_SECONDS = 0.5
# The first epoch does not count: memory is taken and kernels are chosen in it.
_EPOCHS = 3
# So small that the weights stay where they are, however many steps are taken on random labels.
_LEARNING_RATE = 1e-9


def make_network(
    description: Mapping[str, Any], size: Size, protocol: dict[str, Any]
) -> Network | UserNetwork:
    """Return an untrained network for sequences like those of a dataset.

    Parameters
    ----------
    description
        `architecture`, `declaration`, `activation` and `activation_module`, as for `models.describe`.
    size
        Of the dataset.
    protocol
        `protocol: training:` of the configuration.

    Raises
    ------
    UserError
        The network cannot be made.
    """
    return untrained(describe(**description, dataset=_random_dataset(size, 1, 1), seed=1, training=protocol))


@torch.inference_mode()
def count_filters(network: Network | UserNetwork, size: Size) -> tuple[int, ...]:
    """Return the number of filters of each layer whose filters can become motifs."""
    codes = torch.zeros((1, size.length), dtype=torch.uint8)
    layers = len(getattr(network, "convolutions", [network]))
    return tuple(network.activation_maps(codes, layer).shape[2] for layer in range(1, layers + 1))


def seconds_per_sequence(
    network: Network | UserNetwork,
    size: Size,
    protocol: dict[str, Any],
    device: torch.device,
    precision: torch.dtype,
) -> float:
    """Train a network for a moment; return the seconds per training sequence, validation included.

    On a CPU they are its own seconds, divided by the threads, so that a machine that is busy with
    other things gives much the same.

    Parameters
    ----------
    network
        As `make_network` gives it.
    size
        Of the dataset that it is for.
    protocol
        `protocol: training:` of the configuration.
    device, precision
        As for `training.train`.

    Raises
    ------
    UserError
        It cannot be trained.
    """
    optimizer = {**protocol["optimizer"], "lr": _LEARNING_RATE}
    short = {**protocol, "epochs": _EPOCHS, "stop": None, "schedule": None, "optimizer": optimizer}
    batch = protocol["batch_size"]
    whole = -(-size.train // batch)
    steps = min(_FIRST_STEPS, whole)
    seconds = _epoch(network, _random_dataset(size, batch, steps), short, device, precision)
    enough = min(round(_SECONDS / seconds * steps), whole)
    if enough > steps:
        steps = enough
        seconds = _epoch(network, _random_dataset(size, batch, steps), short, device, precision)
    return seconds / (steps * batch)


def _epoch(network, dataset: Dataset, protocol, device: torch.device, precision: torch.dtype) -> float:
    """Return the seconds of the faster epoch of those after the first."""
    on_cpu = device.type == "cpu"
    clock, threads = (time.process_time, torch.get_num_threads()) if on_cpu else (time.perf_counter, 1)
    ends: list[float] = []
    train(network, dataset, protocol, device, precision, on_epoch=lambda _: ends.append(clock()))
    return float(np.diff(ends).min()) / threads


def _random_dataset(size: Size, batch: int, steps: int) -> Dataset:
    """Return random sequences and labels for some steps, with the dataset's share of validation."""
    rng = np.random.default_rng(0)

    def split(rows: int) -> Split:
        sequence = rng.integers(0, 4, (rows, size.length), np.uint8)
        return Split(sequence, rng.integers(0, 2, (rows, size.targets), np.uint8))

    rows = steps * batch
    valid = max(2, round(rows * size.valid / size.train))
    targets = tuple(f"target_{number}" for number in range(1, size.targets + 1))
    return Dataset(train=split(rows), valid=split(valid), test=split(1), targets=targets, name="random")
