"""Networks declared as a list of layers, and built as an `nn.Module`.

A declaration is what stands in resources/architectures.yaml or under `define: architectures:`::

    layers:
      - {type: conv, filters: 30, size: 19, padding: same, activation: studied, pool: 2, dropout: 0.1}
      - {type: dense, units: 512, activation: relu, dropout: 0.5}

`activation: studied` is the activation of the run. The output layer, one logit per target with a
bias, is implied. Instead of `layers`, `module: package.module:Class` names a user's own network.
"""

import difflib
import functools
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..core.errors import UserError
from ..core.receptive_field import Geometry, Stage, stages
from .activations import import_module_class, make_activation
from .fast_layers import BatchNorm, Dropout, max_pool

STUDIED = "studied"
_DEFAULTS: dict[str, dict[str, Any]] = {
    "conv": {"padding": "same", "norm": "batch", "activation": "relu", "pool": None, "dropout": 0.0},
    "dense": {"norm": "batch", "activation": "relu", "dropout": 0.0},
}
_REQUIRED = {"conv": {"filters", "size"}, "dense": {"units"}}


@functools.cache
def _one_hot_table(device: torch.device, dtype: torch.dtype) -> Tensor:
    """Return the rows of A, C, G, T and N, (5, 4)."""
    return torch.cat([torch.eye(4), torch.zeros(1, 4)]).to(device=device, dtype=dtype)


def one_hot_maps(codes: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
    """Return codes, uint8 (batch, length), as one-hot maps (batch, 4, 1, length), channels last."""
    rows = functional.embedding(codes.int(), _one_hot_table(codes.device, dtype))
    return rows.unsqueeze(1).permute(0, 3, 1, 2)


class Convolution(nn.Module):
    """Convolution without bias → batch norm → activation → max-pooling and dropout.

    Parameters
    ----------
    declared
        The layer as declared, with its defaults filled in.
    channels
        Of the input maps.
    stage
        How the layer lies over its input.
    activation
        Name of the run's activation, for `studied`.
    norm
        `eps` and `momentum` (the weight of the old value) of the batch normalisation.
    order
        `("pool", "dropout")` or `("dropout", "pool")`.
    """

    def __init__(self, declared, channels, stage: Stage, activation, norm, order):
        super().__init__()
        self.filters, self.size = declared["filters"], declared["size"]
        self.padding, self.pool = stage.padding, stage.pool
        self.weight = nn.Parameter(torch.empty(self.filters, channels, self.size))
        normalised = declared["norm"] == "batch"
        self.norm = BatchNorm(self.filters, norm["eps"], 1 - norm["momentum"]) if normalised else None
        self.bias = None if normalised else nn.Parameter(torch.zeros(self.filters))
        name = activation if declared["activation"] == STUDIED else declared["activation"]
        self.activation = make_activation(name)
        self.dropout = Dropout(declared["dropout"])
        self.pool_first = tuple(order) == ("pool", "dropout")

    def _convolve(self, maps: Tensor, weight: Tensor) -> Tensor:
        left, right = self.padding
        if left != right:
            maps = functional.pad(maps, (left, right))
            left = 0
        maps = functional.conv2d(maps, weight.unsqueeze(2).to(maps.dtype), padding=(0, left))
        return maps if self.bias is None else maps + self.bias.to(maps.dtype).view(1, -1, 1, 1)

    def activation_maps(self, maps: Tensor) -> Tensor:
        """Return what the activation function gives, before pooling and dropout."""
        maps = self._convolve(maps, self.weight)
        return self.activation(self.norm(maps) if self.norm else maps)

    def forward(self, maps: Tensor) -> Tensor:
        commutes = self.pool and self.pool_first and getattr(self.activation, "monotone", False)
        if commutes and self.norm:
            # A filter with a negative scale is flipped together with its scale: the same function, and
            # the scale can be taken after the maximum.
            sign = torch.where(self.norm.weight.detach() < 0, -1.0, 1.0)
            maps = self._convolve(maps, self.weight * sign.view(-1, 1, 1))
            maps = self.norm.then_pool(maps, sign, self.pool.size, self.pool.stride, self.pool.padding)
            return self.dropout(self.activation(maps))
        maps = self.activation_maps(maps)
        if not self.pool_first:
            maps = self.dropout(maps)
        if self.pool:
            maps = max_pool(maps, self.pool.size, self.pool.stride, self.pool.padding)[0]
        return self.dropout(maps) if self.pool_first else maps


class Dense(nn.Module):
    """Fully connected layer without bias → batch norm → activation → dropout."""

    def __init__(self, declared, inputs, activation, norm):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(declared["units"], inputs))
        normalised = declared["norm"] == "batch"
        self.norm = BatchNorm(declared["units"], norm["eps"], 1 - norm["momentum"]) if normalised else None
        self.bias = None if normalised else nn.Parameter(torch.zeros(declared["units"]))
        name = activation if declared["activation"] == STUDIED else declared["activation"]
        self.activation = make_activation(name)
        self.dropout = Dropout(declared["dropout"])

    def forward(self, x: Tensor) -> Tensor:
        x = functional.linear(x, self.weight.to(x.dtype)).float()
        x = self.norm(x) if self.norm else x + self.bias
        return self.dropout(self.activation(x))


class Network(nn.Module):
    """A declared network: codes in, one logit per target out.

    Parameters
    ----------
    declaration
        See the top of this module.
    activation
        Name of the activation that `studied` stands for.
    length, targets
        Sequence length, nt, and number of outputs.
    norm
        `{"eps": .., "momentum": ..}` of every batch normalisation.
    order
        Order of pooling and dropout.

    Attributes
    ----------
    precision : torch.dtype
        In which the convolutions and matrix products are done; parameters stay float32.

    Raises
    ------
    UserError
        The declaration has an unknown key, or the sequence is too short for it.
    """

    def __init__(
        self,
        declaration: dict,
        activation: str,
        length: int,
        targets: int,
        norm: dict[str, float],
        order: tuple[str, str] = ("pool", "dropout"),
    ):
        super().__init__()
        self.precision = torch.float32
        self.convolutions, self.dense = nn.ModuleList(), nn.ModuleList()
        layers = check_layers(declaration)
        self.stages = stages(layers, length)
        channels = 4
        for declared in layers:
            if declared["type"] == "conv":
                stage = self.stages[len(self.convolutions)]
                self.convolutions.append(Convolution(declared, channels, stage, activation, norm, order))
                channels = declared["filters"]
            else:
                self.dense.append(Dense(declared, self._width(channels), activation, norm))
        self.output = nn.Linear(self._width(channels), targets)

    def _width(self, channels: int) -> int:
        """Number of values that come out of the layers so far."""
        return self.dense[-1].weight.shape[0] if self.dense else channels * self.stages[-1].pooled_positions

    def forward(self, codes: Tensor) -> Tensor:
        """Return logits, float32 (batch, targets), of codes, uint8 (batch, length)."""
        return self.after_first(self.first_maps(codes))

    def first_maps(self, codes: Tensor) -> Tensor:
        """Return what the next layer sees of the first one, (batch, filters, 1, positions), of codes."""
        return self.convolutions[0](one_hot_maps(codes, self.precision))

    def after_first(self, maps: Tensor, codes: Tensor | None = None) -> Tensor:
        """Return logits, as `forward`, of what `first_maps` gave or of what has been made of it."""
        for layer in self.convolutions[1:]:
            maps = layer(maps.to(self.precision))
        # Flattened channel by channel within each position, which is how the maps lie in memory.
        x = maps.permute(0, 2, 3, 1).flatten(1)
        for layer in self.dense:
            x = layer(x.to(self.precision))
        return self.output(x.float())

    def activation_maps(self, codes: Tensor, layer: int = 1) -> Tensor:
        """Return what a convolution's activation function gives, before pooling.

        Parameters
        ----------
        codes
            uint8 (batch, length).
        layer
            Which convolution, counted from 1.

        Returns
        -------
        Tensor
            float32 (batch, positions, filters).
        """
        maps = one_hot_maps(codes, self.precision)
        for before in self.convolutions[: layer - 1]:
            maps = before(maps).to(self.precision)
        maps = self.convolutions[layer - 1].activation_maps(maps)
        return maps.squeeze(2).transpose(1, 2).float()

    def geometry(self, layer: int = 1) -> Geometry:
        """Return where the positions of a convolution's map lie in the sequence."""
        return self.stages[layer - 1].geometry

    def maximum_activation(self) -> Tensor:
        """Return the highest activation that any sequence can give each first-layer filter, float32 (F,)."""
        layer = self.convolutions[0]
        best = layer.weight.amax(1).clamp_min(0) if layer.padding != (0, 0) else layer.weight.amax(1)
        worst = layer.weight.amin(1).clamp_max(0) if layer.padding != (0, 0) else layer.weight.amin(1)
        high, low = best.sum(1), worst.sum(1)
        if layer.bias is not None:
            high, low = high + layer.bias, low + layer.bias
        if layer.norm:
            scale = layer.norm.weight / torch.sqrt(layer.norm.running_var + layer.norm.eps)
            shift = layer.norm.bias - layer.norm.running_mean * scale
            high, low = high * scale + shift, low * scale + shift
        return torch.maximum(layer.activation(high), layer.activation(low))


class UserNetwork(nn.Module):
    """A user's own `nn.Module` behind the interface of `Network`.

    Its class is called as `Class(length=, targets=, activation=)`, where `activation` is a fresh
    module to be used after the first convolution, and maps one-hot sequences, float32
    (batch, 4, length), to logits (batch, targets). The filters are read off what `activation` gives,
    (batch, filters, length), whose positions must be those of the sequence.
    """

    def __init__(self, path: str, activation: str, length: int, targets: int):
        super().__init__()
        self.precision = torch.float32
        self.length = length
        # In a tuple, so that the activation is a module of the user's network alone.
        self._studied = (make_activation(activation),)
        network = import_module_class(path, "architecture")
        try:
            self.network = network(length=length, targets=targets, activation=self._studied[0])
        except Exception as error:
            raise UserError(
                f"the architecture {path!r} could not be made ({error}); its class must take length, "
                "targets and activation"
            ) from error

    def forward(self, codes: Tensor) -> Tensor:
        lower = self.precision != torch.float32
        with torch.autocast(codes.device.type, self.precision if lower else None, enabled=lower):
            return self.network(one_hot_maps(codes).squeeze(2)).float()

    def activation_maps(self, codes: Tensor, layer: int = 1) -> Tensor:
        """As `Network.activation_maps`; there is only layer 1."""
        if layer != 1:
            raise UserError("only the first layer of a user's own network can be turned into motifs")
        caught: list[Tensor] = []
        hook = self._studied[0].register_forward_hook(lambda _, __, output: caught.append(output.clone()))
        try:
            self.forward(codes)
        finally:
            hook.remove()
        if not caught or caught[0].dim() != 3 or caught[0].shape[2] != self.length:
            raise UserError(
                "the architecture must apply the activation it is given to maps of shape "
                f"(batch, filters, {self.length}), after its first convolution"
            )
        return caught[0].transpose(1, 2).float()

    def geometry(self, layer: int = 1) -> Geometry:
        """As `Network.geometry`; how wide the first filters are is not known."""
        return Geometry(start=0, step=1, width=None, positions=self.length)

    def first_maps(self, codes: Tensor) -> Tensor:
        """Return what the user's activation gives, (batch, filters, length), of codes."""
        return self.activation_maps(codes).transpose(1, 2)

    def after_first(self, maps: Tensor, codes: Tensor) -> Tensor:
        """Return logits of codes, as `forward`, with `maps` in place of what the activation first gives."""
        waiting = [maps]
        hook = self._studied[0].register_forward_hook(lambda _, __, output: (waiting or [output]).pop())
        try:
            return self.forward(codes)
        finally:
            hook.remove()


def check_layers(declaration: dict) -> list[dict]:
    """Return the declared layers with their defaults filled in.

    Raises
    ------
    UserError
        A key or type is unknown, something is missing, or a dense layer comes before a convolution.
    """
    layers = []
    for number, given in enumerate(declaration.get("layers") or [], start=1):
        kind = given.get("type")
        if kind not in _DEFAULTS:
            raise UserError(f"layer {number} has the type {kind!r}; use 'conv' or 'dense'")
        known = {"type", *_REQUIRED[kind], *_DEFAULTS[kind]}
        for key in set(given) - known:
            nearest = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0)[0]
            raise UserError(f"layer {number} ({kind}) has the unknown key {key!r}; did you mean {nearest!r}?")
        for key in _REQUIRED[kind] - set(given):
            raise UserError(f"layer {number} ({kind}) lacks {key!r}")
        if kind == "conv" and layers and layers[-1]["type"] == "dense":
            raise UserError(f"layer {number} is a convolution after a dense layer; put convolutions first")
        layers.append({**_DEFAULTS[kind], **given})
    if not layers or layers[0]["type"] != "conv":
        raise UserError("an architecture needs at least one convolution, as its first layer")
    return layers
