"""What must hold for any network: sums of contributions, invariances, other implementations."""

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import reverse_complement
from motifcnn.interpretation.attribution.explained import Explained
from motifcnn.interpretation.attribution.methods import METHODS, attribute
from motifcnn.networks.activations import known_functions
from motifcnn.networks.plain import plain_network
from torch import nn
from toys.networks import build, conv, dense, random_codes, with_random_norms

LENGTH = 40
CODES = random_codes(6, LENGTH, seed=2).numpy()
DECLARED = {
    "layers": [
        conv(6, 5, activation="studied", pool={"size": 6, "stride": 2}),  # pools that overlap
        conv(5, 3, padding="valid", pool=4),
        dense(7),
    ]
}


def network(activation="exponential", declared=DECLARED):
    return plain_network(with_random_norms(build(declared, activation, LENGTH, 3)).eval())


def outputs(network, codes, target=1):
    explained = Explained(network, target)
    return explained.logits(explained.one_hot(codes))


def relative(found):
    """Return the mean and the largest delta, relative to the mean difference of the outputs."""
    difference = np.abs(found.score.sum(1, dtype=np.float64) - found.delta).mean()
    return np.abs(found.delta).mean() / difference, np.abs(found.delta).max() / difference


MISSED = "deep_shap: the contributions miss the difference of the logits by .* has no rule; make every"


class Functional(nn.Module):
    """A convolution and an exponential that is no module, of which a share counts."""

    def __init__(self, share=1):
        super().__init__()
        torch.manual_seed(0)
        self.share, self.conv, self.output = share, nn.Conv1d(4, 5, 3), nn.Linear(190, 1)

    def forward(self, x):
        maps = self.conv(x)
        return self.output((maps + self.share * (maps.exp() - maps)).flatten(1))


class TestDeepShap:
    @pytest.mark.parametrize("activation", known_functions())
    def test_contributions_sum_to_the_difference_of_the_outputs(self, activation):
        plain = network(activation)
        found = attribute(plain, CODES, "deep_shap", target=1, n_references=4)
        of_references = outputs(plain, found.references.reshape(-1, LENGTH)).reshape(6, 4).mean(1)
        expected = outputs(plain, CODES) - of_references
        np.testing.assert_allclose(found.score.sum(1), expected, atol=1e-4 * np.abs(expected).max())
        mean, largest = relative(found)
        assert mean <= 1e-5
        assert largest <= 1e-3

    @pytest.mark.parametrize("output", ["logit", "probability"])
    def test_in_float64(self, output):
        found = attribute(network().double(), CODES, "deep_shap", target=1, output=output)
        assert relative(found)[1] <= 1e-12

    def test_a_known_activation_needs_no_name(self):
        inside = nn.Sequential(nn.Conv1d(4, 5, 3), nn.GELU(), nn.MaxPool1d(4), nn.Flatten())
        outer = nn.Sequential(inside, nn.Linear(45, 4), nn.BatchNorm1d(4), nn.SiLU(), nn.Linear(4, 1)).eval()
        assert relative(attribute(outer, CODES, "deep_shap"))[0] <= 1e-5

    def test_an_activation_that_is_not_elementwise_is_refused(self):
        class OverFilters(nn.Module):
            def forward(self, x):
                return x * x.abs().amax(1, keepdim=True)

        layers = [nn.Conv1d(4, 5, 3), OverFilters(), nn.Flatten(), nn.Linear(190, 1)]
        with pytest.raises(UserError, match=r"has no rule \(1\); make every activation an elementwise"):
            attribute(nn.Sequential(*layers).eval(), CODES, "deep_shap")

    # All of what passes, and a part so small that no sequence is off by much.
    @pytest.mark.parametrize("share", [1, 1e-3])
    def test_an_activation_that_is_no_module_is_refused(self, share):
        with pytest.raises(UserError, match=MISSED):
            attribute(Functional(share).double().eval(), CODES, "deep_shap")

    def test_near_a_probability_of_one_it_is_refused_as_well(self):
        network = Functional().eval()
        assert np.ptp(outputs(network, CODES, 0)) < 2
        network.output.bias.data += 20
        # The probabilities differ by less than float32 rounds logits of 20.
        with pytest.raises(UserError, match=MISSED):
            attribute(network, CODES, "deep_shap", output="probability")

    def test_the_network_is_left_as_it_was(self):
        plain = network()
        before = outputs(plain, CODES)
        attribute(plain, CODES[:2], "deep_shap")
        assert not any(module._forward_hooks or module._backward_hooks for module in plain.modules())
        np.testing.assert_array_equal(outputs(plain, CODES), before)


class TestIntegratedGradients:
    # Mean |delta| over mean |difference|, measured on this network with the 50 steps of the default: 0.0259 and
    # 0.0099. The gradient jumps where another position wins a pool, and with ReLU, so that no rule is exact.
    @pytest.mark.parametrize(("activation", "bound"), [("relu", 0.03), ("exponential", 0.015)])
    def test_completeness(self, activation, bound):
        plain = plain_network(build(DECLARED, activation, LENGTH, 3).eval())
        fifty, more = (
            relative(attribute(plain, CODES, "integrated_gradients", target=1, **steps))[0]
            for steps in ({}, {"steps": 200})
        )
        assert fifty <= bound
        assert more <= fifty / 2
        coarse = {"rule": "left", "steps": 20, "output": "probability", "target": 1}
        assert relative(attribute(plain, CODES, "integrated_gradients", **coarse))[0] > 0.02

    def test_delta_is_the_mean_over_references_with_its_sign(self):
        drawn = attribute(network(), CODES[:1], "integrated_gradients", target=1, steps=5).references[0]
        options = {"target": 1, "steps": 5}
        each = [
            attribute(network(), CODES[:1], "integrated_gradients", references=one[None], **options).delta[0]
            for one in drawn
        ]
        assert min(each) < 0 < max(each)
        found = attribute(network(), CODES[:1], "integrated_gradients", references=drawn, **options)
        np.testing.assert_allclose(found.delta, [np.mean(each)], rtol=1e-3, atol=1e-6)

    @pytest.mark.parametrize(
        ("rule", "theirs"),
        [("left", "riemann_left"), ("midpoint", "riemann_middle"), ("gauss_legendre", "gausslegendre")],
    )
    def test_as_captum_does_it(self, rule, theirs):
        plain = network("relu").double()
        options = {"rule": rule, "steps": 12, "references": "uniform", "target": 1}
        found = attribute(plain, CODES, "integrated_gradients", **options)
        explained = Explained(plain, 1)
        one_hot, start = explained.one_hot(CODES), explained.one_hot(found.references[:, 0])
        expected = IntegratedGradients(plain).attribute(one_hot, start, target=1, n_steps=12, method=theirs)
        np.testing.assert_allclose(found.score, expected.detach().sum(1), rtol=1e-4, atol=1e-7)


OPTIONS = {"integrated_gradients": {"steps": 3}, "smoothgrad": {"samples": 3}}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("output", ["logit", "probability"])
def test_the_batch_size_changes_nothing(method, output):
    options = {"output": output, "seed": 3, **OPTIONS.get(method, {})}
    whole = attribute(network(), CODES, method, **options)
    parts = attribute(network(), CODES, method, batch_size=4, **options)
    for name in ("hypothetical", "score", "logit"):
        one, other = getattr(whole, name), getattr(parts, name)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(one).max())
    assert whole.references is None or (whole.references == parts.references).all()


@pytest.mark.parametrize("method", METHODS)
def test_n_contributes_nothing(method):
    found = attribute(network(), CODES, method, **OPTIONS.get(method, {}))
    assert (CODES == 4).any()
    assert not found.score[CODES == 4].any()
    assert np.isfinite(found.hypothetical).all()
    nothing = attribute(network(), np.full((1, LENGTH), 4, np.uint8), method, **OPTIONS.get(method, {}))
    assert not nothing.score.any()


@pytest.mark.parametrize("method", METHODS)
def test_corrected_contributions_sum_to_zero_over_letters(method):
    found = attribute(network(), CODES, method, corrected=True, **OPTIONS.get(method, {}))
    np.testing.assert_allclose(found.hypothetical.sum(1), 0, atol=1e-6 * np.abs(found.hypothetical).max())
    there = np.take_along_axis(found.hypothetical, CODES[:, None].clip(max=3).astype(int), 1)[:, 0]
    np.testing.assert_array_equal(found.score, np.where(CODES == 4, 0, there))


def test_the_correction_takes_the_references_out_again():
    """Why TF-MoDISco is not given corrected ones: what comes from the references is common to all letters."""
    options = {"corrected": True, "references": "dinucleotide"}
    one, other = (
        attribute(network(), CODES, "integrated_gradients", times=times, **options)
        for times in ("input", "difference")
    )
    np.testing.assert_allclose(
        one.hypothetical, other.hypothetical, atol=1e-6 * np.abs(one.hypothetical).max()
    )
    np.testing.assert_array_equal(one.delta, other.delta)


# Without N and without padding, every column of the input sums to 1.
UNPADDED = {"layers": [conv(6, 5, padding="valid", activation="studied", pool=4), dense(7)]}
LETTERS = CODES % 4


@pytest.mark.parametrize(
    ("method", "options", "is_free"),
    [
        ("saliency", {"corrected": True}, False),
        ("mutagenesis", {}, False),
        ("deep_shap", {}, False),
        ("integrated_gradients", {"steps": 5}, False),
        ("saliency", {}, True),
        ("integrated_gradients", {"references": "zeros"}, True),
    ],
)
def test_what_all_letters_have_in_common(method, options, is_free):
    """A constant per column of a filter, taken off again by the norm's mean, changes no output of any sequence."""
    plain, shifted = (network(declared=UNPADDED).double() for _ in range(2))
    constants = torch.randn(6, 1, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    shifted.conv1.weight.data += constants
    shifted.norm1.running_mean += constants.sum((1, 2))
    np.testing.assert_allclose(outputs(shifted, LETTERS), outputs(plain, LETTERS), rtol=1e-9)
    one, other = (attribute(each, LETTERS, method, **options).score for each in (plain, shifted))
    same = np.allclose(one, other, rtol=1e-4, atol=1e-6 * np.abs(one).max())
    assert same != is_free


@pytest.mark.parametrize("method", ["saliency", "deep_shap", "mutagenesis"])
def test_the_other_strand(method):
    plain = network(declared=UNPADDED)
    # Flipped filters and dense columns read the reverse complement as the others read the sequence.
    flipped = network(declared=UNPADDED)
    flipped.conv1.weight.data = plain.conv1.weight.data.flip(1, 2)
    flipped.linear2.weight.data = plain.linear2.weight.data.unflatten(1, (6, -1)).flip(2).flatten(1)
    one, other = {}, {}
    if method == "deep_shap":
        references = random_codes(4, LENGTH, seed=7).numpy() % 4
        one, other = {"references": references}, {"references": reverse_complement(references)}
    one = attribute(plain, CODES, method, **one)
    other = attribute(flipped, reverse_complement(CODES), method, **other)
    np.testing.assert_allclose(other.logit, one.logit, rtol=1e-4)
    np.testing.assert_allclose(
        other.score[:, ::-1], one.score, rtol=1e-3, atol=1e-5 * np.abs(one.score).max()
    )
    np.testing.assert_allclose(
        other.hypothetical[:, ::-1, ::-1], one.hypothetical, rtol=1e-3, atol=1e-5 * np.abs(one.score).max()
    )


class TestWrong:
    def test_method(self):
        with pytest.raises(UserError, match=r"no attribution method 'deeplift'; known: saliency, "):
            attribute(network(), CODES, "deeplift")

    def test_length(self):
        plain = network()
        plain.description = {"length": 50}
        with pytest.raises(UserError, match="takes sequences of 50 nt, those to explain have 40 nt"):
            attribute(plain, CODES, "saliency")

    @pytest.mark.parametrize("method", METHODS)
    def test_a_network_in_training_mode(self, method):
        layers = nn.Conv1d(4, 5, 3), nn.BatchNorm1d(5), nn.Flatten(), nn.Dropout(), nn.Linear(190, 1)
        network = nn.Sequential(*layers)
        with pytest.raises(UserError, match=r"in training mode, .*; write network\.eval\(\) first"):
            attribute(network, CODES, method)
        assert not network[1].running_mean.any()
        # One layer is enough.
        network.eval()[3].train()
        with pytest.raises(UserError, match="in training mode"):
            attribute(network, CODES, method)
        network.eval()
        assert np.isfinite(attribute(network, CODES, method, **OPTIONS.get(method, {})).score).all()

    @pytest.mark.parametrize("method", METHODS)
    def test_logits_that_are_not_finite(self, method):
        plain = network()
        plain.output.bias.data[:] = torch.nan
        with pytest.raises(UserError, match="logits are not finite"):
            attribute(plain, CODES, method, **OPTIONS.get(method, {}))
