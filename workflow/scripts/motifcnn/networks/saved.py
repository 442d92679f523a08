"""Load trained networks for attribution, notebooks and other libraries.

A module of its own above `model_file`, so that training does not depend on the plain network.
"""

import os

from torch import nn

from . import model_file
from .plain import plain_network


def load(path: str | os.PathLike, plain: bool = False) -> nn.Module:
    """Read a network from model.safetensors, as `model_file.load` does.

    With `plain`, return it as standard PyTorch modules that take one-hot sequences instead of codes
    (see `plain.plain_network`); they have the attribute `description`, too.
    """
    network = model_file.load(path)
    if not plain:
        return network
    found = plain_network(network)
    found.description = network.description
    return found
