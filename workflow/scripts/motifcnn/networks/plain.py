"""The plain network: standard `torch.nn` modules on one-hot sequences, with the weights of a fast one.

The fast network trains; the plain one is for attribution methods, notebooks and other libraries.
Both compute the same logits and gradients.
"""

import copy
from collections import OrderedDict
from collections.abc import Iterable

import torch
from torch import Tensor, nn

from .activations import Activation
from .fast_layers import Dropout
from .network import Convolution, Dense, Network, Residual
from .user_network import UserNetwork

# Activations that PyTorch has as a module of its own, which other libraries recognise by its class.
_STANDARD_ACTIVATIONS = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
    "linear": nn.Identity,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
}


def plain_network(network: Network | UserNetwork) -> nn.Module:
    """Return a network as standard PyTorch modules.

    They map one-hot sequences (A, C, G, T), float32 (batch, 4, length), to logits, (batch, targets), on
    the same device and in the same mode, train or eval, as `network`.

    For a declared network, it is an `nn.Sequential` with a copy of the weights: convolution, batch norm,
    activation, pooling and dropout in the declared order, then `Flatten` (channel by channel, PyTorch's
    own order) and the dense layers. Modules are named after their layer, for example `conv1`, and each is
    used once. The convolutions of a residual block are below a module that adds its input to their result
    (`residual2.path.conv1`). For a user's own network, it is the user's module itself.
    """
    if isinstance(network, UserNetwork):
        return network.network
    modules = _numbered(network.convolutions)
    modules["flatten"] = nn.Flatten()
    for number, layer in enumerate(network.dense, start=len(network.convolutions) + 1):
        modules |= {f"{name}{number}": module for name, module in _dense(layer).items()}
    modules["output"] = _linear(network.output.weight, network.output.bias)

    # The fast network flattens position by position: reorder the columns that meet the flattened maps.
    first = next(module for module in modules.values() if isinstance(module, nn.Linear))
    channels = network.convolutions[-1].filters
    columns = first.weight.detach().unflatten(1, (-1, channels)).transpose(1, 2).flatten(1)
    first.weight = nn.Parameter(columns)

    plain = nn.Sequential(OrderedDict(modules))
    return plain.to(network.output.weight.device).train(network.training)


class SkipConnection(nn.Module):
    """Adds what enters a path of modules to what leaves it: the sum of a residual block."""

    def __init__(self, path: nn.Module):
        super().__init__()
        self.path = path

    def forward(self, x: Tensor) -> Tensor:
        return x + self.path(x)


def _numbered(layers: Iterable[Convolution | Residual]) -> dict[str, nn.Module]:
    """Return the modules of several layers, whose numbers are appended to their names."""
    return {
        f"{name}{number}": module
        for number, layer in enumerate(layers, start=1)
        for name, module in (_residual if isinstance(layer, Residual) else _convolution)(layer).items()
    }


def _residual(layer: Residual) -> dict[str, nn.Module]:
    path = nn.Sequential(OrderedDict(_numbered(layer.path)))
    modules = {"residual": SkipConnection(path), "activation": _activation(layer.activation)}
    return modules | _pool_and_dropout(layer)


def _convolution(layer: Convolution) -> dict[str, nn.Module]:
    filters, channels, size = layer.weight.shape
    left, right = layer.padding
    modules: dict[str, nn.Module] = {}
    if left != right:
        modules["pad"] = nn.ConstantPad1d((left, right), 0.0)
        left = 0
    convolution = nn.utils.skip_init(
        nn.Conv1d, channels, filters, size, padding=left, bias=layer.bias is not None
    )
    modules["conv"] = _with_weights(convolution, layer.weight, layer.bias)
    return modules | _norm_and_activation(layer) | _pool_and_dropout(layer)


def _dense(layer: Dense) -> dict[str, nn.Module]:
    linear = {"linear": _linear(layer.weight, layer.bias)}
    return linear | _norm_and_activation(layer) | _dropout(layer.dropout)


def _linear(weight: Tensor, bias: Tensor | None) -> nn.Linear:
    outputs, inputs = weight.shape
    return _with_weights(nn.utils.skip_init(nn.Linear, inputs, outputs, bias=bias is not None), weight, bias)


def _with_weights(module: nn.Module, weight: Tensor, bias: Tensor | None) -> nn.Module:
    """Give copies of weights to a module made by `skip_init`, so that no random numbers are drawn."""
    module.weight = nn.Parameter(weight.detach().clone())
    if bias is not None:
        module.bias = nn.Parameter(bias.detach().clone())
    return module


def _norm_and_activation(layer: Convolution | Dense) -> dict[str, nn.Module]:
    modules: dict[str, nn.Module] = {}
    if layer.before_norm:
        modules["activation_before_norm"] = _activation(layer.before_norm)
    if layer.norm:
        norm = nn.BatchNorm1d(layer.norm.num_features, layer.norm.eps, layer.norm.momentum)
        norm.to(layer.norm.weight.dtype).load_state_dict(layer.norm.state_dict())
        modules["norm"] = norm
    return modules | {"activation": _activation(layer.activation)}


def _activation(activation: nn.Module) -> nn.Module:
    shipped = isinstance(activation, Activation)  # a user's own module may have any name
    standard = _STANDARD_ACTIVATIONS.get(activation.name) if shipped else None
    return standard() if standard else copy.deepcopy(activation)


def _pool_and_dropout(layer: Convolution | Residual) -> dict[str, nn.Module]:
    pool, dropout = _pool(layer), _dropout(layer.dropout)
    return pool | dropout if layer.pool_first else dropout | pool


def _pool(layer: Convolution | Residual) -> dict[str, nn.Module]:
    if not layer.pool:
        return {}
    size, stride, (left, right) = layer.pool.size, layer.pool.stride, layer.pool.padding
    if left == right or stride > 1:
        # SAME padding has at most one position more on the right, which is what ceil mode adds.
        return {"pool": nn.MaxPool1d(size, stride, padding=left, ceil_mode=right > left)}
    return {
        "pool_pad": nn.ConstantPad1d((left, right), -torch.inf),
        "pool": nn.MaxPool1d(size, stride),
    }


def _dropout(dropout: Dropout) -> dict[str, nn.Module]:
    return {"dropout": nn.Dropout(dropout.probability)} if dropout.probability else {}
