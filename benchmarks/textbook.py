"""The training loop of a PyTorch tutorial, which ours is measured against."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset


def textbook_steps(
    network: nn.Module,
    one_hot: Tensor,
    label: Tensor,
    optimizer: dict[str, Any],
    batch_size: int,
    autocast: torch.dtype | None = None,
) -> Iterator[None]:
    """Train on the network's device; yield after every step, without end.

    Parameters
    ----------
    network
        As `motifcnn.networks.plain.plain_network` makes it.
    one_hot, label
        float32 (N, 4, L) and (N, T), on the CPU.
    optimizer
        `lr` and `betas` of Adam.
    batch_size
        Sequences per step.
    autocast
        dtype of matrix products, if not float32.
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
