"""A network so small that every attribution of it is a closed form."""

from collections import OrderedDict

import numpy as np
import torch
from motifcnn.core.sequences import encode
from motifcnn.networks.activations import make_activation
from torch import nn

ACG = encode("ACG")[None]


def one_filter(activation: nn.Module | None = None, pool: int = 1) -> nn.Sequential:
    """Return a network with one filter, ln 2 for A, C and G in a row, an identity norm, exp, pool and weight 1.

    Its output is the sum over windows of the exponential; of ACG it is exp(3 ln 2) = 8.
    """
    convolution = nn.Conv1d(4, 1, 3, bias=False)
    with torch.no_grad():
        convolution.weight.zero_()
        convolution.weight[0, [0, 1, 2], [0, 1, 2]] = np.log(2)
    norm = nn.BatchNorm1d(1, eps=0.0)
    output = nn.LazyLinear(1, bias=False)
    layers = {
        "conv1": convolution,
        "norm1": norm,
        "activation1": activation or make_activation("exponential"),
        "pool1": nn.MaxPool1d(pool),
        "flatten": nn.Flatten(),
        "output": output,
    }
    network = nn.Sequential(OrderedDict(layers)).eval()
    network(torch.zeros(1, 4, 3 * pool))
    nn.init.ones_(output.weight)
    return network
