"""Starting weights have the spread that their scheme names."""

import math

import pytest
import torch
from motifcnn.networks.initialisation import SCHEMES, initialise
from motifcnn.networks.network import Network
from toys.networks import NORM, conv

DECLARED = {"layers": [conv(300, 19), conv(50, 5)]}


def make(scheme, seed=1, output_bias=0.05, targets=3, declared=DECLARED, first=None):
    network = Network(declared, "relu", 60, targets, NORM)
    initialise(network, scheme, output_bias, seed, first)
    return network


# Fans of the second layer: in 300 * 5, out 50 * 5.
SD = {"glorot": math.sqrt(2 / (1500 + 250)), "he": math.sqrt(2 / 1500), "lecun": math.sqrt(1 / 1500)}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_spread(scheme):
    weight = make(scheme).convolutions[1].weight
    family, _, distribution = scheme.partition("_")
    assert weight.std().item() == pytest.approx(SD[family], rel=0.02)
    assert weight.mean().item() == pytest.approx(0, abs=4 * SD[family] / math.sqrt(weight.numel()))
    if distribution == "uniform":
        assert weight.abs().max().item() <= SD[family] * math.sqrt(3)
        assert weight.abs().max().item() == pytest.approx(SD[family] * math.sqrt(3), rel=1e-3)
    if distribution == "truncated_normal":
        # Cut at twice the sd that the normal distribution has before it is cut, 1 / 0.8796 times that after it.
        limit = 2 * SD[family] / 0.87962566
        assert weight.abs().max().item() <= limit
        assert weight.abs().max().item() == pytest.approx(limit, rel=0.01)


def test_normal_with_a_given_sd():
    weight = make({"normal": 0.3}).convolutions[0].weight
    assert weight.std().item() == pytest.approx(0.3, rel=0.02)
    assert weight.mean().item() == pytest.approx(0, abs=4 * 0.3 / math.sqrt(weight.numel()))


def test_biases_and_norms_are_left_alone():
    network = make("glorot_uniform")
    assert network.output.bias.tolist() == pytest.approx([0.05] * 3)
    assert torch.equal(network.convolutions[0].norm.weight, torch.ones(300))


# √(6 / (2 √T)): of 9 targets √(6 / 6), of 144 √(6 / 24).
@pytest.mark.parametrize(("targets", "limit"), [(9, 1), (12, 0.930605), (144, 0.5)])
def test_glorot_for_the_output_bias(targets, limit):
    fixed, drawn = (make("glorot_uniform", 1, bias, targets) for bias in (0.05, "glorot"))
    # All else is drawn before it, and stays as it was.
    for name, weights in fixed.named_parameters():
        assert torch.equal(weights, dict(drawn.named_parameters())[name]) == (name != "output.bias")
    many = torch.stack([make("glorot_uniform", seed, "glorot", targets).output.bias for seed in range(30)])
    assert 0.97 * limit < many.abs().max().item() <= limit
    # A uniform distribution has the sd limit / √3; 270 draws know it to about 4%.
    assert many.std().item() == pytest.approx(limit / math.sqrt(3), rel=0.15)


def test_the_first_layer_alone():
    network = make("glorot_uniform", first={"normal": 2})
    first, second = (layer.weight for layer in network.convolutions)
    assert first.std().item() == pytest.approx(2, rel=0.02)
    assert second.std().item() == pytest.approx(SD["glorot"], rel=0.02)


def test_a_layer_may_declare_its_own():
    declared = {
        "layers": [conv(300, 19, initialisation={"normal": 1}), conv(50, 5, initialisation="he_uniform")]
    }
    first, second = (layer.weight for layer in make("glorot_uniform", declared=declared).convolutions)
    assert first.std().item() == pytest.approx(1, rel=0.02)
    assert second.std().item() == pytest.approx(SD["he"], rel=0.02)
    # The protocol's word on the first layer, for example that of a setting, counts more.
    network = make("glorot_uniform", declared=declared, first={"normal": 2})
    assert network.convolutions[0].weight.std().item() == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("scheme", [*SCHEMES, {"normal": 0.3}], ids=str)
def test_seeds(scheme):
    first, again, other = (make(scheme, seed).convolutions[0].weight for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
