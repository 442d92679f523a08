"""The plain network: standard `torch.nn` modules on one-hot sequences, with the weights of a fast one.

The fast network trains; the plain one is for attribution methods, notebooks and other libraries.
Both compute the same logits and gradients.
"""

import copy
from collections import OrderedDict

import torch
from torch import Tensor, nn

from .activations import Activation
from .fast_layers import Dropout
from .network import Convolution, Dense, Network
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
    used once. For a user's own network, it is the user's module itself.
    """
    if isinstance(network, UserNetwork):
        return network.network
    modules: dict[str, nn.Module] = {}
    for number, layer in enumerate(network.convolutions, start=1):
        modules |= {f"{name}{number}": module for name, module in _convolution(layer).items()}
    modules["flatten"] = nn.Flatten()
    for number, layer in enumerate(network.dense, start=len(network.convolutions) + 1):
        modules |= {f"{name}{number}": module for name, module in _dense(layer).items()}
    modules["output"] = _linear(network.output.weight, network.output.bias)

    # The fast network flattens position by position: reorder the columns that meet the flattened maps.
    first = next(module for module in modules.values() if isinstance(module, nn.Linear))
    channels = network.convolutions[-1].weight.shape[0]
    columns = first.weight.detach().unflatten(1, (-1, channels)).transpose(1, 2).flatten(1)
    first.weight = nn.Parameter(columns)

    plain = nn.Sequential(OrderedDict(modules))
    return plain.to(network.output.weight.device).train(network.training)


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
    modules |= _norm_and_activation(layer)
    pool, dropout = _pool(layer), _dropout(layer.dropout)
    return modules | (pool | dropout if layer.pool_first else dropout | pool)


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
    if layer.norm:
        norm = nn.BatchNorm1d(layer.norm.num_features, layer.norm.eps, layer.norm.momentum)
        norm.to(layer.norm.weight.dtype).load_state_dict(layer.norm.state_dict())
        modules["norm"] = norm
    shipped = isinstance(layer.activation, Activation)  # a user's own module may have any name
    standard = _STANDARD_ACTIVATIONS.get(layer.activation.name) if shipped else None
    modules["activation"] = standard() if standard else copy.deepcopy(layer.activation)
    return modules


def _pool(layer: Convolution) -> dict[str, nn.Module]:
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
