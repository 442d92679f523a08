"""Score a finished training and write its files besides the model.

The same seed reproduces metrics.json, history.tsv and precision_recall.tsv byte for byte; record.json
holds what differs: times, device, versions.
"""

import os
import sys
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import nn

from ..core.files import write_json, write_text
from ..core.versions import git_state, versions
from ..data.dataset import Dataset
from ..networks.activations import learned_parameters
from ..networks.model_file import count_parameters
from .devices import device_name
from .loop import Outcome, evaluate_split
from .prediction_scores import constant_loss, precision_recall_points

_HISTORY_COLUMNS = ["epoch", "train_loss", "val_loss", "val_auroc", "val_aupr", "learning_rate"]
# Enough digits to tell two trainings apart, few enough to agree between machines of the same kind.
_DIGITS = "%.9g"
# Few sequences may give an auROC this high by chance.
_BY_CHANCE = 0.6


class Scores(NamedTuple):
    """The contents of metrics.json, precision_recall.tsv and history.tsv (a dict per epoch), and perhaps a warning."""

    metrics: dict[str, Any]
    curves: pd.DataFrame
    history: list[dict]
    warning: str | None = None


def score(
    network: nn.Module,
    dataset: Dataset,
    outcome: Outcome,
    protocol: dict,
    aupr: str,
    device: torch.device,
    setting: str = "",
) -> Scores:
    """Score a trained network on the validation and test splits.

    Parameters
    ----------
    network, dataset, outcome
        The trained network, its dataset, and what `loop.train` returned.
    protocol
        `protocol: training:` of the configuration, kept with the scores.
    aupr
        As for `prediction_scores.aupr`.
    device
        Device that the network is on.
    setting
        Name of the run's setting; "" adds no key to the metrics.
    """
    valid, _ = evaluate_split(network, dataset.valid, dataset.targets, aupr, device)
    test, logits = evaluate_split(network, dataset.test, dataset.targets, aupr, device)
    about = {key: network.description[key] for key in ("architecture", "activation", "seed", "targets")}
    learned = learned_parameters(network)
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
        **({"learned": learned} if learned else {}),
        "protocol": protocol,
    }
    curves = precision_recall_points(dataset.test.label, logits, dataset.targets)
    warning = _warning(valid, constant_loss(dataset.valid.label))
    if warning:
        print(f"warning: {warning}", file=sys.stderr, flush=True)
    return Scores(metrics, curves, outcome.history, warning)


def _warning(valid: dict[str, Any], constant: float) -> str | None:
    """Say so if the scores of the validation split are worse than `constant`, the loss of a constant prediction."""
    if valid["loss"] <= constant:
        return None
    auroc = valid["auroc_mean"]
    # The loss is also high if a network that tells sequences apart is too sure of it.
    if auroc is not None and auroc > _BY_CHANCE:
        judged = (
            f"by its auROC of {auroc:.3g} the network learned something, but it is too sure of it; lower protocol: "
            "training: optimizer: lr, or train less"
        )
    else:
        judged = "nothing was learned; lower protocol: training: optimizer: lr, or train longer"
    return (
        f"the validation loss is {valid['loss']:.3g}, while predicting each target's frequency for every sequence "
        f"gives {constant:.3g}: {judged}"
    )


def write_scores(
    metrics: str | os.PathLike,
    history: str | os.PathLike,
    precision_recall: str | os.PathLike,
    scores: Scores,
) -> None:
    """Write metrics.json, history.tsv and precision_recall.tsv."""
    further = sorted(set(scores.history[0]) - set(_HISTORY_COLUMNS))
    epochs = pd.DataFrame(scores.history, columns=[*_HISTORY_COLUMNS, *further])
    for path, table in ((history, epochs), (precision_recall, scores.curves)):
        write_text(path, table.to_csv(sep="\t", index=False, float_format=_DIGITS, lineterminator="\n"))
    write_json(metrics, scores.metrics)


def write_record(
    path: str | os.PathLike,
    outcome: Outcome,
    sequences: int,
    protocol: dict,
    compute: dict,
    device: torch.device,
    seconds: float,
    warning: str | None = None,
) -> None:
    """Write record.json.

    Parameters
    ----------
    path
        File to write.
    outcome, sequences
        What `loop.train` returned, and the number of training sequences.
    protocol, compute
        `protocol: training:` and `compute:` of the configuration.
    device
        Device that the training ran on.
    seconds
        Duration of the job so far, including reading and scoring.
    warning
        That of `Scores`.
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
            **({"warning": warning} if warning else {}),
        },
    )
