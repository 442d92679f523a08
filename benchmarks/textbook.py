"""The network and the training loop that a PyTorch tutorial would write: what ours is held against."""

from collections.abc import Iterator
from typing import Any

import torch
from motifcnn.core.receptive_field import same_padding
from motifcnn.networks.activations import make_activation
from motifcnn.networks.network import STUDIED, Network, check_layers
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset


class MaxPoolSame(nn.Module):
    """Max-pooling with TensorFlow's SAME padding: -inf on both sides, the odd one on the right."""

    def __init__(self, size: int, stride: int, padding: tuple[int, int]):
        super().__init__()
        self.padding = padding
        self.pool = nn.MaxPool1d(size, stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(functional.pad(x, self.padding, value=-torch.inf) if any(self.padding) else x)


class PositionsFirst(nn.Module):
    """Flatten (batch, channels, positions) position by position, as our networks do."""

    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(1, 2).flatten(1)


def textbook_network(
    declaration: dict,
    activation: str,
    length: int,
    targets: int,
    norm: dict[str, float],
    order: tuple[str, str] = ("pool", "dropout"),
) -> nn.Sequential:
    """Build a declared network of `nn.Conv1d`, `nn.BatchNorm1d`, `nn.Dropout`, `nn.MaxPool1d`, `nn.Linear`.

    Parameters
    ----------
    declaration, activation, length, targets, norm, order
        As for `motifcnn.networks.network.Network`.

    Returns
    -------
    nn.Sequential
        One-hot sequences, float32 (batch, 4, length), to logits, (batch, targets).
    """
    modules: list[nn.Module] = []
    channels, positions, flat = 4, length, False

    def normalise(size: int) -> nn.Module:
        return nn.BatchNorm1d(size, eps=norm["eps"], momentum=1 - norm["momentum"])

    for layer in check_layers(declaration):
        function = make_activation(activation if layer["activation"] == STUDIED else layer["activation"])
        if layer["type"] == "conv":
            same = layer["padding"] == "same"
            if same:
                modules.append(nn.ConstantPad1d(same_padding(positions, layer["size"]), 0.0))
            modules.append(nn.Conv1d(channels, layer["filters"], layer["size"], bias=False))
            channels, positions = layer["filters"], positions if same else positions - layer["size"] + 1
            modules += [normalise(channels), function]
            pool = layer["pool"] or 1
            size, stride = (
                (pool["size"], pool.get("stride", pool["size"])) if isinstance(pool, dict) else (pool, pool)
            )
            padding = same_padding(positions, size, stride)
            pooling = [MaxPoolSame(size, stride, padding)] if layer["pool"] else []
            dropout = [nn.Dropout(layer["dropout"])]
            modules += pooling + dropout if order[0] == "pool" else dropout + pooling
            if layer["pool"]:
                positions = (positions + sum(padding) - size) // stride + 1
        else:
            if not flat:
                modules.append(PositionsFirst())
                channels, flat = channels * positions, True
            modules += [nn.Linear(channels, layer["units"], bias=False), normalise(layer["units"])]
            modules += [function, nn.Dropout(layer["dropout"])]
            channels = layer["units"]
    if not flat:
        modules.append(PositionsFirst())
        channels *= positions
    return nn.Sequential(*modules, nn.Linear(channels, targets))


def copy_weights(source: Network, target: nn.Sequential) -> None:
    """Give a textbook network the weights of ours."""
    weights = [m for m in target if isinstance(m, nn.Conv1d | nn.Linear)]
    norms = [m for m in target if isinstance(m, nn.BatchNorm1d)]
    layers = [*source.convolutions, *source.dense]
    with torch.no_grad():
        for module, layer in zip(weights, layers, strict=False):
            module.weight.copy_(layer.weight)
        for module, layer in zip(norms, layers, strict=True):
            module.load_state_dict(layer.norm.state_dict())
    weights[-1].load_state_dict(source.output.state_dict())


def textbook_steps(
    network: nn.Sequential,
    one_hot: Tensor,
    label: Tensor,
    optimizer: dict[str, Any],
    batch_size: int,
    autocast: torch.dtype | None = None,
) -> Iterator[None]:
    """Train for ever, on the network's device; yield after every step.

    Parameters
    ----------
    network
        As `textbook_network` makes it.
    one_hot, label
        float32 (N, 4, L) and (N, T), in the CPU's memory.
    optimizer
        `lr` and `betas` of Adam.
    batch_size
        Sequences per step.
    autocast
        dtype of products, where it is not float32.
    """
    device = next(network.parameters()).device
    adam = torch.optim.Adam(network.parameters(), lr=optimizer["lr"], betas=tuple(optimizer["betas"]))
    loader = DataLoader(TensorDataset(one_hot, label), batch_size=batch_size, shuffle=True)
    network.train()
    while True:
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            adam.zero_grad()
            with torch.autocast(device.type, autocast, enabled=autocast is not None):
                loss = functional.binary_cross_entropy_with_logits(network(x), y)
            loss.backward()
            adam.step()
            yield
