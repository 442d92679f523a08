"""Declared networks: exactly the textbook's function and gradient, the papers' sizes, clear errors."""

import numpy as np
import pytest
import torch
import yaml
from motifcnn.core.errors import UserError
from motifcnn.networks.initialisation import initialise
from motifcnn.networks.network import Network, check_layers, one_hot_maps
from motifcnn.networks.saved import count_parameters
from repository import RESOURCES
from textbook import copy_weights, textbook_network

NORM = {"eps": 1e-8, "momentum": 0.99}
DECLARED = yaml.safe_load((RESOURCES / "architectures.yaml").read_text())


def conv(filters=6, size=5, **more):
    return {"type": "conv", "filters": filters, "size": size, **more}


def build(declaration, activation="exponential", length=200, targets=12, order=("pool", "dropout"), seed=1):
    network = Network(declaration, activation, length, targets, NORM, order)
    initialise(network, "glorot_uniform", 0.05, seed)
    return network


def random_codes(n, length, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 5, (n, length), np.uint8))


def without_dropout(declaration):
    return {"layers": [{**layer, "dropout": 0.0} for layer in declaration["layers"]]}


POOL_FAMILY = ("cnn-1", "cnn-2", "cnn-4", "cnn-10", "cnn-25", "cnn-50", "cnn-100")


# Koo & Eddy 2019's networks with two pools have 160,048 parameters at 200 nt and 684,336 at 1,000 nt, as their
# performance tables print; CNN-deep's count is the sum over its layers, worked out by hand:
# 30*19*4 + 2*30 + 64*9*30 + 2*64 + 96*6*64 + 2*96 + 128*4*96 + 2*128 + 512*4*128 + 2*512 + 512*12 + 12.
@pytest.mark.parametrize(
    ("name", "length", "parameters"),
    [
        *((name, 200, 160_048) for name in POOL_FAMILY),
        *((name, 1000, 684_336) for name in POOL_FAMILY),
        ("cnn9-4", 200, 158_848),
        ("cnn9-25", 1000, 683_136),
        ("cnn3-2", 200, 158_128),
        ("cnn3-50", 200, 158_128),
        ("cnn-50-2", 200, 25_712),
        ("cnn-50-2", 1000, 74_864),
        ("cnn-50-2-text", 200, 160_048),
        # Second filters of 1 in place of 5: 4 * 30 * 128 fewer.
        ("cnn19-1-2", 200, 144_688),
        # Each filter more: 19 * 4 weights, a scale and a shift, and 5 * 128 weights behind it.
        ("cnn-25-60filters", 200, 160_048 + 30 * 718),
        ("cnn-25-90filters", 200, 160_048 + 60 * 718),
        ("cnn-25-120filters", 200, 160_048 + 90 * 718),
        # One more layer of 128 filters of 5 over 128.
        ("cnn-1-1-100", 200, 160_048 + 128 * 5 * 128 + 2 * 128),
        ("cnn-deep", 200, 375_536),
    ],
)
def test_parameter_counts(name, length, parameters):
    assert count_parameters(build(DECLARED[name], length=length)) == parameters


@pytest.mark.parametrize("order", [("pool", "dropout"), ("dropout", "pool")])
@pytest.mark.parametrize("activation", ["relu", "exponential"])
@pytest.mark.parametrize(
    "declaration",
    [
        DECLARED["cnn-2"],
        DECLARED["cnn-50"],
        DECLARED["cnn-deep"],
        DECLARED["cnn-50-2"],
        DECLARED["cnn-1-1-100"],
        # Overlapping pools, a pool that needs padding on both sides, even filters, a second dense layer.
        {
            "layers": [
                conv(7, 8, activation="studied", pool={"size": 9, "stride": 4}),
                conv(5, 4, padding="valid", pool={"size": 7, "stride": 3}),
                {"type": "dense", "units": 9},
                {"type": "dense", "units": 8},
            ]
        },
    ],
    ids=["cnn-2", "cnn-50", "cnn-deep", "cnn-50-2", "cnn-1-1-100", "odd"],
)
def test_is_the_textbook_network(declaration, activation, order):
    declaration = without_dropout(declaration)
    ours = build(declaration, activation, order=order)
    theirs = textbook_network(declaration, activation, 200, 12, NORM, order)
    with torch.no_grad():
        # Scales of either sign, and running statistics that are not the defaults.
        for number, layer in enumerate([*ours.convolutions, *ours.dense]):
            generator = torch.Generator().manual_seed(number)
            layer.norm.weight.copy_(torch.randn(layer.norm.weight.shape, generator=generator))
            layer.norm.bias.copy_(torch.randn(layer.norm.bias.shape, generator=generator) * 0.3)
            layer.norm.running_mean.normal_(generator=generator)
            layer.norm.running_var.uniform_(0.5, 2.0, generator=generator)
    copy_weights(ours, theirs)
    codes = random_codes(16, 200)
    one_hot = one_hot_maps(codes).squeeze(2)
    label = (torch.rand(16, 12, generator=torch.Generator().manual_seed(5)) < 0.2).float()

    def step(network, x):
        network.zero_grad()
        logits = network(x)
        torch.nn.functional.binary_cross_entropy_with_logits(logits, label).backward()
        return logits

    torch.testing.assert_close(ours.eval()(codes), theirs.eval()(one_hot), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(step(ours.train(), codes), step(theirs.train(), one_hot), rtol=1e-5, atol=1e-5)
    layers = [*ours.convolutions, *ours.dense, ours.output]
    weights = [m for m in theirs if isinstance(m, torch.nn.Conv1d | torch.nn.Linear)]
    norms = [m for m in theirs if isinstance(m, torch.nn.BatchNorm1d)]

    def same_gradient(ours, theirs):
        # Sums of thousands of float32 products, whose order depends on the number of threads.
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=5e-6)

    for layer, weight in zip(layers, weights, strict=True):
        same_gradient(layer.weight.grad, weight.weight.grad)
    same_gradient(ours.output.bias.grad, weights[-1].bias.grad)
    for layer, norm in zip(layers[:-1], norms, strict=True):
        same_gradient(layer.norm.weight.grad, norm.weight.grad)
        same_gradient(layer.norm.bias.grad, norm.bias.grad)
        torch.testing.assert_close(layer.norm.running_mean, norm.running_mean, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(layer.norm.running_var, norm.running_var, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(ours.eval()(codes), theirs.eval()(one_hot), rtol=1e-5, atol=1e-5)


def test_one_hot_order_and_n():
    maps = one_hot_maps(torch.tensor([[0, 1, 2, 3, 4]], dtype=torch.uint8))
    assert maps.shape == (1, 4, 1, 5)
    assert maps.squeeze().tolist() == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]]


def test_activation_maps_of_a_hand_made_filter():
    declaration = {"layers": [conv(1, 3, activation="studied", norm=None), conv(1, 1)]}
    network = build(declaration, "relu", length=6, targets=1).eval()
    with torch.no_grad():
        # Scores GAT: +1 for each letter that fits, and -1 for the first if it is an A.
        network.convolutions[0].weight.zero_()
        network.convolutions[0].weight[0, 2, 0] = 1
        network.convolutions[0].weight[0, 0, 0] = -1
        network.convolutions[0].weight[0, 0, 1] = 1
        network.convolutions[0].weight[0, 3, 2] = 1
    codes = torch.tensor([[2, 0, 3, 0, 4, 3]], dtype=torch.uint8)  # G A T A N T
    # Centred at 0: (pad)GA -> 0; 1: GAT -> 3; 2: ATA -> -1 -> 0; 3: TAN -> 1; 4: ANT -> -1 + 1 -> 0;
    # 5: NT(pad) -> 0
    assert network.activation_maps(codes)[0, :, 0].tolist() == [0, 3, 0, 1, 0, 0]
    assert network.geometry().centres() == range(6)
    # Same padding lets a letter stand in the padding, where it counts nothing.
    assert network.maximum_activation().tolist() == [3]
    with torch.no_grad():
        network.convolutions[0].bias.fill_(5)
    assert network.activation_maps(codes)[0, :, 0].tolist() == [5, 8, 4, 6, 5, 5]
    assert network.maximum_activation().tolist() == [8]


def test_receptive_field_is_where_letters_matter():
    declaration = {"layers": [conv(4, 5, padding="valid", pool=4), conv(4, 3, padding="valid")]}
    network = build(declaration, length=44).eval()
    geometry, codes = network.geometry(2), random_codes(1, 44) % 4
    before = network.activation_maps(codes, 2)[0, 3]
    changed = set()
    for position in range(44):
        other = codes.clone()
        for letter in range(4):
            other[0, position] = letter
            if not torch.equal(network.activation_maps(other, 2)[0, 3], before):
                changed.add(position)
    left = geometry.start + 3 * geometry.step
    assert changed <= set(range(left, left + geometry.width))
    assert {left, left + geometry.width - 1} & changed or len(changed) > geometry.width // 2


def test_even_filters_pad_like_tensorflow():
    # SAME with size 4: one to the left, two to the right.
    network = build({"layers": [conv(1, 4, norm=None, activation="linear")]}, length=5, targets=1).eval()
    with torch.no_grad():
        network.convolutions[0].weight.zero_()
        network.convolutions[0].weight[0, 0, 0] = 1
    codes = torch.tensor([[0, 3, 3, 3, 3]], dtype=torch.uint8)
    assert network.activation_maps(codes)[0, :, 0].tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "at least one convolution"),
        ([{"type": "dense", "units": 3}], "at least one convolution"),
        ([{"type": "lstm"}], "use 'conv' or 'dense'"),
        ([conv(dropuot=0.1)], "did you mean 'dropout'"),
        ([{"type": "conv", "filters": 3}], "lacks 'size'"),
        ([conv(), {"type": "dense", "units": 3}, conv()], "put convolutions first"),
    ],
)
def test_bad_declarations(layers, message):
    with pytest.raises(UserError, match=message):
        check_layers({"layers": layers})


def test_too_short_a_sequence():
    with pytest.raises(UserError, match="layer 4 has filters of 4, but only"):
        build(DECLARED["cnn-deep"], length=40)


def test_unknown_activation_names_the_nearest():
    with pytest.raises(UserError, match="did you mean 'exponential'"):
        build({"layers": [conv(activation="studied")]}, "exponentail")
