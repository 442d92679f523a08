"""model.safetensors: a network's weights, with everything needed to build it again."""

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as as_bytes
from torch import Tensor, nn

from ..core.errors import UserError
from ..core.files import whole_file
from ..data.dataset import Dataset
from .initialisation import initialise
from .network import Network
from .user_network import UserNetwork


def describe(
    architecture: str,
    declaration: dict,
    activation: str,
    activation_spec: str | dict[str, Any],
    dataset: Dataset,
    seed: int,
    training: dict[str, Any],
) -> dict[str, Any]:
    """Return the description from which `untrained` builds a network, as a JSON-serialisable dict.

    Parameters
    ----------
    architecture, declaration
        Name and declaration (see `network`).
    activation, activation_spec
        Name of the studied activation, and what `activations.make_activation` takes.
    dataset
        Gives sequence length and targets.
    seed
        Seed of the run.
    training
        `protocol: training:` of the configuration.
    """
    is_name = isinstance(activation_spec, str)
    return {
        "architecture": architecture,
        "declaration": declaration,
        "activation": activation,
        "activation_module": activation_spec if is_name and ":" in activation_spec else None,
        "length": dataset.length,
        "targets": list(dataset.targets),
        "seed": seed,
        "batch_norm": training["batch_norm"],
        "order": list(training["order"]),
        "initialisation": training["initialisation"],
        "output_bias": training["output_bias"],
        **({"first_layer": training["first_layer"]} if training.get("first_layer") else {}),
        # A function without parameters is known by its name.
        **({} if is_name else {"activation_function": activation_spec}),
    }


def untrained(description: dict[str, Any]) -> Network | UserNetwork:
    """Return the network of a description as it is before the first training step, in eval mode.

    Raises
    ------
    UserError
        No network can be built from the description.
    """
    declaration = description["declaration"]
    activation = (
        description["activation_module"]
        or description.get("activation_function")
        or description["activation"]
    )
    length, targets = description["length"], len(description["targets"])
    if declaration.get("module"):
        # A user's module draws its own weights from the global generator.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(description["seed"])
            network = UserNetwork(declaration["module"], activation, length, targets)
    else:
        network = Network(
            declaration, activation, length, targets, description["batch_norm"], tuple(description["order"])
        )
        initialise(
            network,
            description["initialisation"],
            description["output_bias"],
            description["seed"],
            first=description.get("first_layer", {}).get("initialisation"),
        )
    network.description = description
    return network.eval()


def count_parameters(network: nn.Module) -> int:
    """Return the number of trainable parameters."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)


def save_tensors(path: str | os.PathLike, tensors: dict[str, Tensor], about: dict[str, Any]) -> None:
    """Write tensors and a JSON-serialisable description as safetensors: whole or not at all, reproducibly."""
    # A single metadata key, because safetensors writes several in no fixed order.
    content = as_bytes(
        {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()},
        {"about": json.dumps(about, sort_keys=True)},
    )
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def load_tensors(path: str | os.PathLike) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `save_tensors` wrote.

    Raises
    ------
    UserError
        The file is missing, truncated, or was not written by this package.
    """
    if not Path(path).is_file():
        state = "is not an ordinary file" if Path(path).exists() else "does not exist"
        raise UserError(f"the model {path} {state}")
    try:
        with safe_open(path, framework="pt") as file:
            about = json.loads((file.metadata() or {})["about"])
            if not isinstance(about, dict):
                raise ValueError(f"its description is {json.dumps(about)[:40]}")
            return {name: file.get_tensor(name) for name in file.keys()}, about  # noqa: SIM118
    except (SafetensorError, KeyError, ValueError, OSError, RecursionError) as error:
        raise UserError(
            f"{path} is not a complete model file of motif-filters ({error}); delete it and train again"
        ) from error


def save(path: str | os.PathLike, network: Network | UserNetwork) -> None:
    """Write a network's state and description as model.safetensors."""
    save_tensors(path, network.state_dict(), network.description)


def load(path: str | os.PathLike) -> Network | UserNetwork:
    """Read what `save` wrote: a network in eval mode, on the CPU, with its `description`.

    Raises
    ------
    UserError
        The file is missing, truncated, or does not match its own description.
    """
    tensors, description = load_tensors(path)
    try:
        network = untrained(description)
        network.load_state_dict(tensors)
    except (LookupError, RuntimeError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"the weights in {path} do not fit its description; delete it and train again"
        ) from error
    return network
