"""The activation functions that resources/activations.yaml describes, under the same names.

Each takes a tensor and keyword parameters and returns a tensor of the same shape. A parameter is a number,
or a tensor without dimensions where it is learned. A run depends on the functions that it uses and on what
these refer to within this module, which therefore imports PyTorch only.
"""

import torch
from torch import Tensor
from torch.nn import functional


def relu(x: Tensor) -> Tensor:
    """Return max(0, x)."""
    return functional.relu(x)


def exponential(x: Tensor, *, scale: float | Tensor = 1.0) -> Tensor:
    """Return exp(scale · x)."""
    return torch.exp(scale * x if isinstance(scale, Tensor) or scale != 1 else x)


def sigmoid(x: Tensor) -> Tensor:
    """Return 1 / (1 + exp(-x))."""
    return torch.sigmoid(x)


def tanh(x: Tensor) -> Tensor:
    """Return the hyperbolic tangent of x."""
    return torch.tanh(x)


def softplus(x: Tensor) -> Tensor:
    """Return log(1 + exp(x))."""
    return functional.softplus(x)


def linear(x: Tensor) -> Tensor:
    """Return x."""
    return x


def elu(x: Tensor) -> Tensor:
    """Return x above 0, and exp(x) - 1 below."""
    return functional.elu(x)


def shift_scale_relu(x: Tensor, *, shift: float | Tensor = 0.2, power: float = 3.0) -> Tensor:
    """Return max(0, x - shift) to a power."""
    return functional.relu(x - shift) ** power


def shift_scale_sigmoid(x: Tensor, *, shift: float | Tensor = 8.0, scale: float | Tensor = 4000.0) -> Tensor:
    """Return scale · sigmoid(x - shift)."""
    return scale * torch.sigmoid(x - shift)


def shift_scale_tanh(
    x: Tensor,
    *,
    shift: float | Tensor = 6.0,
    scale: float | Tensor = 500.0,
    offset: float | Tensor = 500.0,
) -> Tensor:
    """Return scale · tanh(x - shift) + offset."""
    return scale * torch.tanh(x - shift) + offset


def exp_relu(x: Tensor, *, scale: float | Tensor = 0.1) -> Tensor:
    """Return max(0, exp(scale · x) - 1)."""
    return functional.relu(torch.expm1(scale * x))


def log(x: Tensor, *, epsilon: float | Tensor = 1e-10) -> Tensor:
    """Return log(|x| + epsilon)."""
    return torch.log(x.abs() + epsilon)


def log_relu(x: Tensor, *, epsilon: float | Tensor = 1e-10) -> Tensor:
    """Return max(0, log(|x| + epsilon))."""
    return functional.relu(log(x, epsilon=epsilon))


def gelu(x: Tensor) -> Tensor:
    """Return x · Φ(x), with Φ the distribution function of the standard normal distribution."""
    return functional.gelu(x)


def silu(x: Tensor) -> Tensor:
    """Return x · sigmoid(x)."""
    return functional.silu(x)
