"""Toy networks, and the networks that come with the workflow, for the tests of all rooms."""

import functools

import numpy as np
import torch
from motifcnn.experiment.activation_entries import specification
from motifcnn.experiment.registries import join_registries
from motifcnn.networks.fast_layers import BatchNorm
from motifcnn.networks.initialisation import initialise
from motifcnn.networks.network import Network
from repository import RESOURCES

NORM = {"eps": 1e-8, "momentum": 0.99}
# `protocol: training:` that toy networks learn with in seconds.
TRAINING = {
    "optimizer": {"name": "adam", "lr": 0.005, "betas": [0.95, 0.999], "eps": 1e-8},
    "initialisation": "glorot_uniform",
    "output_bias": 0.05,
    "l2": {"weight": 1e-6, "scope": "kernels_and_output_bias"},
    "batch_norm": {"eps": 1e-8, "momentum": 0.9},
    "batch_size": 20,
    "epochs": 6,
    "stop": {"monitor": "val_loss", "patience": 20},
    "keep": "best",
    "order": ["pool", "dropout"],
    "schedule": None,
    "checkpoint_every": 2,
}


def conv(filters=6, size=5, **more):
    """Return a convolution declared with all its keys, as registries complete it."""
    keys = {"padding": "same", "norm": "batch", "activation": "relu", "pool": None, "dropout": 0.0}
    return {"type": "conv", "filters": filters, "size": size, **keys, **more}


def residual_conv(size=5, **more):
    """Return a convolution of a residual block declared with all its keys."""
    return {"size": size, "norm": "batch", "activation": "relu", "dropout": 0.0, **more}


def dense(units=8, **more):
    """Return a dense layer declared with all its keys."""
    return {"type": "dense", "units": units, "norm": "batch", "activation": "relu", "dropout": 0.0, **more}


@functools.cache
def shipped():
    """Return the declarations of resources/architectures.yaml, complete, by name."""
    return join_registries(RESOURCES, {})["architectures"]


@functools.cache
def shipped_activations():
    """Return what networks take for each entry of resources/activations.yaml, by name."""
    entries = join_registries(RESOURCES, {})["activations"]
    return {name: specification(name, entries) for name in entries}


def build(declaration, activation="exponential", length=200, targets=12, order=("pool", "dropout"), seed=1):
    """Return a network with random weights."""
    network = Network(declaration, activation, length, targets, NORM, order)
    initialise(network, "glorot_uniform", 0.05, seed)
    return network


@torch.no_grad()
def with_random_norms(network):
    """Give batch norms scales of either sign and running statistics other than the defaults."""
    for number, norm in enumerate(module for module in network.modules() if isinstance(module, BatchNorm)):
        generator = torch.Generator().manual_seed(number)
        norm.weight.copy_(torch.randn(norm.weight.shape, generator=generator))
        norm.bias.copy_(torch.randn(norm.bias.shape, generator=generator) * 0.3)
        norm.running_mean.normal_(generator=generator)
        norm.running_var.uniform_(0.5, 2.0, generator=generator)
    return network


def same_weights(one, other):
    """Whether two networks have the same bits."""
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


class Interrupted(Exception):
    """Ends a training in its midst."""


def interrupt_after(epochs):
    """Return an `on_epoch` that interrupts the training."""

    def interrupt(epoch):
        if epoch["epoch"] == epochs:
            raise Interrupted

    return interrupt


def random_codes(n, length, seed=0):
    """Return uint8 (n, length), with N among the letters."""
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 5, (n, length), np.uint8))
