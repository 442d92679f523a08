"""Fast layers that compute what their textbook counterparts compute.

Maps have the shape (batch, channels, 1, positions) and lie in channels-last memory, the layout in
which convolutions are fastest on CPUs and GPUs alike.
"""

import functools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional


@functools.cache
def _one_hot_table(device: torch.device, dtype: torch.dtype) -> Tensor:
    """Return the rows of A, C, G, T and N, (5, 4)."""
    return torch.cat([torch.eye(4), torch.zeros(1, 4)]).to(device=device, dtype=dtype)


def one_hot_maps(codes: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return codes, uint8 (batch, length), as one-hot maps, (batch, 4, 1, length), channels last."""
    rows = functional.embedding(codes.int(), _one_hot_table(codes.device, dtype))
    return rows.unsqueeze(1).permute(0, 3, 1, 2)


def max_pool(maps: Tensor, size: int, stride: int, padding: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Max-pool along the positions.

    Parameters
    ----------
    maps
        (batch, channels, 1, positions).
    size, stride
        Width of the windows and distance between them, positions.
    padding
        (left, right); padded positions never win.

    Returns
    -------
    tuple of Tensor
        The maxima, (batch, channels, 1, pooled), and where each was found: int64, same shape, an
        index into the positions of `maps`.
    """
    left, right = padding
    if left == 0 and right < min(size, stride):
        # PyTorch's ceil mode then amounts to padding on the right.
        return functional.max_pool2d(maps, (1, size), (1, stride), ceil_mode=right > 0, return_indices=True)
    padded = functional.pad(maps, (left, right), value=-math.inf)
    pooled, index = functional.max_pool2d(padded, (1, size), (1, stride), return_indices=True)
    return pooled, index - left


@functools.cache
def _window_of_positions(
    positions: int, pooled: int, first: int, every: int, stride: int, left: int, device: torch.device
) -> Tensor:
    """Return which of the windows first, first + every, … each position lies in, int64 (positions,).

    A position in none of them is assigned to the nearest.
    """
    at = torch.arange(positions, device=device) + (left - first * stride)
    last = (pooled - 1 - first) // every
    return torch.div(at, every * stride, rounding_mode="floor").clamp_(0, last)


def add_at_maxima(rows: Tensor, index: Tensor, values: Tensor, size: int, stride: int, left: int) -> None:
    """Do `rows.scatter_add_(1, index, values)` for the maxima of a pooling, always in the same order.

    Each position reads from its windows, instead of each window writing to its position. No two
    additions collide then, so that a GPU need not sort them, as its reproducible `scatter_add_` does.

    Parameters
    ----------
    rows
        (batch, positions, channels), changed in place.
    index
        int64 (batch, pooled, channels), positions of the maxima.
    values
        (batch, pooled, channels).
    size, stride, left
        Width and stride of the pooling, and its padding on the left.
    """
    positions, pooled = rows.shape[1], index.shape[1]
    # Windows this many apart do not overlap.
    every = math.ceil(size / stride)
    here = torch.arange(positions, device=rows.device).view(-1, 1)
    for first in range(min(every, pooled)):
        window = _window_of_positions(positions, pooled, first, every, stride, left, rows.device)
        missed = index[:, first::every].index_select(1, window) != here
        rows.add_(values[:, first::every].index_select(1, window).masked_fill_(missed, 0))


class _NormaliseThenPool(torch.autograd.Function):
    """Batch normalisation followed by max-pooling, normalising only what the pooling keeps.

    The scale must not be negative, so that the maximum of the normalised values is the normalised
    maximum. If mean and variance are those of `maps` themselves (`of_batch`), the gradient is that of
    batch normalisation (Ioffe & Szegedy 2015, section 3) with a sparse first term. If they are
    running statistics, which do not depend on `maps`, only the sparse term remains.
    """

    @staticmethod
    def forward(ctx, maps, scale, shift, mean, variance, of_batch, eps, size, stride, padding):
        pooled, index = max_pool(maps, size, stride, padding)
        column = (1, -1, 1, 1)
        inverse = torch.rsqrt(variance + eps)
        normalised = (pooled.to(scale.dtype) - mean.view(column)) * inverse.view(column)
        ctx.save_for_backward(maps, normalised, index, scale, mean, inverse)
        ctx.pooling = (size, stride, padding[0])
        ctx.of_batch = of_batch
        return normalised * scale.view(column) + shift.view(column)

    @staticmethod
    def backward(ctx, gradient):
        maps, normalised, index, scale, mean, inverse = ctx.saved_tensors
        batch, channels, _, positions = maps.shape
        column = (1, -1, 1, 1)
        d_shift = gradient.sum((0, 2, 3))
        d_scale = (gradient * normalised).sum((0, 2, 3))
        if ctx.of_batch:
            # With n values per channel and x the maps, the gradient with respect to x is
            # scale * inverse * (gradient at the maximum - d_shift / n - normalised(x) * d_scale / n).
            n = batch * positions
            slope = -scale * inverse.square() * d_scale / n
            intercept = -scale * inverse * d_shift / n - slope * mean
            d_maps = torch.addcmul(
                intercept.to(maps.dtype).view(column), maps, slope.to(maps.dtype).view(column)
            ).contiguous(memory_format=torch.channels_last)
        else:
            d_maps = torch.zeros_like(maps, memory_format=torch.channels_last)
        sparse = (gradient * (scale * inverse).view(column)).to(maps.dtype)
        # As rows of channels, both ways of adding run along contiguous memory.
        rows = d_maps.permute(0, 2, 3, 1).view(batch, positions, channels)
        values, index = (x.permute(0, 2, 3, 1).flatten(1, 2) for x in (sparse, index))
        if maps.is_cpu:
            rows.scatter_add_(1, index, values)
        else:
            add_at_maxima(rows, index, values, *ctx.pooling)
        return d_maps, d_scale, d_shift, *[None] * 7


class BatchNorm(nn.BatchNorm1d):
    """Batch normalisation per channel, optionally fused with the max-pooling that follows it."""

    def forward(self, maps: Tensor) -> Tensor:
        """Normalise `maps` of shape (batch, channels, ...)."""
        mean, variance = self.running_mean, self.running_var
        how = (self.training, self.momentum, self.eps)
        return functional.batch_norm(maps, mean, variance, self.weight, self.bias, *how)

    def then_pool(
        self, maps: Tensor, sign: Tensor, size: int, stride: int, padding: tuple[int, int]
    ) -> Tensor:
        """Return `max_pool(self(x))`, given `maps = sign * x`, in the weight's dtype.

        `sign`, (channels,), has the signs of `self.weight`, which make the scale used here non-negative.
        """
        if self.training:
            mean, variance = self._batch_statistics(maps.detach(), sign)
        else:
            mean, variance = self.running_mean * sign, self.running_var
        statistics = (mean, variance, self.training, self.eps)
        return _NormaliseThenPool.apply(
            maps, self.weight * sign, self.bias, *statistics, size, stride, padding
        )

    @torch.no_grad()
    def _batch_statistics(self, maps: Tensor, sign: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and biased variance of the batch, and update the running statistics."""
        if maps.is_cpu:
            # The only call that sums channels-last maps at memory speed. It gets a scratch running
            # mean, because ours is not flipped.
            mean, variance = torch.batch_norm_update_stats(
                maps, torch.zeros_like(self.running_mean), self.running_var, self.momentum
            )
        else:
            variance, mean = torch.var_mean(maps.to(self.running_mean.dtype), (0, 2, 3), correction=0)
            n = maps.numel() // maps.shape[1]
            self.running_var.lerp_(variance * (n / (n - 1)), self.momentum)
        self.running_mean.lerp_(mean * sign, self.momentum)
        self.num_batches_tracked += 1
        return mean, variance


class Dropout(nn.Module):
    """Inverted dropout that draws 16 random bits per element on the CPU.

    PyTorch's own dropout draws element by element there and takes longer than the convolutions. The
    probability that an element is dropped, 0 <= p < 1, is rounded to a multiple of 1/65536, and the
    values kept are divided by exactly its complement, so that expectations are exact.
    """

    def __init__(self, probability: float):
        super().__init__()
        self.probability = probability
        self.dropped = round(probability * 65536)
        # Set by `seed_draws`; None draws from PyTorch's global generator.
        self.generator: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.dropped == 0:
            return x
        if not x.is_cpu:
            return functional.dropout(x, self.dropped / 65536)
        words = torch.empty((x.numel() + 3) // 4, dtype=torch.int64)
        words.random_(-(2**63), None, generator=self.generator)
        kept = words.view(torch.int16)[: x.numel()] >= self.dropped - 32768
        scaled = kept.to(x.dtype).mul_(65536 / (65536 - self.dropped))
        # With the mask laid out like x in memory, the product is a single pass.
        return x * scaled.as_strided(x.shape, x.stride()) if _is_dense(x) else x * scaled.view(x.shape)


def seed_draws(network: nn.Module, seed: int) -> None:
    """Seed everything that draws while `network` trains: its dropout and PyTorch's global generators.

    Dropout on a GPU draws from the global generator, and so may a user's own modules.
    """
    torch.manual_seed(seed)
    layers = [module for module in network.modules() if isinstance(module, Dropout)]
    generator = next((layer.generator for layer in layers if layer.generator), None) or torch.Generator()
    generator.manual_seed(seed)
    for layer in layers:
        layer.generator = generator


def _is_dense(x: Tensor) -> bool:
    return x.is_contiguous() or (x.dim() == 4 and x.is_contiguous(memory_format=torch.channels_last))
