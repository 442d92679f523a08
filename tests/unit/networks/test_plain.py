"""The plain network computes the logits and gradients of the fast one, in standard modules."""

import copy
import itertools
from pathlib import Path

import pytest
import torch
from motifcnn.experiment.activation_combinations import with_combination
from motifcnn.networks.fast_layers import one_hot_maps
from motifcnn.networks.plain import plain_network
from torch import nn
from torch.nn import functional
from toys.networks import (
    build,
    conv,
    dense,
    random_codes,
    residual_conv,
    shipped,
    shipped_activations,
    with_random_norms,
)

ODD = {
    # Overlapping pools, padding on one side and on both, even filters, two dense layers, a layer
    # without batch norm.
    "layers": [
        conv(7, 8, activation="studied", pool={"size": 9, "stride": 4}, dropout=0.1),
        conv(5, 4, padding="valid", pool={"size": 7, "stride": 3}),
        conv(5, 2, pool={"size": 2, "stride": 1}),
        conv(4, 3, norm=None, pool={"size": 3, "stride": 2, "padding": "valid"}),
        dense(9),
        dense(8, norm=None),
    ]
}


RESIDUAL = {
    # Two blocks, the second with an odd mixture of keys and the last map layer of the network.
    "layers": [
        conv(6, 7, activation="studied", pool=2, dropout=0.1),
        {
            "type": "residual",
            "convolutions": [
                residual_conv(5, activation_before_norm="relu"),
                residual_conv(4, activation_before_norm="exponential", activation="linear", dropout=0.2),
            ],
            "activation": "relu",
            "pool": {"size": 10, "padding": "valid"},
            "dropout": 0.3,
        },
        {
            "type": "residual",
            "convolutions": [residual_conv(3, norm=None, activation="studied"), residual_conv(2)],
            "activation": "linear",
            "pool": None,
            "dropout": 0.0,
        },
        dense(9),
    ]
}


def gradients(network, to_logits, one_hot, direction):
    """Return logits and their gradients along a direction: of the input, and of each parameter by name."""
    network.zero_grad()
    one_hot = one_hot.detach().requires_grad_()
    logits = to_logits(one_hot)
    (logits * direction).sum().backward()
    return logits, one_hot.grad, {name: p.grad for name, p in network.named_parameters()}


def assert_same_gradients(fast, codes):
    """Compare both networks in float64, in which no rounding decides which side of zero a value is on."""
    fast.double()
    fast.precision = torch.float64
    plain = plain_network(fast)
    one_hot = one_hot_maps(codes, torch.float64)
    direction = torch.randn(len(codes), 12, generator=torch.Generator().manual_seed(9), dtype=torch.float64)

    def from_one_hot(maps):
        return fast.after_first(fast.convolutions[0](maps))

    logits, of_input, of_weights = gradients(fast, from_one_hot, one_hot, direction)
    expected = gradients(plain, plain, one_hot.squeeze(2).contiguous(), direction)
    # The same re-ordering that makes plain weights of the fast ones makes plain gradients of theirs.
    carrier = copy.deepcopy(fast)
    for name, parameter in carrier.named_parameters():
        parameter.data = of_weights[name]
    found = (logits, of_input.squeeze(2), dict(plain_network(carrier).named_parameters()))
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)
    for name, gradient in expected[2].items():
        assert gradient.abs().max() > 0, name
    return plain


NETWORKS, ACTIVATIONS = list(shipped()), list(shipped_activations())
# Every network and every activation at least once; then every network with one of each kind: an activation that
# pooling may precede, one that it may not, and one with a parameter of its own.
ONCE = [
    (NETWORKS[number % len(NETWORKS)], ACTIVATIONS[number % len(ACTIVATIONS)])
    for number in range(max(len(NETWORKS), len(ACTIVATIONS)))
]
KINDS = itertools.product(NETWORKS, ("relu", "silu", "learnable_exponential"))
REST = [case for case in KINDS if case not in ONCE]


@pytest.mark.parametrize(
    ("name", "activation"), [*ONCE, *(pytest.param(*case, marks=pytest.mark.slow) for case in REST)]
)
def test_all_shipped_networks(name, activation):
    length = 400 if name == "residualbind" else 200
    network = with_random_norms(build(shipped()[name], shipped_activations()[activation], length)).eval()
    codes = random_codes(2, length)
    logits = plain_network(network)(one_hot_maps(codes).squeeze(2))
    torch.testing.assert_close(logits, network(codes), rtol=1e-4, atol=1e-4)
    assert_same_gradients(network, codes)


ORDERS = ("pool", "dropout"), ("dropout", "pool")
# Any two choices meet in one of the cases that are not slow.
PAIRS = [
    ("cnn-2", "eval", 1, "relu", 0), ("cnn-2", "train", 16, "exponential", 1),
    ("cnn-50", "eval", 16, "exponential", 0), ("cnn-50", "train", 1, "relu", 1),
    ("cnn-deep", "eval", 1, "exponential", 1), ("cnn-deep", "train", 16, "relu", 0),
    ("cnn-50-2", "eval", 16, "relu", 1), ("cnn-50-2", "train", 1, "exponential", 0),
    ("cnn-1-1-100", "eval", 16, "relu", 0), ("cnn-1-1-100", "train", 1, "exponential", 1),
    ("odd", "eval", 16, "exponential", 1), ("odd", "train", 1, "relu", 0), ("odd", "train", 16, "relu", 1),
    ("residual", "eval", 16, "relu", 0), ("residual", "train", 16, "exponential", 1),
    ("residual", "train", 1, "relu", 1),
]  # fmt: skip
CHOICES = [sorted(set(choices)) for choices in zip(*PAIRS, strict=True)]
OTHERS = [case for case in itertools.product(*CHOICES) if case not in PAIRS]


@pytest.mark.parametrize(
    ("name", "mode", "batch", "activation", "order"),
    [*PAIRS, *(pytest.param(*case, marks=pytest.mark.slow) for case in OTHERS)],
)
def test_gradients(name, mode, batch, activation, order):
    declaration = {**shipped(), "odd": ODD, "residual": RESIDUAL}[name]
    if mode == "train":
        # Both networks draw their own dropout; and a batch of one has no variance over its units.
        norms = {"dense": None} if batch == 1 else {}
        layers = [
            {**layer, "dropout": 0.0}
            | ({"norm": norms.get(layer["type"], layer["norm"])} if "norm" in layer else {})
            | {"convolutions": [{**inner, "dropout": 0.0} for inner in layer.get("convolutions", ())]}
            for layer in declaration["layers"]
        ]
        declaration = {"layers": layers}
    network = with_random_norms(build(declaration, activation, order=ORDERS[order])).train(mode == "train")
    plain = assert_same_gradients(network, random_codes(batch, 200, seed=3))
    if mode == "train":
        found, expected = (
            {name: x for name, x in each.named_buffers() if "running" in name}
            for each in (plain_network(network), plain)
        )
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


def test_other_activations_in_deeper_and_dense_layers():
    """Pooling may come before softplus, but not before SiLU."""
    parts = {"first": "relu", "deeper": "softplus", "dense": "silu"}
    declared = with_combination(shipped()["cnn-deep"], parts)
    plain = assert_same_gradients(with_random_norms(build(declared, "relu")).eval(), random_codes(2, 200))
    kinds = [type(module).__name__ for name, module in plain.named_children() if "activation" in name]
    assert kinds == ["ReLU", "Softplus", "Softplus", "Softplus", "SiLU"]
    deeper = with_combination(shipped()["cnn-deep"], {"first": "relu", "deeper": "silu"})
    assert_same_gradients(with_random_norms(build(deeper, "relu")).eval(), random_codes(2, 200))


@pytest.mark.parametrize(
    ("order", "first_block"),
    [
        (("pool", "dropout"), ["conv1", "norm1", "activation1", "pool1", "dropout1"]),
        (("dropout", "pool"), ["conv1", "norm1", "activation1", "dropout1", "pool1"]),
    ],
)
def test_modules_are_those_of_the_paper(order, first_block):
    plain = plain_network(build(shipped()["cnn-2"], order=order))
    names = [name for name, _ in plain.named_children()]
    assert names[:5] == first_block
    assert names[10:] == ["flatten", "linear3", "norm3", "activation3", "dropout3", "output"]
    assert repr(plain.conv1) == "Conv1d(4, 30, kernel_size=(19,), stride=(1,), padding=(9,), bias=False)"
    assert repr(plain.norm1) == repr(nn.BatchNorm1d(30, eps=1e-8, momentum=1 - 0.99))
    assert plain.activation1.name == "exponential"
    assert (plain.pool1.kernel_size, plain.pool2.kernel_size) == (2, 50)
    assert repr(plain.dropout3) == "Dropout(p=0.5, inplace=False)"
    assert repr(plain.activation3) == "ReLU()"
    assert repr(plain.linear3) == "Linear(in_features=256, out_features=512, bias=False)"
    # Hooks see one place at a time.
    assert len(set(map(id, plain.modules()))) == len(names) + 1


def test_modules_of_a_residual_block():
    plain = plain_network(build(shipped()["residualbind"], length=400, targets=1, order=("dropout", "pool")))
    names = [name for name, _ in plain.named_children()]
    assert names[:7] == ["conv1", "norm1", "activation1", "dropout1", "residual2", "activation2", "pool2"]
    assert [name for name, _ in plain.residual2.path.named_children()] == [
        "conv1", "activation_before_norm1", "norm1", "activation1",
        "conv2", "activation_before_norm2", "norm2", "activation2",
    ]  # fmt: skip
    assert repr(plain.residual2.path.activation_before_norm2) == "ReLU()"
    assert repr(plain.residual2.path.activation2) == "Identity()"


def test_a_network_written_by_hand():
    """The plain network against the layers' formulas, without any of our modules."""
    declared = {"layers": [conv(5, 4, activation="studied", pool=3), dense(7)]}
    network = with_random_norms(build(declared, length=20, targets=2)).eval()
    first, second = network.convolutions[0], network.dense[0]
    codes = random_codes(6, 20)
    x = functional.one_hot(codes.long(), 5)[..., :4].float().transpose(1, 2)
    plain = plain_network(network)

    def norm(maps, layer):
        column = (1, -1) + (1,) * (maps.dim() - 2)
        mean, variance = layer.norm.running_mean.view(column), layer.norm.running_var.view(column)
        scale, shift = layer.norm.weight.view(column), layer.norm.bias.view(column)
        return (maps - mean) / torch.sqrt(variance + 1e-8) * scale + shift

    # Filters of 4: one position of padding on the left, two on the right. 20 positions make 7 pools of
    # 3 with one position of padding on the right.
    maps = norm(functional.conv1d(functional.pad(x, (1, 2)), first.weight), first).exp()
    pooled = functional.pad(maps, (0, 1), value=-torch.inf).unfold(2, 3, 3).amax(3)
    hidden = norm(pooled.transpose(1, 2).flatten(1) @ second.weight.T, second).clamp_min(0)
    logits = hidden @ network.output.weight.T + network.output.bias
    torch.testing.assert_close(plain(x), logits, rtol=1e-5, atol=1e-5)


def test_it_is_a_copy_that_draws_nothing():
    network = build({"layers": [conv(activation="studied", pool=4)]}, length=20)
    state = torch.random.get_rng_state()
    plain = plain_network(network)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert plain.training
    before = network(random_codes(4, 20)).detach()
    with torch.no_grad():
        for parameter in plain.parameters():
            parameter.zero_()
    torch.testing.assert_close(network(random_codes(4, 20)), before)


def test_the_studied_activation_keeps_its_own_parameters():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.tensor(3.0))

        def forward(self, x):
            return self.scale * x

    network = build({"layers": [conv(activation="studied")]}, length=20, targets=12)
    network.convolutions[0].activation = Scaled()
    plain = assert_same_gradients(network.eval(), random_codes(2, 20))
    assert plain.activation1.scale.item() == 3
    assert plain.activation1 is not network.convolutions[0].activation


class Misnamed(nn.Module):
    """A user's own activation whose name is that of another."""

    name = "relu"

    def forward(self, x):
        return x.square()


def test_own_activations_are_kept_whatever_they_are_called(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    network = build(
        {"layers": [conv(3, 5, activation="studied")]}, "test_plain:Misnamed", length=20, targets=2
    )
    assert type(plain_network(network).activation1).__name__ == "Misnamed"
