"""Declared networks: sizes of the papers, receptive fields, activations worked out by hand."""

import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.networks.fast_layers import one_hot_maps
from motifcnn.networks.model_file import count_parameters
from motifcnn.networks.network import Network
from toys.networks import NORM, build, conv, dense, random_codes, residual_conv, shipped

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
    assert count_parameters(build(shipped()[name], length=length)) == parameters


# Sums over the layers, worked out by hand: filters × size × channels, two per filter or unit of each batch norm,
# inputs × units of a dense layer, and targets × (units + 1).
@pytest.mark.parametrize(
    ("name", "length", "targets", "parameters"),
    [
        ("cnn-2-32filters", 200, 12, 2432 + 64 + 19_840 + 248 + 248 * 512 + 1024 + 513 * 12),
        ("cnn-50-32filters", 200, 12, 2432 + 64 + 19_840 + 248 + 248 * 512 + 1024 + 513 * 12),
        # 1,000 positions leave 10 after both pools.
        ("cnn-2-64filters", 1000, 12, 4864 + 128 + 79_360 + 496 + 2480 * 1024 + 2048 + 1025 * 12),
        # Positions: 200 / 4 = 50, less 6 = 44, / 4 = 11, less 2 = 9, / 3 = 3.
        (
            "cnn-deep-32filters", 200, 12,
            2432 + 64 + 10_752 + 96 + 32_256 + 192 + 36_864 + 256 + 384 * 512 + 1024 + 513 * 12,
        ),
        # 250, 244, 61, 59, and 19 whole pools of 3.
        (
            "cnn-deep-64filters", 1000, 12,
            4864 + 128 + 43_008 + 192 + 129_024 + 384 + 147_456 + 512 + 4864 * 1024 + 2048 + 1025 * 12,
        ),
        # Neither scales and shifts nor a bias in the first layer.
        (
            "cnn-deep-32filters-nobn", 200, 12,
            2432 + 10_752 + 96 + 32_256 + 192 + 36_864 + 256 + 384 * 512 + 1024 + 513 * 12,
        ),
        ("cnn-local", 200, 1, 1824 + 48 + 3456 + 96 + 96 * 96 + 192 + 97),
        ("cnn-dist", 200, 1, 1824 + 48 + 5376 + 64 + 10_752 + 96 + 9216 + 128 + 192 * 96 + 192 + 97),
        # 200, 190, 47 whole pools of 4, 41, 10.
        (
            "basset", 600, 164,
            22_800 + 600 + 660_000 + 400 + 280_000 + 400 + 2000 * 1000 + 2000 + 1_000_000 + 2000 + 1001 * 164,
        ),
        # The block: twice 24 * 5 * 24 and a batch norm. 40 positions, 8, less 2 = 6, 1.
        (
            "residualbind", 400, 1,
            1824 + 48 + 2 * (2880 + 48) + 8064 + 96 + 9216 + 128 + 64 * 96 + 192 + 97,
        ),
    ],
)  # fmt: skip
def test_parameter_counts_of_other_lengths_and_targets(name, length, targets, parameters):
    assert count_parameters(build(shipped()[name], length=length, targets=targets)) == parameters


@pytest.mark.parametrize(("activation", "logits"), [("relu", [1400.5, 102.5]), ("linear", [-0.5, -0.5])])
def test_logits_by_hand(activation, logits):
    first = conv(2, 1, norm=None, activation="linear", pool=2)
    network = build({"layers": [first, dense(2, norm=None, activation="studied")]}, activation, 4, 1).eval()
    with torch.no_grad():
        network.convolutions[0].weight[:] = torch.tensor([[1.0, 2, 3, 4], [-1, 0, 1, 0]]).view(2, 4, 1)
        network.dense[0].weight[:] = torch.tensor([[1.0, 10, 100, 1000], [-1, -10, -100, -1000]])
        network.dense[0].bias[:] = torch.tensor([-2.0, 1])
        network.output.weight.fill_(1)
        network.output.bias.fill_(0.5)
    codes = torch.tensor([[0, 1, 2, 3], [3, 3, 0, 4]], dtype=torch.uint8)
    # For ACGT the filters give 1 2 3 4 and -1 0 1 0, after pooling 2 4 and 0 1, position by position 2 0 4 1: the
    # units are 1402 - 2 and -1402 + 1. For TTAN they give 4 4 1 0 and 0 0 -1 0, in the end 4 0 1 0: 104 - 2, -104 + 1.
    assert network(codes).flatten().tolist() == logits
    assert network.after_first(network.first_maps(codes)).flatten().tolist() == logits


@pytest.mark.parametrize(("activation", "positions"), [("relu", 5), ("silu", 20)])
def test_an_activation_that_never_decreases_is_computed_after_pooling(activation, positions):
    network = build({"layers": [conv(activation="studied", pool=4)]}, activation, 20, 1)
    seen = []
    network.convolutions[0].activation.register_forward_hook(lambda _, __, maps: seen.append(maps.shape[-1]))
    network(random_codes(3, 20))
    assert seen == [positions]


@pytest.mark.parametrize("activation", ["relu", "studied"])
def test_a_residual_block_by_hand(activation):
    block = {
        "type": "residual",
        "convolutions": [residual_conv(1, norm=None), residual_conv(1, norm=None, activation="linear")],
        "activation": activation,
        "pool": 2,
        "dropout": 0.0,
    }
    network = build({"layers": [conv(1, 1, activation="linear", norm=None), block]}, "relu", 4, 1).eval()
    first, second = network.convolutions
    with torch.no_grad():
        first.weight[:] = torch.tensor([1.0, 2, -3, 4]).view(1, 4, 1)
        second.path[0].weight.fill_(2)
        second.path[0].bias.fill_(1)
        second.path[1].weight.fill_(-1)
    codes = torch.tensor([[0, 1, 2, 3]], dtype=torch.uint8)
    # x = 1, 2, -3, 4; relu(2 x + 1) = 3, 5, 0, 9; x minus that = -2, -3, -3, -5, and 2 with another bias.
    assert network.activation_maps(codes, 2).flatten().tolist() == [0, 0, 0, 0]
    with torch.no_grad():
        second.path[1].bias.fill_(4)
    assert network.activation_maps(codes, 2).flatten().tolist() == [2, 1, 1, 0]
    assert second(first(one_hot_maps(codes))).flatten().tolist() == [2, 1]


def test_an_activation_before_the_norm():
    block = {
        "type": "residual",
        "convolutions": [residual_conv(1, activation_before_norm="relu", activation="linear")],
        "activation": "linear",
        "pool": None,
        "dropout": 0.0,
    }
    network = build({"layers": [conv(1, 1, activation="studied", norm=None), block]}, "linear", 4, 1).eval()
    first, second = network.convolutions
    with torch.no_grad():
        first.weight[:] = torch.tensor([1.0, 2, -3, 4]).view(1, 4, 1)
        second.path[0].weight.fill_(1)
        second.path[0].norm.bias.fill_(-2)
    codes = torch.tensor([[0, 1, 2, 3]], dtype=torch.uint8)
    # relu(x) = 1, 2, 0, 4, of which the norm takes 2; and x itself.
    assert network.activation_maps(codes, 2).flatten().tolist() == [0, 2, -5, 6]


def test_an_activation_before_the_norm_is_applied_before_pooling_too():
    layers = [conv(1, 1, activation="linear", norm="batch", activation_before_norm="relu", pool=2)]
    network = build({"layers": layers}, "linear", 4, 1).eval()
    (layer,) = network.convolutions
    with torch.no_grad():
        layer.weight[:] = torch.tensor([-1.0, -2, -3, 4]).view(1, 4, 1)
        layer.norm.bias.fill_(-2)
    codes = torch.tensor([[0, 1, 2, 3]], dtype=torch.uint8)
    # relu(x) = 0, 0, 0, 4, of which the norm takes 2.
    assert layer(one_hot_maps(codes)).flatten().tolist() == [-2, 2]


@pytest.mark.parametrize("kind", [tuple, list])
def test_the_order_may_come_from_json(kind):
    declared = {"layers": [conv(pool=4), conv(pool=4)]}
    for order, first in ((("pool", "dropout"), True), (("dropout", "pool"), False)):
        network = Network(declared, "relu", 40, 1, NORM, kind(order))
        assert [layer.pool_first for layer in network.convolutions] == [first, first]


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
    assert network.receptive_fields().centres() == range(6)
    # Same padding lets a letter stand in the padding, where it counts nothing.
    assert network.maximum_activation().tolist() == [3]
    with torch.no_grad():
        network.convolutions[0].bias.fill_(5)
    assert network.activation_maps(codes)[0, :, 0].tolist() == [5, 8, 4, 6, 5, 5]
    assert network.maximum_activation().tolist() == [8]


def test_maximum_activation_of_a_filter_with_a_negative_scale():
    network = build({"layers": [conv(1, 3, padding="valid", activation="studied")]}, "linear", 6, 1).eval()
    with torch.no_grad():
        # Between 3 * -1 and 3 * 2, and so after the norm between (-3 - 1) * -2 + 0.5 and (6 - 1) * -2 + 0.5,
        # with a scale of -4 / sqrt(3.5 + 0.5).
        network.convolutions[0].weight[:] = torch.tensor([-1.0, 0, 1, 2]).view(1, 4, 1)
        network.convolutions[0].norm.weight.fill_(-4)
        network.convolutions[0].norm.bias.fill_(0.5)
        network.convolutions[0].norm.running_mean.fill_(1)
        network.convolutions[0].norm.running_var.fill_(3.5)
    network.convolutions[0].norm.eps = 0.5
    assert network.maximum_activation().tolist() == [8.5]


def test_maximum_activation_needs_a_monotone_activation():
    network = build({"layers": [conv(activation="studied")]}, "relu", 20)
    network.convolutions[0].activation = torch.nn.SiLU()
    with pytest.raises(UserError, match="needs an activation that never decreases, and SiLU is not declared"):
        network.maximum_activation()


RESIDUAL = {
    "type": "residual",
    "convolutions": [residual_conv(3), residual_conv(2, activation="linear")],
    "activation": "relu",
    "pool": None,
    "dropout": 0.0,
}


@pytest.mark.parametrize(
    "second", [conv(4, 3, padding="valid"), RESIDUAL], ids=["convolution", "residual block"]
)
def test_receptive_field_is_where_letters_matter(second):
    declaration = {"layers": [conv(4, 5, padding="valid", pool=4), second]}
    network = build(declaration, length=44).eval()
    fields, codes = network.receptive_fields(2), random_codes(1, 44) % 4
    before = network.activation_maps(codes, 2)[0, 3]
    changed = set()
    for position in range(44):
        other = codes.clone()
        for letter in range(4):
            other[0, position] = letter
            if not torch.equal(network.activation_maps(other, 2)[0, 3], before):
                changed.add(position)
    left = fields.start + 3 * fields.step
    assert changed <= set(range(left, left + fields.width))
    assert {left, left + fields.width - 1} & changed or len(changed) > fields.width // 2


def test_even_filters_pad_like_tensorflow():
    # SAME with size 4: one to the left, two to the right.
    network = build({"layers": [conv(1, 4, norm=None, activation="linear")]}, length=5, targets=1).eval()
    with torch.no_grad():
        network.convolutions[0].weight.zero_()
        network.convolutions[0].weight[0, 0, 0] = 1
    codes = torch.tensor([[0, 3, 3, 3, 3]], dtype=torch.uint8)
    assert network.activation_maps(codes)[0, :, 0].tolist() == [0, 1, 0, 0, 0]
