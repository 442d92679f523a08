"""The activation functions that resources/activations.yaml describes, under the same names.

Each takes a tensor and keyword parameters and returns a tensor of the same shape. A run depends on the
functions that it uses and on what these refer to within this module, which therefore imports PyTorch only.
"""

import torch
from torch import Tensor
from torch.nn import functional


def relu(x: Tensor) -> Tensor:
    """Return max(0, x)."""
    return functional.relu(x)


def exponential(x: Tensor, *, scale: float = 1.0) -> Tensor:
    """Return exp(scale · x)."""
    return torch.exp(x if scale == 1 else scale * x)


def linear(x: Tensor) -> Tensor:
    """Return x."""
    return x
