"""How fast the networks of a plan train here: as finished runs say, or as they are timed."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch

from ..core.files import read_json
from ..core.meter import Meter
from ..core.run_key import RunKey
from ..experiment.config import Plan
from ..experiment.paths import Layout
from ..networks.saved import count_parameters
from ..training.devices import device_name
from .dry_run import Job
from .estimate import NetworkOnDataset, Speed, network_of
from .sizes import Size
from .timing import count_filters, make_network, seconds_per_sequence


class Finished(NamedTuple):
    """A finished training: its milliseconds per step, None where it was not done here, and share of its epochs."""

    milliseconds_per_step: float | None
    share_of_epochs: float


def finished_runs(
    plan: Plan, jobs: Iterable[Job], device: torch.device, root: str | os.PathLike = "."
) -> dict[RunKey, Finished]:
    """Read what finished trainings took.

    Parameters
    ----------
    plan
        Of the configuration.
    jobs
        That are to be run; a training that is among them is not finished.
    device
        On which trainings would run; the speed of others is not comparable.
    root
        The folder from which the workflow is started.
    """
    again = {RunKey.of_wildcards(job.wildcards) for job in jobs if job.rule == "train_model"}
    compute, epochs = plan.config["compute"], plan.config["protocol"]["training"]["epochs"]
    here = {
        "device": str(device),
        "device_name": device_name(device),
        "precision": compute["precision"],
        "threads": compute["threads"],
    }
    found, pattern = {}, Layout(plan).run
    for run in dict.fromkeys(map(plan.model_of, plan.runs)):
        if run in again:
            continue
        files = Path(root, run.fill_in(pattern))
        if (files / "record.json").exists() and (files / "metrics.json").exists():
            record, metrics = (read_json(files / f"{name}.json") for name in ("record", "metrics"))
            comparable = all(record.get(key) == value for key, value in here.items())
            found[run] = Finished(
                record["milliseconds_per_step"] if comparable else None, metrics["epochs"] / epochs
            )
    return found


def measure_speeds(
    jobs: Iterable[Job],
    plan: Plan,
    sizes: Mapping[str, Size | None],
    finished: Mapping[RunKey, Finished],
    device: torch.device,
    precision: torch.dtype,
) -> dict[NetworkOnDataset, Speed]:
    """Return the speed of every network on a dataset of known size.

    Parameters
    ----------
    jobs
        Whose networks are to be looked at.
    plan
        Of the configuration.
    sizes
        Of the datasets, None where it is not known.
    finished
        As `finished_runs` gives it; networks that occur in it are not timed.
    device, precision
        As for `training.train`.

    Raises
    ------
    UserError
        A network cannot be made or trained.
    """
    protocol = plan.config["protocol"]["training"]
    keys = dict.fromkeys(key for job in jobs if (key := network_of(job)))
    known = [key for key in keys if sizes[key.dataset]]
    speeds: dict[NetworkOnDataset, Speed] = {}
    if not known:
        return speeds
    with Meter("Timing trainings", len(known), "networks") as meter:
        for key in known:
            size = sizes[key.dataset]
            network = make_network(_description(key, plan), size, protocol)
            about = {"parameters": count_parameters(network), "filters": count_filters(network, size)}
            steps = [
                done.milliseconds_per_step
                for run, done in finished.items()
                if run[:3] == key and done.milliseconds_per_step is not None
            ]
            if steps:
                batches = -(-size.train // protocol["batch_size"])
                # The fastest, since other programs can only add to a run's time.
                seconds = min(steps) / 1000 * batches / size.train
            else:
                seconds = seconds_per_sequence(network, size, protocol, device, precision)
            speeds[key] = Speed(seconds, runs=len(steps), **about)
            meter.advance(1)
    return speeds


def _description(key: NetworkOnDataset, plan: Plan) -> dict[str, Any]:
    """Return what rule train_model hands to the training about a network."""
    network = plan.architectures[key.architecture]
    return {
        "architecture": key.architecture,
        "declaration": {name: value for name, value in network.items() if name != "source"},
        "activation": key.activation,
        "activation_module": (plan.activations[key.activation] or {}).get("module"),
    }
