"""The state of an unfinished training, in one file that appears whole or not at all."""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..core.errors import UserError
from ..networks.model_file import load_tensors, save_tensors

FILE = "checkpoint.safetensors"


@dataclass
class State:
    """What a training needs to continue.

    Attributes
    ----------
    network, optimizer
        State dicts after the last epoch in `history`.
    best
        State dict of the network after its best epoch.
    history, seconds
        As in `loop.Outcome`.
    """

    network: dict[str, Tensor]
    optimizer: dict[str, Any]
    best: dict[str, Tensor]
    history: list[dict]
    seconds: list[float]


def fingerprint(*parts: Any) -> str:
    """Return a hash of tensors and JSON-serialisable values."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Tensor):
            digest.update(str(tuple(part.shape)).encode())
            digest.update(part.cpu().contiguous().numpy())
        else:
            digest.update(json.dumps(part, sort_keys=True).encode())
    return digest.hexdigest()


def origin(training: str, code: Sequence[str | None]) -> dict[str, Any]:
    """Return what must be the same for a training to continue from a checkpoint.

    That is the `fingerprint` of network, protocol, device and data, digests of the code that trains,
    and PyTorch.
    """
    return {"training": training, "code": list(code), "pytorch": str(torch.__version__)}


def save_state(folder: Path, state: State, started_from: Mapping[str, Any]) -> None:
    """Write the state of a training, with its `origin`."""
    tensors = {f"network/{name}": tensor for name, tensor in state.network.items()}
    tensors |= {f"best/{name}": tensor for name, tensor in state.best.items()}
    for index, slots in state.optimizer["state"].items():
        tensors |= {f"optimizer/{index}/{name}": torch.as_tensor(value) for name, value in slots.items()}
    about = {"origin": started_from, "history": state.history, "seconds": state.seconds}
    save_tensors(folder / FILE, tensors, about)


def load_state(
    folder: Path, started_from: Mapping[str, Any], optimizer: torch.optim.Optimizer
) -> State | None:
    """Read the state of an interrupted training.

    Parameters
    ----------
    folder, started_from
        Where the state was saved; the `origin` of the training that is to continue.
    optimizer
        A fresh one; the state takes over its groups (learning rates and so on).

    Returns
    -------
    State or None
        None if there is no checkpoint, or none that can be used, in which case the log says why.
    """
    path = folder / FILE
    if not path.exists():
        return None
    try:
        tensors, saved = load_tensors(path)
        reason = _difference(saved.get("origin", {}), started_from)
    except UserError:
        reason = "it is incomplete"
    if reason:
        print(f"the checkpoint {path} is not used: {reason}; the training starts anew", file=sys.stderr)
        return None
    network, best, slots = {}, {}, {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition("/")
        if kind == "optimizer":
            index, _, slot = rest.partition("/")
            slots.setdefault(int(index), {})[slot] = tensor
        else:
            (network if kind == "network" else best)[rest] = tensor
    groups = optimizer.state_dict()["param_groups"]
    return State(network, {"state": slots, "param_groups": groups}, best, saved["history"], saved["seconds"])


def _difference(saved: Mapping[str, Any], now: Mapping[str, Any]) -> str | None:
    """Say why a training cannot continue from a checkpoint, if it has another origin."""
    if saved.get("training") != now["training"]:
        return "it belongs to a training with another network, protocol, device or dataset"
    if saved["code"] != now["code"]:
        return "the code has changed since it was saved"
    if saved["pytorch"] != now["pytorch"]:
        return f"it was saved with PyTorch {saved['pytorch']}, and this is PyTorch {now['pytorch']}"
    return None


def copy_state(network: nn.Module) -> dict[str, Tensor]:
    """Return a copy of a network's state dict that further training does not change."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
