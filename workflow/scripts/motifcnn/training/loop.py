"""Train one network on one dataset according to the protocol.

Sequences stay on the device as uint8 and are one-hot encoded batch by batch. Every random draw of an
epoch is seeded by (run, epoch), so that an interrupted training continues with the same draws.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..core.errors import UserError
from ..data.dataset import Dataset, Split
from ..networks.fast_layers import seed_draws
from ..networks.network import Network
from ..networks.user_network import UserNetwork
from .checkpoint import State, copy_state, fingerprint, load_state, origin, save_state
from .cuda_graph import Step, is_recorded, training_step
from .layer_statistics import layer_statistics
from .prediction_scores import evaluate, micro_scores
from .schedule import best_epoch, has_run_out, learning_rate

_STREAM = 2
_EVALUATION_BATCH = 500

# Tell from the name and shape of a parameter whether the L2 penalty covers it.
_L2_SCOPES: dict[str, Callable[[str, Tensor], bool]] = {
    "kernels_and_output_bias": lambda name, p: p.dim() >= 2 or name == "output.bias",
    "kernels_but_output": lambda name, p: p.dim() >= 2 and not name.startswith("output."),
    "kernels": lambda name, p: p.dim() >= 2,
}


@dataclass
class Outcome:
    """Course of a training.

    Attributes
    ----------
    history
        A dict per epoch: epoch (counted from 1), train_loss, val_loss, val_auroc, val_aupr, learning_rate; and
        val_auroc_micro, val_aupr_micro, if one of them is a monitor.
    best_epoch
        Epoch (counted from 1) with the best value of the monitor.
    stopped
        Why it ended: `patience` or `epochs`.
    seconds
        Duration of each epoch.
    resumed_from_epoch
        Number of epochs taken from a checkpoint, or None.
    """

    history: list[dict]
    best_epoch: int
    stopped: str
    seconds: list[float] = field(default_factory=list)
    resumed_from_epoch: int | None = None


@dataclass(frozen=True)
class _OnDevice:
    """A split on the device: uint8 codes (N, L) and uint8 labels (N, T)."""

    codes: Tensor
    label: Tensor

    @classmethod
    def of(cls, split: Split, device: torch.device) -> "_OnDevice":
        return cls(torch.from_numpy(split.sequence).to(device), torch.from_numpy(split.label).to(device))


def train(
    network: Network | UserNetwork,
    dataset: Dataset,
    protocol: dict[str, Any],
    device: torch.device,
    precision: torch.dtype = torch.float32,
    checkpoints: Path | None = None,
    on_epoch: Callable[[dict], None] = lambda epoch: None,
    code: Sequence[str | None] = (),
    is_orphan: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Train `network` in place and leave it on `device` in eval mode, with the weights to keep.

    Parameters
    ----------
    network, dataset
        From `model_file.untrained`; at least the splits train and valid.
    protocol
        `protocol: training:` of the configuration.
    device, precision
        Where to train, and the dtype of matrix products.
    checkpoints
        Folder of the checkpoint; a training that finds its own checkpoint there continues from it.
    on_epoch
        Called after each epoch with its entry of the history.
    code
        Digests of the code that trains; a checkpoint made by other code is not used.
    is_orphan
        Asked after each epoch whether nobody waits for the result any more.

    Raises
    ------
    UserError
        A user's own network cannot be trained, nobody waits for the result, the loss or a statistic of batch norm is
        no longer finite, or the monitor is undefined on the validation split.
    """
    network.precision = precision
    network.to(device)
    seed = network.description["seed"]
    training, validation = (_OnDevice.of(split, device) for split in (dataset.train, dataset.valid))
    if isinstance(network, UserNetwork):
        network.try_out(training.codes[:2], training.label[:2])
    penalty = _Penalty(network, protocol["l2"], (protocol.get("first_layer") or {}).get("l2"))
    optimizer = _make_optimizer(network, protocol["optimizer"], penalty)
    monitor = (protocol["stop"] or {"monitor": "val_loss"})["monitor"]
    monitors = {monitor, (protocol["schedule"] or {"monitor": monitor})["monitor"]}
    splits = (training.codes, training.label, validation.codes, validation.label)
    started_from = origin(
        fingerprint(network.description, protocol, str(precision), device.type, *splits), code
    )
    outcome = Outcome([], 0, "epochs")
    best: dict[str, Tensor] = {}
    if checkpoints and (state := load_state(checkpoints, started_from, optimizer)):
        network.load_state_dict(state.network)
        optimizer.load_state_dict(state.optimizer)
        outcome.history, outcome.seconds, best = state.history, state.seconds, state.best
        outcome.resumed_from_epoch = len(state.history)

    step = training_step(network, training.codes, training.label, optimizer, protocol["batch_size"])
    history = outcome.history
    while len(history) < protocol["epochs"]:
        if has_run_out(history, protocol["stop"]):
            outcome.stopped = "patience"
            break
        started = time.perf_counter()
        rate = learning_rate(protocol["optimizer"]["lr"], history, protocol["schedule"])
        _set_rate(optimizer, rate)
        losses = _train_epoch(step, network, training, protocol["batch_size"], seed, len(history))
        logits, loss = _predict_with_loss(network, validation)
        saved = len(history) // protocol["checkpoint_every"] * protocol["checkpoint_every"]
        _refuse_not_finite(network, losses, loss, len(history) + 1, saved if checkpoints else 0)
        scores = evaluate(dataset.valid.label, logits, dataset.targets)
        penalised = penalty.value()
        history.append(
            {
                "epoch": len(history) + 1,
                "train_loss": losses.cpu().double().mean().item() + penalised,
                "val_loss": loss + penalised,
                "val_auroc": scores["auroc_mean"],
                "val_aupr": scores["aupr_mean"],
                "learning_rate": rate,
            }
        )
        if any(name.endswith("_micro") for name in monitors):
            history[-1] |= micro_scores(dataset.valid.label, logits, prefix="val_")
        if protocol.get("statistics"):
            history[-1] |= layer_statistics(network, validation.codes, validation.label)
        if undefined := [name for name in monitors if history[-1][name] is None]:
            raise UserError(
                f"protocol: training: the monitor {undefined[0]} is not defined, because no target has both "
                "classes in the validation split; use val_loss or a larger validation split"
            )
        if best_epoch(history, monitor) == len(history) - 1:
            best = copy_state(network)
        outcome.seconds.append(time.perf_counter() - started)
        orphaned = is_orphan()
        if checkpoints and (orphaned or len(history) % protocol["checkpoint_every"] == 0):
            state = State(copy_state(network), optimizer.state_dict(), best, history, outcome.seconds)
            save_state(checkpoints, state, started_from)
        on_epoch(history[-1])
        if orphaned:
            raise UserError(
                f"Snakemake, which started this training, is gone, so it ends after epoch {len(history)}, which is "
                "saved; run again to go on from there"
            )

    outcome.best_epoch = best_epoch(history, monitor) + 1
    if protocol["keep"] == "best":
        network.load_state_dict(best)
    network.eval()
    return outcome


@torch.inference_mode()
def predict(network: nn.Module, codes: Tensor) -> Tensor:
    """Return the logits, float32 (N, T), of codes, uint8 (N, L), in eval mode."""
    was_training = network.training
    network.eval()
    logits = torch.cat([network(batch) for batch in codes.split(_EVALUATION_BATCH)])
    network.train(was_training)
    return logits


def evaluate_split(
    network: nn.Module, split: Split, targets: tuple[str, ...], aupr: str, device: torch.device
) -> tuple[dict[str, Any], np.ndarray]:
    """Return the scores of a split (those of `evaluate`, and `loss`, without penalty) and its logits."""
    logits, loss = _predict_with_loss(network, _OnDevice.of(split, device))
    return {**evaluate(split.label, logits, targets, aupr), "loss": loss}, logits


def _predict_with_loss(network: nn.Module, data: _OnDevice) -> tuple[np.ndarray, float]:
    """Return the logits of a split and their mean cross entropy."""
    logits = predict(network, data.codes)
    loss = functional.binary_cross_entropy_with_logits(logits, data.label.float()).item()
    return logits.cpu().numpy(), loss


class _Penalty:
    """The L2 term of the papers: weight × sum of squares of the parameters in scope.

    `first` is the weight for the first kernel, if it has one of its own. `groups` holds parameters with their weight.
    """

    def __init__(self, network: nn.Module, l2: dict[str, Any], first: float | None = None):
        chosen = _L2_SCOPES[l2["scope"]]
        # A user's own network is nested one level deeper.
        named = {name.removeprefix("network."): p for name, p in network.named_parameters()}
        kernel = None if first is None else next(name for name, p in named.items() if p.dim() >= 2)
        inside = [p for name, p in named.items() if chosen(name, p) and name != kernel]
        self.groups = [(inside, l2["weight"])]
        if kernel:
            self.groups.append(([named[kernel]], first))

    @torch.no_grad()
    def value(self) -> float:
        # On the CPU, since not every device supports float64.
        return sum(
            weight * sum(p.cpu().double().square().sum().item() for p in parameters)
            for parameters, weight in self.groups
        )


def _make_optimizer(network: nn.Module, given: dict[str, Any], penalty: _Penalty) -> torch.optim.Optimizer:
    inside = {id(p) for parameters, _ in penalty.groups for p in parameters}
    outside = [p for p in network.parameters() if id(p) not in inside]
    # PyTorch's weight_decay w adds w*p to the gradient, the derivative of (w/2) p².
    groups = [
        {"params": parameters, "weight_decay": 2 * weight}
        for parameters, weight in (*penalty.groups, (outside, 0.0))
    ]
    groups = [group for group in groups if group["params"]]
    device = groups[0]["params"][0].device
    recorded = is_recorded(device)
    rate = torch.tensor(given["lr"], device=device) if recorded else given["lr"]
    if given["name"] == "adam":
        return torch.optim.Adam(
            groups, rate, tuple(given["betas"]), given["eps"], fused=True, capturable=recorded
        )
    return torch.optim.SGD(groups, rate, given.get("momentum", 0.0), fused=recorded)


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        if isinstance(group["lr"], Tensor):
            group["lr"].fill_(rate)
        else:
            group["lr"] = rate


def _batches(n: int, size: int, seed: int, epoch: int, device: torch.device) -> Iterator[Tensor]:
    """Yield the rows of each batch of an epoch, int64, in an order seeded by (seed, epoch)."""
    order = np.random.default_rng([seed, _STREAM, epoch]).permutation(n)
    for rows in torch.from_numpy(order).to(device).split(size):
        # A batch of one has no variance for batch norm to divide by.
        if len(rows) > 1:
            yield rows


def _train_epoch(
    step: Step, network: nn.Module, data: _OnDevice, batch_size: int, seed: int, epoch: int
) -> Tensor:
    """Take all steps of an epoch and return the loss of each batch, float32, on the device."""
    network.train()
    seed_draws(network, int(np.random.SeedSequence([seed, _STREAM, epoch]).generate_state(1)[0]))
    rows = _batches(len(data.codes), batch_size, seed, epoch, data.codes.device)
    return torch.stack([step(batch) for batch in rows])


def _refuse_not_finite(network: nn.Module, losses: Tensor, validation: float, epoch: int, saved: int) -> None:
    """Raise if a loss or a running statistic is not finite.

    `saved` is the epoch of the last checkpoint, 0 if there is none. Values above 1e19 have a variance beyond
    single precision. Batch norm then passes on zeros, by which the loss stays finite but nothing is learned.
    """
    wrong = (~torch.isfinite(losses)).nonzero()
    overflowed = [
        name.rpartition(".")[0]
        for name, buffer in network.named_buffers()
        if name.endswith(("running_mean", "running_var")) and not buffer.isfinite().all()
    ]
    if len(wrong) or not math.isfinite(validation):
        what = f"batch {int(wrong[0]) + 1}" if len(wrong) else "the validation"
        reason = f"the loss is not a finite number in {what} of epoch {epoch}"
    elif overflowed:
        reason = f"the values that reach {overflowed[0]} are so large in epoch {epoch} that their variance is infinite"
    else:
        return
    kept = f"the checkpoint of epoch {saved} is kept" if saved else "there was no checkpoint yet"
    raise UserError(
        f"{reason}; {kept}; lower protocol: training: optimizer: lr, or choose an activation that grows more slowly"
    )
