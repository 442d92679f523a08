"""What is explained, on a network of one linear layer, whose outputs and gradients are known."""

import numpy as np
import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.interpretation.attribution.explained import Explained, average, is_elementwise, sum_up
from torch import nn

# Two targets, of which the second is explained, and sequences of two letters.
WEIGHT = np.array([np.zeros(8), [1, 2, 3, 4, 5, 6, 7, 8]])


@pytest.fixture
def network():
    linear = nn.Linear(8, 2)
    linear.weight.data, linear.bias.data = (
        torch.tensor(WEIGHT, dtype=torch.float32),
        torch.tensor([0.0, -9.0]),
    )
    # The weights of A, C, G, T are 1, 3, 5, 7 at the first position and one more at the second.
    return nn.Sequential(nn.Flatten(), linear).eval()


def test_codes_become_columns_of_the_network_s_own_type(network):
    codes = np.array([[0, 3], [4, 5]], np.uint8)
    found = Explained(network).one_hot(codes)
    assert found.dtype == torch.float32
    assert found.tolist() == [[[1, 0], [0, 0], [0, 0], [0, 1]], [[0, 0.25]] * 4]
    assert Explained(network.double()).one_hot(codes).dtype == torch.float64


def test_logits_and_gradients(network):
    explained = Explained(network, 1)
    one_hot = explained.one_hot(np.array([[0, 0], [3, 3]], np.uint8))
    logits = explained.logits(one_hot)
    assert logits.dtype == np.float64
    assert logits.tolist() == [1 + 2 - 9, 7 + 8 - 9]
    assert Explained(network).logits(one_hot).tolist() == [0, 0]
    expected = WEIGHT[1].reshape(4, 2)
    np.testing.assert_array_equal(explained.gradients(one_hot), [expected] * 2)
    # The sigmoid's derivative is the same at -6 and 6.
    found = Explained(network, 1, "probability").gradients(one_hot)
    slope = np.exp(-6) / (1 + np.exp(-6)) ** 2
    np.testing.assert_allclose(found, [slope * expected] * 2, rtol=1e-12)
    network[1].bias.data[1] = torch.inf
    for compute in (explained.logits, explained.gradients):
        with pytest.raises(UserError, match="logits are not finite"):
            compute(one_hot)


def test_differences_do_not_cancel(network):
    logits, others = np.array([41.0, -41.0, 1.0, -1.0]), np.array([40.0, -40.0, -1.0, 1.0])
    np.testing.assert_array_equal(Explained(network).differences(logits, others), [1, -1, 2, -2])
    # Of probabilities near 1 the distances from 1 differ; those at 1 and -1 are 0.731059 and 0.268941.
    expected = [np.exp(-40) - np.exp(-41), np.exp(-41) - np.exp(-40), 0.462117, -0.462117]
    found = Explained(network, output="probability").differences(logits, others)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("times", "expected"),
    # One position, letter A, against C and a quarter of each. The multipliers' means are 3, 4, 5, 6; those times the
    # references are (0, 2, 0, 0), summed 2, and (5, 6, 7, 8) / 4, summed 6.5.
    [
        ("input", [3, 4, 5, 6]),
        ("difference", [3 - 4.25, 4 - 4.25, 5 - 4.25, 6 - 4.25]),
        ("letter", [3 - 0.625, 4 - 1.75, 5 - 0.875, 6 - 1]),
    ],
)
def test_average_over_references(times, expected):
    multipliers = np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]], float)[..., None]
    references = np.array([[[0, 1, 0, 0], [0.25] * 4]])[..., None]
    assert average(multipliers, references, times)[0, :, 0].tolist() == expected
    assert multipliers[0, 0, :, 0].tolist() == [1, 2, 3, 4]


def test_sums_for_each_reference():
    multipliers = np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]], float)[..., None]
    sequence = np.array([[1, 0, 0, 0]], float)[..., None]
    references = np.array([[[0, 1, 0, 0], [0.25] * 4]])[..., None]
    # 1 - 2, and 5 - 6.5.
    assert sum_up(multipliers, sequence, references).tolist() == [[-1, -1.5]]


class Of(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.forward = function


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (nn.GELU(), True),
        (nn.ReLU(inplace=True), True),
        (Of(torch.log), True),  # NaN below zero
        (nn.Softmax(1), False),
        (Of(lambda maps: maps.roll(1, 2)), False),
        (Of(lambda maps: maps - maps.mean(0)), False),
        (Of(lambda maps: maps[:, :1]), False),
        (Of(lambda maps: (maps,)), False),
    ],
)
def test_what_is_elementwise(module, expected):
    maps = torch.linspace(-1, 1, 60).reshape(3, 4, 5)
    before, state = maps.clone(), torch.get_rng_state()
    assert is_elementwise(module, maps) is expected
    # Neither the maps nor the draws of others are touched.
    assert torch.equal(maps, before)
    assert torch.equal(torch.get_rng_state(), state)
