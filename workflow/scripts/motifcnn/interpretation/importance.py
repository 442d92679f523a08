"""How much a network depends on each filter of its first convolution.

A filter is taken out by putting its mean in place of its output, so that the next layer learns
nothing from it about a sequence but is otherwise fed as usual. Nothing is trained again: what is
measured is what this network uses, not what another one could do without the filter.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from ..core.errors import UserError
from ..training.prediction_scores import aupr, macro_mean
from .importance_table import DROP_OF

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

    A filter's output is what the next layer sees of it: after activation and pooling, without
    dropout. Where the next layer is the user's own code (`UserNetwork`), it is what the activation
    gives. Its mean is taken over all sequences and positions.

    Parameters
    ----------
    network
        With `first_maps(codes)`, (batch, filters, ...), and `after_first(maps, codes)`, logits; in
        evaluation mode, on the device to be used.
    codes
        uint8 (N, L), the sequences of the test set.
    label
        0 or 1, (N, T).
    targets
        T names.
    aupr_method
        As for `metrics.aupr`.
    batch_size
        Sequences at a time. With 128 the maps stay in the processor's cache; only time and memory
        depend on it.

    Returns
    -------
    pandas.DataFrame
        A row per filter, `filter0` onwards:

        - `mean_output`: the mean that replaces the filter's output;
        - `aupr_intact`: auPR of the whole network, mean over targets; the same in every row;
        - `aupr_drop`: by how much that mean falls without the filter; negative where it rises;
        - `logit_change`: without the filter minus with it, the mean over the sequences that a target
          binds, then over targets: below zero where the filter speaks for binding. (Over all
          sequences it would say little: what is replaced by its mean leaves the mean of the logits
          as it was, exactly if the rest of the network is linear.)
        - `logit_change_abs`: mean absolute change over all sequences and targets: how much the
          output depends on the filter at all, right or wrong;
        - `target`, `target_aupr_drop`: whose auPR falls most, and by how much;
        - `aupr_drop:TARGET`: the drop of each target.

        An auPR that is not defined, as the target's labels are of one class only, is NaN and left
        out of the means; `target` is "" where there is none.

    Raises
    ------
    UserError
        There are no sequences, they have another length than the network's, the targets are not
        those of the network, or logits are not finite.
    """
    _check(network, codes, targets)
    sequences = torch.from_numpy(codes).to(next(network.parameters()).device)
    label = np.asarray(label)
    mean = _mean_outputs(network, sequences, batch_size)
    intact = np.concatenate([network(batch).cpu().numpy() for batch in sequences.split(batch_size)])
    aupr_intact = _as_array(aupr(label, intact, aupr_method))

    at_a_time = max(1, _LOGITS_AT_A_TIME // intact.size)
    rows = []
    for filters in torch.arange(len(mean)).split(at_a_time):
        logits = _logits_without(network, sequences, filters.tolist(), mean, batch_size)
        for index, without in zip(filters.tolist(), logits, strict=True):
            drop = aupr_intact - _as_array(aupr(label, without, aupr_method))
            change = without.astype(np.float64) - intact
            row = {
                "filter": f"filter{index}",
                "mean_output": float(mean[index]),
                "aupr_intact": _mean(aupr_intact),
                "aupr_drop": _mean(drop),
                "logit_change": _mean(_mean_where_bound(change, label)),
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
    """Mean output of each filter over sequences and positions, float32 (F,), on the CPU."""
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
    """Logits without each of some filters, float32 (filters, N, T)."""

    def batches() -> Iterator[np.ndarray]:
        for batch in sequences.split(batch_size):
            maps, logits = network.first_maps(batch), []
            for index in filters:
                # A copy, since a user's network may work in place.
                changed = maps.clone()
                changed[:, index] = mean[index]
                logits.append(network.after_first(changed, batch))
            yield torch.stack(logits).cpu().numpy()

    return np.concatenate(list(batches()), axis=1)


def _mean_where_bound(change: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Mean change of each target over the sequences that it binds, (T,); NaN where it binds none."""
    bound = label.sum(axis=0)
    return np.where(bound > 0, (change * label).sum(axis=0) / np.maximum(bound, 1), np.nan)


def _as_array(values: list[float | None]) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def _mean(values: np.ndarray) -> float:
    """`macro_mean` with NaN for what is not defined."""
    mean = macro_mean(value for value in values.tolist() if np.isfinite(value))
    return np.nan if mean is None else mean
