"""Write what a finished training leaves behind besides the model.

metrics.json, history.tsv and precision_recall.tsv hold what the same seed reproduces byte for byte,
record.json what it does not: times, device, versions.
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from ..core.files import whole_file, write_json
from ..core.versions import git_state, versions
from ..data.dataset import Dataset
from ..networks.model_file import count_parameters
from .devices import device_name
from .loop import Outcome, evaluate_split
from .prediction_scores import precision_recall_points

_HISTORY_COLUMNS = ["epoch", "train_loss", "val_loss", "val_auroc", "val_aupr", "learning_rate"]
# Enough digits to tell two trainings apart, few enough to agree between machines of the same kind.
_DIGITS = "%.9g"


@dataclass(frozen=True)
class Scores:
    """Scores of a trained network.

    Attributes
    ----------
    metrics
        Content of metrics.json.
    curves
        Content of precision_recall.tsv.
    history
        Content of history.tsv, one dict per epoch.
    """

    metrics: dict[str, Any]
    curves: pd.DataFrame
    history: list[dict]


def score(
    network: nn.Module,
    dataset: Dataset,
    outcome: Outcome,
    protocol: dict,
    aupr: str,
    device: torch.device,
    setting: str = "",
) -> Scores:
    """Score `network` on the validation and test splits.

    Parameters
    ----------
    network, dataset, outcome
        A trained network, its dataset, and what `loop.train` returned.
    protocol
        `protocol: training:` of the configuration, kept with the scores.
    aupr
        `trapezoid` or `average_precision`.
    device
        Device that the network is on.
    setting
        Name of the setting under which it was trained; "" adds no key to the metrics.
    """
    valid, _ = evaluate_split(network, dataset.valid, dataset.targets, aupr, device)
    test, logits = evaluate_split(network, dataset.test, dataset.targets, aupr, device)
    about = {key: network.description[key] for key in ("architecture", "activation", "seed", "targets")}
    metrics = {
        **about,
        **({"setting": setting} if setting else {}),
        "dataset": dataset.name,
        "valid": valid,
        "test": test,
        "epochs": len(outcome.history),
        "best_epoch": outcome.best_epoch,
        "stopped": outcome.stopped,
        "parameters": count_parameters(network),
        "protocol": protocol,
    }
    curves = precision_recall_points(dataset.test.label, logits, dataset.targets)
    return Scores(metrics, curves, outcome.history)


def write_scores(
    metrics: str | os.PathLike,
    history: str | os.PathLike,
    precision_recall: str | os.PathLike,
    scores: Scores,
) -> None:
    """Write metrics.json, history.tsv and precision_recall.tsv."""
    _write_table(history, pd.DataFrame(scores.history, columns=_HISTORY_COLUMNS))
    _write_table(precision_recall, scores.curves)
    write_json(metrics, scores.metrics)


def write_record(
    path: str | os.PathLike,
    outcome: Outcome,
    sequences: int,
    protocol: dict,
    compute: dict,
    device: torch.device,
    seconds: float,
) -> None:
    """Write record.json.

    Parameters
    ----------
    path
        Path of record.json.
    outcome
        What `loop.train` returned.
    sequences
        Number of training sequences.
    protocol, compute
        `protocol: training:` and `compute:` of the configuration.
    device
        Device that the training ran on.
    seconds
        Duration of the job so far, reading and scoring included.
    """
    steps = -(-sequences // protocol["batch_size"])
    # The median is robust to a slow first epoch and to pauses of the machine.
    epoch = float(np.median(outcome.seconds)) if outcome.seconds else None
    write_json(
        path,
        {
            "seconds": {"train": sum(outcome.seconds), "total": seconds},
            "seconds_per_epoch": outcome.seconds,
            "milliseconds_per_step": None if epoch is None else 1000 * epoch / steps,
            "resumed_from_epoch": outcome.resumed_from_epoch,
            "device": str(device),
            "device_name": device_name(device),
            "precision": compute["precision"],
            "threads": compute["threads"],
            "versions": versions(),
            "git": git_state(),
            "compute": compute,
        },
    )


def _write_table(path: str | os.PathLike, table: pd.DataFrame) -> None:
    with whole_file(path) as temporary:
        table.to_csv(temporary, sep="\t", index=False, float_format=_DIGITS)
