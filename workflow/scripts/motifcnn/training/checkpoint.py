"""The state of an unfinished training, in one file that appears whole or not at all."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..core.errors import UserError
from ..networks.saved import load_tensors, save_tensors

FILE = "checkpoint.safetensors"


@dataclass
class State:
    """What a training needs to go on.

    Attributes
    ----------
    network, optimizer
        State dicts of both after the last epoch in `history`.
    best
        State dict of the network after its best epoch.
    history
        One dict per finished epoch.
    seconds
        That each of them took.
    """

    network: dict[str, Tensor]
    optimizer: dict[str, Any]
    best: dict[str, Tensor]
    history: list[dict]
    seconds: list[float]


def fingerprint(*parts: Any) -> str:
    """Return a hash of tensors and JSON-able values: of what must not change between two sessions."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, Tensor):
            digest.update(str(tuple(part.shape)).encode() + part.cpu().contiguous().numpy().tobytes())
        else:
            digest.update(json.dumps(part, sort_keys=True).encode())
    return digest.hexdigest()


def save_state(folder: Path, state: State, about: str) -> None:
    """Write the state of a training whose `fingerprint` is `about`."""
    tensors = {f"network/{name}": tensor for name, tensor in state.network.items()}
    tensors |= {f"best/{name}": tensor for name, tensor in state.best.items()}
    for index, slots in state.optimizer["state"].items():
        tensors |= {f"optimizer/{index}/{name}": torch.as_tensor(value) for name, value in slots.items()}
    save_tensors(
        folder / FILE, tensors, {"fingerprint": about, "history": state.history, "seconds": state.seconds}
    )


def load_state(folder: Path, about: str, optimizer: torch.optim.Optimizer) -> State | None:
    """Read the state of an interrupted training.

    Parameters
    ----------
    folder
        Where it was saved.
    about
        The `fingerprint` of the training that wants to go on.
    optimizer
        A fresh one; its groups (learning rates and so on) are taken over.

    Returns
    -------
    State or None
        None where there is no checkpoint, or one of another training or cut short, which is then of
        no use.
    """
    try:
        tensors, saved = load_tensors(folder / FILE)
    except UserError:
        return None
    if saved.get("fingerprint") != about:
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


def copy_state(network: nn.Module) -> dict[str, Tensor]:
    """Return a copy of a network's state dict that further training does not change."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
