"""How much a network depends on each filter of its first convolution.

A filter is taken out by replacing its output with its mean, so that it tells the next layer nothing
about a sequence. Nothing is trained again: what is measured is what this network uses, not what
another could do without the filter.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ..core.errors import UserError
from ..training.prediction_scores import aupr, macro_mean
from .filter_tables import DROP_OF

# Logits kept at a time, of several filters: 256 MB as float32.
_LOGITS_AT_A_TIME = 2**26


@torch.inference_mode()
def measure_importance(
    network: torch.nn.Module,
    codes: np.ndarray,
    label: np.ndarray,
    targets: Sequence[str],
    *,
    aupr_method: str = "trapezoid",
    batch_size: int = 128,
) -> pd.DataFrame:
    """Take out the filters of a network's first convolution, one at a time.

    A filter's output is what the next layer sees of it, after activation and pooling, without
    dropout; in a user's own network, what the activation returns. Its mean is over all sequences and
    positions.

    Parameters
    ----------
    network
        With `first_maps(codes)`, (batch, filters, ...), and `after_first(maps, codes)`, logits; in
        eval mode, on the device to be used.
    codes, label
        The test set, uint8 (N, L) and 0 or 1, (N, T).
    targets
        T names.
    aupr_method
        As for `prediction_scores.aupr`.
    batch_size
        Sequences at a time. With 128 the maps stay in the processor's cache; the result does not
        depend on it.

    Returns
    -------
    pandas.DataFrame
        A row per filter, `filter0` onwards:

        - `mean_output`: the mean that replaces the filter's output;
        - `aupr_intact`: auPR of the whole network, mean over targets; the same in every row;
        - `aupr_drop`: by how much that mean falls without the filter; negative where it rises;
        - `logit_change`: without the filter minus with it, the mean over the sequences that a target
          binds, then over targets: below zero where the filter speaks for binding. (The mean over all
          sequences would say little: a linear network would leave it exactly as it was.)
        - `logit_change_abs`: mean absolute change over all sequences and targets: how much the
          output depends on the filter at all, right or wrong;
        - `target`, `target_aupr_drop`: whose auPR falls most, and by how much; "" and NaN if no auPR
          is defined;
        - `aupr_drop:TARGET`: the drop of each target.

        The auPR of a target with labels of one class only is NaN and left out of the means.

    Raises
    ------
    UserError
        There are no sequences, their length or the targets are not those of the network, or logits are
        not finite.
    """
    _check(network, codes, targets)
    sequences = torch.from_numpy(codes).to(next(network.parameters()).device)
    mean = _mean_outputs(network, sequences, batch_size)
    intact = np.concatenate([network(batch).cpu().numpy() for batch in sequences.split(batch_size)])
    aupr_intact = np.array(aupr(label, intact, aupr_method), np.float64)

    at_a_time = max(1, _LOGITS_AT_A_TIME // intact.size)
    bound, rows = label.sum(axis=0), []
    for filters in torch.arange(len(mean)).split(at_a_time):
        logits = _logits_without(network, sequences, filters.tolist(), mean, batch_size)
        for index, without in zip(filters.tolist(), logits, strict=True):
            drop = aupr_intact - np.array(aupr(label, without, aupr_method), np.float64)
            change = without.astype(np.float64) - intact
            # Per target, NaN where nothing is bound.
            of_bound = np.where(bound > 0, (change * label).sum(axis=0) / np.maximum(bound, 1), np.nan)
            row = {
                "filter": f"filter{index}",
                "mean_output": float(mean[index]),
                "aupr_intact": _mean(aupr_intact),
                "aupr_drop": _mean(drop),
                "logit_change": _mean(of_bound),
                "logit_change_abs": float(np.abs(change).mean()),
                "target": "",
                "target_aupr_drop": np.nan,
            }
            if np.isfinite(drop).any():
                worst = int(np.nanargmax(drop))
                row |= {"target": targets[worst], "target_aupr_drop": float(drop[worst])}
            rows.append(row | {f"{DROP_OF}{t}": float(d) for t, d in zip(targets, drop, strict=True)})
    return pd.DataFrame.from_records(rows)


def _check(network: torch.nn.Module, codes: np.ndarray, targets: Sequence[str]) -> None:
    if not len(codes):
        raise UserError("there are no sequences to test filters on; the test split of the dataset is empty")
    about = getattr(network, "description", {})
    if about.get("length", codes.shape[1]) != codes.shape[1]:
        raise UserError(
            f"the network takes sequences of {about['length']} nt, the dataset has {codes.shape[1]} nt"
        )
    if about.get("targets", list(targets)) != list(targets):
        raise UserError(
            f"the network was trained for {', '.join(about['targets'])}, the dataset has the targets "
            f"{', '.join(targets)}; give the dataset that it was trained on"
        )


def _mean_outputs(network: torch.nn.Module, sequences: Tensor, batch_size: int) -> Tensor:
    """Return the mean output of each filter over sequences and positions, float32 (F,), on the CPU."""
    total, positions = 0, 0
    for batch in sequences.split(batch_size):
        maps = network.first_maps(batch).transpose(0, 1).flatten(1)
        # Within a batch in float32, whose sums PyTorch makes pairwise; MPS has no float64.
        total = total + maps.float().sum(1).cpu().double()
        positions += maps.shape[1]
    return (total / positions).float()


def _logits_without(
    network: torch.nn.Module, sequences: Tensor, filters: list[int], mean: Tensor, batch_size: int
) -> np.ndarray:
    """Return the logits without each of some filters, float32 (filters, N, T)."""
    batches = []
    for batch in sequences.split(batch_size):
        maps, logits = network.first_maps(batch), []
        for index in filters:
            # A copy, since a user's network may work in place.
            changed = maps.clone()
            changed[:, index] = mean[index]
            logits.append(network.after_first(changed, batch))
        batches.append(torch.stack(logits).cpu().numpy())
    return np.concatenate(batches, axis=1)


def _mean(values: np.ndarray) -> float:
    """Do `macro_mean`, with NaN for what is not defined."""
    mean = macro_mean(value for value in values.tolist() if np.isfinite(value))
    return np.nan if mean is None else mean
