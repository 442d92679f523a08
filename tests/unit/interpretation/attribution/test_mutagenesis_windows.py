"""Mutagenesis by windows gives what full passes give."""

import numpy as np
import pytest
import torch
from motifcnn.interpretation.attribution import mutagenesis as module
from motifcnn.interpretation.attribution.methods import attribute
from motifcnn.interpretation.attribution.windows import Windows
from motifcnn.networks.plain import plain_network
from torch import nn
from toys.networks import build, conv, dense, random_codes, residual_conv, shipped, with_random_norms

ODD = {
    "layers": [
        conv(7, 8, activation="studied", pool={"size": 9, "stride": 4}),
        conv(5, 4, padding="valid", pool={"size": 3, "stride": 5, "padding": "valid"}),
        conv(5, 2, pool={"size": 2, "stride": 1}),
        dense(9),
    ]
}
# Even sizes, of which the positions are padded on one side.
RESIDUAL = {
    "layers": [
        conv(7, 4, activation="studied"),
        {
            "type": "residual",
            "activation": "relu",
            "pool": 4,
            "dropout": 0.0,
            "convolutions": [residual_conv(5), residual_conv(2, activation="linear")],
        },
        conv(5, 3, padding="valid", pool=3),
    ]
}


def plain(declaration, activation="exponential", length=200, order=("pool", "dropout")):
    return plain_network(with_random_norms(build(declaration, activation, length, 2, order)).eval())


def by_full_passes(network):
    """The same network, of which `Windows` knows nothing."""
    hidden = nn.Module()
    hidden.inside = network
    hidden.forward = network.forward
    return hidden.eval()


@pytest.mark.parametrize(
    ("declaration", "activation", "length", "order"),
    [
        (shipped()["cnn-2"], "exponential", 60, ("pool", "dropout")),
        (shipped()["cnn-deep"], "relu", 110, ("dropout", "pool")),
        (ODD, "exponential", 53, ("pool", "dropout")),
        (ODD, "linear", 61, ("dropout", "pool")),
        (RESIDUAL, "exponential", 50, ("pool", "dropout")),
    ],
)
def test_equal_to_full_passes(declaration, activation, length, order):
    network, codes = plain(declaration, activation, length, order), random_codes(3, length).numpy()
    found = attribute(network, codes, "mutagenesis", target=1)
    expected = attribute(by_full_passes(network), codes, "mutagenesis", target=1)
    largest = np.abs(expected.hypothetical).max()
    assert largest > 0
    np.testing.assert_allclose(found.hypothetical, expected.hypothetical, rtol=0, atol=2e-5 * max(1, largest))
    # Both ends, too, depend on what is padded.
    assert found.score[codes[:, 0] < 4, 0].any()
    assert not found.score[codes == 4].any()
    assert not found.hypothetical[:, 0][codes == 0].any()


def test_in_float64_the_difference_is_rounding_alone():
    network, codes = plain(ODD, length=53).double(), random_codes(2, 53).numpy()
    options = {"output": "probability"}
    found = attribute(network, codes, "mutagenesis", **options)
    expected = attribute(by_full_passes(network), codes, "mutagenesis", **options)
    np.testing.assert_allclose(found.hypothetical, expected.hypothetical, rtol=1e-6, atol=1e-12)


def test_one_change_by_hand():
    network, codes = plain(shipped()["cnn-deep"], length=110), random_codes(1, 110, seed=4).numpy() % 4
    found = attribute(network, codes, "mutagenesis").hypothetical[0]
    one_hot = torch.eye(4)[torch.from_numpy(codes).long()].transpose(1, 2)
    with torch.no_grad():
        before = network(one_hot)[0, 0]
        for letter, position in ((0, 0), (3, 57), (1, 109)):
            changed = one_hot.clone()
            changed[0, :, position] = torch.eye(4)[letter]
            expected = float(network(changed)[0, 0] - before)
            assert found[letter, position] == pytest.approx(expected, abs=2e-5)


def test_what_goes_by_windows():
    one_hot = torch.rand(2, 4, 200)
    network = plain(shipped()["cnn-deep"])
    with torch.inference_mode():
        # Everything up to the dense part; in ODD and RESIDUAL some layers are padded on one side alone.
        for each in (network, plain(ODD), plain(RESIDUAL)):
            assert Windows(each, one_hot).path.passed == [type(layer) for layer in each].index(nn.Flatten)
        # Means over all positions are not local: from there on all is computed.
        pooled = nn.Sequential(nn.Conv1d(4, 2, 3), nn.ReLU(), nn.AdaptiveMaxPool1d(1), nn.Flatten())
        assert Windows(pooled, one_hot).path.passed == 2
        # Neither is a convolution that wraps around.
        circular = nn.Sequential(nn.Conv1d(4, 2, 3, padding=1, padding_mode="circular"), nn.Flatten())
        assert Windows(circular, one_hot).path.passed == 0
        # Of somebody's own class nothing is known.
        assert Windows(by_full_passes(network), one_hot).path.passed == 0


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Conv1d(4, 3, 5, dilation=3, padding=6), nn.Tanh(), nn.MaxPool1d(3, 7)],
        [nn.ConstantPad1d((2, 5), 0.5), nn.Conv1d(4, 6, 4, stride=3, groups=2), nn.ELU(), nn.Softmax(1)],
        [nn.Conv1d(4, 3, 1, padding=2), nn.MaxPool1d(4, padding=1, ceil_mode=True), nn.AdaptiveAvgPool1d(2)],
    ],
)
def test_layers_of_ones_own(layers):
    torch.manual_seed(0)
    network = nn.Sequential(*layers, nn.Flatten(), nn.LazyLinear(1)).eval()
    codes = random_codes(3, 41).numpy()
    network(torch.zeros(1, 4, 41))
    found = attribute(network, codes, "mutagenesis")
    expected = attribute(by_full_passes(network), codes, "mutagenesis")
    assert np.abs(expected.score).max() > 0
    np.testing.assert_allclose(found.hypothetical, expected.hypothetical, atol=1e-6)


def test_a_position_that_nothing_sees():
    # The pool drops the last of 10 positions.
    network = nn.Sequential(nn.Conv1d(4, 2, 1), nn.MaxPool1d(3), nn.Flatten(), nn.Linear(6, 1)).eval()
    score = attribute(network, random_codes(4, 10).numpy() % 4, "mutagenesis").score
    assert not score[:, 9].any()
    assert (score[:, :9] > 0).any()


def test_batches(monkeypatch):
    network, codes = plain(ODD, length=53), random_codes(5, 53).numpy()
    whole = attribute(network, codes, "mutagenesis")
    passes = []
    monkeypatch.setattr(
        module, "Windows", lambda network, one_hot: passes.append(len(one_hot)) or Windows(network, one_hot)
    )
    parts = attribute(network, codes, "mutagenesis", batch_size=2)
    assert passes == [2, 2, 1]
    np.testing.assert_allclose(parts.hypothetical, whole.hypothetical, atol=1e-5 * np.abs(whole.score).max())
