"""Initial weights, by the names that Keras and the papers use."""

import math

import numpy as np
import torch
from torch import Tensor, nn

# Name: (numerator of the variance, fan in its denominator, distribution). Glorot & Bengio 2010 (eq. 12, 16),
# He et al. 2015 (eq. 10), LeCun et al. 1998.
SCHEMES = {
    "glorot_uniform": (2.0, "sum", "uniform"),
    "glorot_normal": (2.0, "sum", "normal"),
    "he_uniform": (2.0, "in", "uniform"),
    "he_normal": (2.0, "in", "normal"),
    "lecun_uniform": (1.0, "in", "uniform"),
    "lecun_normal": (1.0, "in", "normal"),
    # Keras draws its normal distributions without values beyond two standard deviations.
    "glorot_truncated_normal": (2.0, "sum", "truncated_normal"),
    "he_truncated_normal": (2.0, "in", "truncated_normal"),
    "lecun_truncated_normal": (1.0, "in", "truncated_normal"),
}
# What `output_bias` may be in place of a number.
GLOROT = "glorot"
# Standard deviation of a standard normal distribution that is cut at -2 and 2: the variance of one cut at ±a is
# 1 - 2 a φ(a) / (2 Φ(a) - 1), with φ(2) = exp(-2) / √(2π) and 2 Φ(2) - 1 = erf(√2).
_TRUNCATED_SD = math.sqrt(1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2)))
_STREAM = 1


@torch.no_grad()
def initialise(
    network: nn.Module,
    scheme: str | dict,
    output_bias: float | str,
    seed: int,
    first: str | dict | None = None,
) -> None:
    """Draw the weights of `network` in place.

    Parameters
    ----------
    network
        Its kernels, the parameters of two or more dimensions, are drawn. Batch norms and biases other
        than that of the output keep the values from their constructors.
    scheme
        A key of `SCHEMES`, or `{"normal": sd}` for a normal distribution with this standard deviation. A
        layer with an attribute `initialisation` other than None is drawn by that.
    output_bias
        Initial value of the biases of `network.output`, if it has one; or `GLOROT` to draw these T numbers,
        after the kernels, uniformly from ±√(6 / (√T + √T)), which is ±0.93 for 12 targets. Glorot & Bengio
        2010 have no fans of a vector; √T is what `neuralbuild_scope.py` of github.com/p-koo/deepomics
        (commit b67769c) takes for both, by `get_fans` in `init.py`.
    seed
        Seed of the run; the same seed gives the same weights.
    first
        Scheme of the first kernel; by default as for all others.
    """
    state = np.random.SeedSequence([seed, _STREAM]).generate_state(1, np.uint64)[0]
    generator = torch.Generator().manual_seed(int(state >> np.uint64(1)))
    for module in network.modules():
        for kernel in (p for p in module.parameters(recurse=False) if p.dim() >= 2):
            drawn_by = first or getattr(module, "initialisation", None) or scheme
            kernel.copy_(_draw(kernel.shape, drawn_by, generator))
            first = None
    output = getattr(network, "output", None)
    if isinstance(output, nn.Linear):
        if output_bias == GLOROT:
            limit = math.sqrt(3 / math.sqrt(len(output.bias)))
            output.bias.uniform_(-limit, limit, generator=generator)
        else:
            output.bias.fill_(output_bias)


def _draw(shape: torch.Size, scheme: str | dict, generator: torch.Generator) -> Tensor:
    if isinstance(scheme, dict):
        return torch.empty(shape).normal_(0, scheme["normal"], generator=generator)
    numerator, fan, distribution = SCHEMES[scheme]
    receptive = math.prod(shape[2:])
    fan_in, fan_out = shape[1] * receptive, shape[0] * receptive
    variance = numerator / (fan_in if fan == "in" else fan_in + fan_out)
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return torch.empty(shape).uniform_(-limit, limit, generator=generator)
    if distribution == "truncated_normal":
        sd = math.sqrt(variance) / _TRUNCATED_SD
        return nn.init.trunc_normal_(torch.empty(shape), 0, sd, -2 * sd, 2 * sd, generator=generator)
    return torch.empty(shape).normal_(0, math.sqrt(variance), generator=generator)
