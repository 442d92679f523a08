"""How long a training step takes here: as finished runs recorded it, else timed in a moment of real training."""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from ..core.files import read_json
from ..core.progress import Meter
from ..core.run_key import RunKey
from ..data.dataset import Dataset, Split
from ..experiment.config import Plan
from ..experiment.dataset_kinds import Size
from ..experiment.lookup import look_up
from ..experiment.paths import Layout
from ..networks.activations import Activation
from ..networks.model_file import count_parameters, describe, untrained
from ..networks.network import Network
from ..networks.user_network import UserNetwork
from ..training.devices import device_name
from ..training.loop import train

# Steps of the first try, which tells how many fit into `_SECONDS`.
_FIRST_STEPS = 5
_SECONDS = 0.5
# The first epoch does not count: memory is allocated and kernels are chosen in it.
_EPOCHS = 3
# Too small to move the weights, however many steps are taken on random labels.
_LEARNING_RATE = 1e-9


class Speed(NamedTuple):
    """What it takes to train a network.

    `seconds_per_sequence` are per training sequence and epoch, validation included, and taken from so many
    finished `runs`, or measured just now if 0, with the activation `timed_with`; `parameters` can be trained,
    and `filters` are numbers per convolution.
    """

    seconds_per_sequence: float
    parameters: int
    filters: tuple[int, ...]
    runs: int = 0
    timed_with: str = ""


class Finished(NamedTuple):
    """A finished training: milliseconds per step, None if it ran on another device, and its share of all epochs."""

    milliseconds_per_step: float | None
    share_of_epochs: float


def finished_runs(
    plan: Plan, left: Iterable[RunKey], device: torch.device, root: str | os.PathLike = "."
) -> dict[RunKey, Finished]:
    """Read what the trainings of a plan took, except those `left`, in results/ below `root`.

    Speeds count only if they were measured on a device like `device`, with the same precision and threads.
    """
    compute = plan.config["compute"]
    here = {"device": str(device), "device_name": device_name(device)}
    here |= {name: compute[name] for name in ("precision", "threads")}
    found, pattern, left = {}, Layout(plan).run, set(left)
    for run in dict.fromkeys(map(plan.model_of, plan.runs)):
        folder = Path(root, run.fill_in(pattern))
        if run not in left and (folder / "record.json").exists():
            record, metrics = (read_json(folder / f"{name}.json") for name in ("record", "metrics"))
            comparable = all(record.get(key) == value for key, value in here.items())
            epochs = plan.settings[run.setting].training["epochs"]
            milliseconds = record["milliseconds_per_step"] if comparable else None
            found[run] = Finished(milliseconds, metrics["epochs"] / epochs)
    return found


def measure_speeds(
    networks: Iterable[RunKey],
    plan: Plan,
    sizes: Mapping[str, Size | None],
    finished: Mapping[RunKey, Finished],
    device: torch.device,
    precision: torch.dtype,
) -> dict[RunKey, Speed]:
    """Return the speed of each network whose dataset has a known size.

    Parameters
    ----------
    networks, plan, sizes
        Trainings of a plan over all seeds, the plan, and `work.dataset_sizes` of it.
    finished
        From `finished_runs`; a network with a comparable run is not timed. Of networks that differ only in what
        costs next to nothing, such as the formula of an activation or the initial weights, one is timed.
    device, precision
        As `training.loop.train` takes them.

    Raises
    ------
    UserError
        A network cannot be made or trained.
    """
    known = [network for network in dict.fromkeys(networks) if sizes[network.dataset]]
    speeds: dict[RunKey, Speed] = {}
    timed: dict[tuple, tuple[float, str]] = {}
    if not known:
        return speeds
    with Meter("Timing trainings", len(known), "networks") as meter:
        for key in known:
            size, protocol = sizes[key.dataset], plan.settings[key.setting].training
            network = _untrained(key, plan, size)
            own = [done.milliseconds_per_step for run, done in finished.items() if run.over_seeds == key]
            steps = [milliseconds for milliseconds in own if milliseconds is not None]
            if steps:
                # The fastest, since other programs can only slow a training down.
                seconds, timed_with = (
                    min(steps) / 1000 * -(-size.train // protocol["batch_size"]) / size.train,
                    "",
                )
            else:
                alike = _what_costs(key, network, protocol)
                if alike not in timed:
                    timed[alike] = (
                        seconds_per_sequence(network, size, protocol, device, precision),
                        key.activation,
                    )
                seconds, timed_with = timed[alike]
            parameters, filters = count_parameters(network), _count_filters(network, size)
            speeds[key] = Speed(seconds, parameters, filters, len(steps), timed_with)
            meter.advance(1)
    return speeds


def _what_costs(key: RunKey, network: Network | UserNetwork, protocol: Mapping[str, Any]) -> tuple:
    """Return what networks of about the same speed have in common."""
    layers = getattr(network, "convolutions", ())
    shipped = bool(layers) and all(isinstance(layer.activation, Activation) for layer in layers)
    # Monotone activations come after the pooling, where there are fewer values.
    activations = tuple(layer.activation.monotone for layer in layers) if shipped else key.activation
    steps = protocol["batch_size"], tuple(protocol["order"]), bool(protocol.get("statistics"))
    return key.dataset, key.architecture, activations, steps


def seconds_per_sequence(
    network: Network | UserNetwork,
    size: Size,
    protocol: dict[str, Any],
    device: torch.device,
    precision: torch.dtype,
) -> float:
    """Train a network for a moment on random data of a dataset's size; return the seconds per training sequence.

    They include validation. On a CPU they are CPU seconds divided by the number of threads, so that a
    busy machine gives much the same as an idle one. The other parameters are those of `training.loop.train`.
    """
    optimizer = {**protocol["optimizer"], "lr": _LEARNING_RATE}
    short = {**protocol, "epochs": _EPOCHS, "stop": None, "schedule": None, "optimizer": optimizer}
    batch = protocol["batch_size"]
    most = -(-size.train // batch)
    steps = min(_FIRST_STEPS, most)
    seconds = _epoch(network, _random_dataset(size, batch, steps), short, device, precision)
    enough = min(round(_SECONDS / seconds * steps), most)
    if enough > steps:
        steps = enough
        seconds = _epoch(network, _random_dataset(size, batch, steps), short, device, precision)
    return seconds / (steps * batch)


def _epoch(network, dataset: Dataset, protocol, device: torch.device, precision: torch.dtype) -> float:
    """Return the seconds of the fastest epoch after the first."""
    on_cpu = device.type == "cpu"
    clock, threads = (time.process_time, torch.get_num_threads()) if on_cpu else (time.perf_counter, 1)
    ends: list[float] = []
    train(network, dataset, protocol, device, precision, on_epoch=lambda _: ends.append(clock()))
    return float(np.diff(ends).min()) / threads


def _random_dataset(size: Size, batch: int, steps: int) -> Dataset:
    """Return random sequences and labels for some steps, with the dataset's share of validation sequences."""
    rng = np.random.default_rng(0)

    def split(rows: int) -> Split:
        sequence = rng.integers(0, 4, (rows, size.length), np.uint8)
        return Split(sequence, rng.integers(0, 2, (rows, size.targets), np.uint8))

    rows = steps * batch
    valid = max(2, round(rows * size.valid / size.train))
    targets = tuple(f"target_{number}" for number in range(1, size.targets + 1))
    return Dataset(train=split(rows), valid=split(valid), test=split(1), targets=targets, name="random")


def _untrained(key: RunKey, plan: Plan, size: Size) -> Network | UserNetwork:
    """Return the network that rule train_model would begin with."""
    names = {"architecture": key.architecture, "activation": key.activation}
    declared = key.architecture, look_up(plan, "declaration", **names)
    activation = key.activation, look_up(plan, "activation_spec", **names)
    training = plan.settings[key.setting].training
    return untrained(describe(*declared, *activation, _random_dataset(size, 1, 1), 1, training))


@torch.inference_mode()
def _count_filters(network: Network | UserNetwork, size: Size) -> tuple[int, ...]:
    codes = torch.zeros((1, size.length), dtype=torch.uint8)
    layers = len(getattr(network, "convolutions", [network]))
    return tuple(network.activation_maps(codes, layer).shape[2] for layer in range(1, layers + 1))
