"""Networks built from a list of layers.

A declaration is an entry of resources/architectures.yaml or of `define: architectures:`, for example::

    layers:
      - {type: conv, filters: 30, size: 19, padding: same, activation: studied, pool: 2, dropout: 0.1}
      - {type: dense, units: 512, activation: relu, dropout: 0.5}

`activation: studied` stands for the activation of the run. The output layer, one logit per target
with a bias, is implied. Declarations are checked and completed with the schema's defaults by
`motifcnn.experiment.registries`; what arrives here is complete.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..core.errors import UserError
from ..core.receptive_field import ConvolutionShape, ReceptiveFields, convolution_shapes
from ..core.run_key import STUDIED
from .activations import make_activation
from .fast_layers import BatchNorm, Dropout, max_pool, one_hot_maps


class _Layer(nn.Module):
    """What convolutional and dense layers share: weights, batch norm or a bias, activation, dropout.

    Parameters
    ----------
    declared
        The declared layer.
    shape
        Shape of the weights, outputs first.
    activation
        The run's activation, for `studied`, as `make_activation` takes it.
    norm
        `eps` and `momentum` (the weight of the old value) of the batch normalisation.
    """

    def __init__(
        self, declared: Mapping[str, Any], shape: Sequence[int], activation: str, norm: Mapping[str, float]
    ):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(shape))
        normalised = declared["norm"] == "batch"
        self.norm = BatchNorm(shape[0], norm["eps"], 1 - norm["momentum"]) if normalised else None
        biased = not normalised and declared.get("bias", True)
        self.bias = nn.Parameter(torch.zeros(shape[0])) if biased else None
        before = declared.get("activation_before_norm")
        self.before_norm = _activation(before, activation) if before else None
        self.activation = _activation(declared["activation"], activation)
        self.dropout = Dropout(declared["dropout"])
        # For `initialisation.initialise`; None for that of the protocol.
        self.initialisation = declared.get("initialisation")


class Convolution(_Layer):
    """Convolution → batch norm (or bias) → activation → max-pooling and dropout, in the order given."""

    def __init__(self, declared, channels: int, shape: ConvolutionShape, activation, norm, order):
        super().__init__(declared, (declared["filters"], channels, declared["size"]), activation, norm)
        self.filters = declared["filters"]
        self.padding, self.pool = shape.padding, shape.pool
        self.pool_first = tuple(order) == ("pool", "dropout")

    def _convolve(self, maps: Tensor, weight: Tensor) -> Tensor:
        left, right = self.padding
        if left != right:
            maps = functional.pad(maps, (left, right))
            left = 0
        maps = functional.conv2d(maps, weight.unsqueeze(2).to(maps.dtype), padding=(0, left))
        return maps if self.bias is None else maps + self.bias.to(maps.dtype).view(1, -1, 1, 1)

    def activation_maps(self, maps: Tensor) -> Tensor:
        """Return the output of the activation function, before pooling and dropout."""
        maps = self._convolve(maps, self.weight)
        if self.before_norm:
            maps = self.before_norm(maps)
        return self.activation(self.norm(maps) if self.norm else maps)

    def forward(self, maps: Tensor) -> Tensor:
        commutes = self.pool and self.pool_first and getattr(self.activation, "monotone", False)
        if commutes and self.norm and not self.before_norm:
            # Flipping a filter that has a negative scale, together with its scale, leaves the function
            # as it is and allows the scale to be applied after the maximum.
            sign = torch.where(self.norm.weight.detach() < 0, -1.0, 1.0)
            maps = self._convolve(maps, self.weight * sign.view(-1, 1, 1))
            maps = self.norm.then_pool(maps, sign, self.pool.size, self.pool.stride, self.pool.padding)
            return self.dropout(self.activation(maps))
        return _pool_and_drop(self, self.activation_maps(maps))


class Residual(nn.Module):
    """Convolutions, to whose result their input is added → activation → max-pooling and dropout, in the order given."""

    def __init__(self, declared, channels: int, shape: ConvolutionShape, activation, norm, order):
        super().__init__()
        self.filters, self.pool = channels, shape.pool
        self.pool_first = tuple(order) == ("pool", "dropout")
        self.path = nn.ModuleList(
            Convolution({**inner, "filters": channels}, channels, inner_shape, activation, norm, order)
            for inner, inner_shape in zip(declared["convolutions"], shape.path, strict=True)
        )
        self.activation = _activation(declared["activation"], activation)
        self.dropout = Dropout(declared["dropout"])

    def activation_maps(self, maps: Tensor) -> Tensor:
        """Return the output of the activation function, before pooling and dropout."""
        found = maps
        for convolution in self.path:
            found = convolution(found.to(maps.dtype))
        return self.activation(maps + found)

    def forward(self, maps: Tensor) -> Tensor:
        return _pool_and_drop(self, self.activation_maps(maps))


_MAP_LAYERS = {"conv": Convolution, "residual": Residual}


def _activation(declared: str | dict[str, Any], studied: str | dict[str, Any]) -> nn.Module:
    """Return the activation of a layer, given the run's."""
    return make_activation(studied if declared == STUDIED else declared)


def _pool_and_drop(layer: Convolution | Residual, maps: Tensor) -> Tensor:
    """Do the pooling and the dropout of a layer."""
    if not layer.pool_first:
        maps = layer.dropout(maps)
    if layer.pool:
        maps = max_pool(maps, layer.pool.size, layer.pool.stride, layer.pool.padding)[0]
    return layer.dropout(maps) if layer.pool_first else maps


class Dense(_Layer):
    """Fully connected layer → batch norm (or bias) → activation → dropout."""

    def __init__(self, declared, inputs: int, activation, norm):
        super().__init__(declared, (declared["units"], inputs), activation, norm)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.linear(x, self.weight.to(x.dtype)).to(self.weight.dtype)
        x = self.norm(x) if self.norm else x + self.bias
        return self.dropout(self.activation(x))


class Network(nn.Module):
    """A declared network, which maps codes to one logit per target.

    Parameters
    ----------
    declaration
        `layers`, complete with their defaults; see the top of this module.
    activation
        What `studied` stands for, as `make_activation` takes it.
    length, targets
        Sequence length, nt, and number of outputs.
    norm
        `eps` and `momentum` of every batch normalisation.
    order
        `("pool", "dropout")` or `("dropout", "pool")`.

    Attributes
    ----------
    precision : torch.dtype
        In which convolutions and matrix products are computed; parameters stay float32.

    Raises
    ------
    UserError
        The sequence is too short for the network, or there is no such activation.
    """

    def __init__(
        self,
        declaration: Mapping[str, Any],
        activation: str,
        length: int,
        targets: int,
        norm: Mapping[str, float],
        order: tuple[str, str] = ("pool", "dropout"),
    ):
        super().__init__()
        self.precision = torch.float32
        self.convolutions, self.dense = nn.ModuleList(), nn.ModuleList()
        self.shapes = convolution_shapes(declaration["layers"], length)
        channels = 4
        for declared in declaration["layers"]:
            if made := _MAP_LAYERS.get(declared["type"]):
                shape = self.shapes[len(self.convolutions)]
                self.convolutions.append(made(declared, channels, shape, activation, norm, order))
                channels = self.convolutions[-1].filters
            else:
                self.dense.append(Dense(declared, self._width(channels), activation, norm))
        self.output = nn.Linear(self._width(channels), targets)

    def _width(self, channels: int) -> int:
        """Return the number of values that leave the layers built so far."""
        return self.dense[-1].weight.shape[0] if self.dense else channels * self.shapes[-1].positions_out

    def forward(self, codes: Tensor) -> Tensor:
        """Return logits, float32 (batch, targets), of codes, uint8 (batch, length)."""
        return self.after_first(self.first_maps(codes))

    def first_maps(self, codes: Tensor) -> Tensor:
        """Return the output of the first layer as the next one gets it, (batch, filters, 1, positions)."""
        return self.convolutions[0](one_hot_maps(codes, self.precision))

    def after_first(self, maps: Tensor, codes: Tensor | None = None) -> Tensor:
        """Return the logits for `maps`, the output of `first_maps` or a changed copy of it."""
        for layer in self.convolutions[1:]:
            maps = layer(maps.to(self.precision))
        # Flattened position by position, channels innermost, the way the maps lie in memory.
        x = maps.permute(0, 2, 3, 1).flatten(1)
        for layer in self.dense:
            x = layer(x.to(self.precision))
        return self.output(x.to(self.output.weight.dtype))

    def activation_maps(self, codes: Tensor, layer: int = 1) -> Tensor:
        """Return the output of a convolution's activation function before pooling, given codes.

        The maps are float32 (batch, positions, filters); `layer` counts convolutions from 1.
        """
        maps = one_hot_maps(codes, self.precision)
        for before in self.convolutions[: layer - 1]:
            maps = before(maps).to(self.precision)
        maps = self.convolutions[layer - 1].activation_maps(maps)
        return maps.squeeze(2).transpose(1, 2).float()

    def receptive_fields(self, layer: int = 1) -> ReceptiveFields:
        """Return which part of the sequence each position of a convolution's map sees."""
        return self.shapes[layer - 1].fields

    def maximum_activation(self) -> Tensor:
        """Return the highest activation that any sequence can give each first-layer filter, float32 (F,).

        Raises
        ------
        UserError
            The activation is not known to be monotone, so that it may be highest at any input.
        """
        layer = self.convolutions[0]
        if not getattr(layer.activation, "monotone", False):
            name = getattr(layer.activation, "name", type(layer.activation).__name__)
            raise UserError(
                f"filters: reference: theoretical needs an activation that never decreases, and {name} is "
                "not declared as such; write reference: observed, or set monotone if it never decreases"
            )
        best, worst = layer.weight.amax(1), layer.weight.amin(1)
        if layer.padding != (0, 0):
            best, worst = best.clamp_min(0), worst.clamp_max(0)
        high, low = best.sum(1), worst.sum(1)
        if layer.bias is not None:
            high = high + layer.bias
        if layer.norm:
            scale = layer.norm.weight / torch.sqrt(layer.norm.running_var + layer.norm.eps)
            shift = layer.norm.bias - layer.norm.running_mean * scale
            # With a negative scale the lowest sum gives the highest activation.
            high = torch.maximum(high * scale, low * scale) + shift
        return layer.activation(high)
