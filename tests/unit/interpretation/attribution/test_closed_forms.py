"""Every method on a network of one filter, whose attributions can be worked out by hand."""

import numpy as np
import pytest
import torch
from motifcnn.core.sequences import encode
from motifcnn.interpretation.attribution.methods import attribute
from tangermeme.deep_lift_shap import deep_lift_shap
from toys.one_filter import ACG, one_filter

LN2 = np.log(2)
NETWORK = one_filter()


def scores(method, codes=ACG, **options):
    return attribute(NETWORK, codes, method, **options).score[0]


def test_the_logit():
    found = attribute(NETWORK, ACG, "saliency")
    np.testing.assert_allclose(found.logit, [8], rtol=1e-6)
    assert found.references is found.delta is None


def test_saliency():
    # d exp(w x) / dx = exp(w x) w, at the letters that are there 8 ln 2.
    found = attribute(NETWORK, ACG, "saliency")
    np.testing.assert_allclose(found.score, [[5.545177] * 3], rtol=1e-6)
    np.testing.assert_allclose(found.hypothetical[0, :3], 8 * LN2 * np.eye(3), rtol=1e-6)
    assert not found.hypothetical[0, 3].any()
    # Of the other three letters, none contributes: a quarter of the gradient is what all have in common.
    np.testing.assert_allclose(scores("saliency", corrected=True), [4.158883] * 3, rtol=1e-6)


def test_saliency_of_the_probability():
    # The sigmoid's derivative at 8.
    expected = 8 * LN2 * np.exp(8) / (1 + np.exp(8)) ** 2
    np.testing.assert_allclose(scores("saliency", output="probability"), [expected] * 3, rtol=1e-6)


def test_smoothgrad_is_the_mean_gradient():
    rng, noise = np.random.default_rng(5), 0.3
    drawn = np.stack([rng.standard_normal((1, 4, 3), np.float32) for _ in range(4)])[:, 0] * noise
    # The gradient at x + n is exp(w x) exp(w n) w.
    factor = np.exp(LN2 * drawn[:, [0, 1, 2], [0, 1, 2]].sum(1)).mean()
    found = scores("smoothgrad", seed=5, samples=4, noise=noise)
    np.testing.assert_allclose(found, [8 * LN2 * factor] * 3, rtol=1e-5)
    np.testing.assert_array_equal(scores("smoothgrad", samples=1, noise=0.0), scores("saliency"))


def test_mutagenesis():
    found = attribute(NETWORK, ACG, "mutagenesis")
    # Any other letter halves the output.
    is_there = np.eye(4)[ACG[0]].T.astype(bool)
    np.testing.assert_allclose(found.hypothetical[0][~is_there], [-4] * 9, rtol=1e-6)
    assert not found.hypothetical[0][is_there].any()
    np.testing.assert_allclose(found.score, [[6.928203] * 3], rtol=1e-6)
    # One letter against the mean of all four: 0 - 3 x (-4) / 4.
    np.testing.assert_allclose(scores("mutagenesis", corrected=True), [3] * 3, rtol=1e-6)


# The exponential is smooth, so that this rule is exact.
EXACT = {"integrated_gradients": {"rule": "gauss_legendre"}, "deep_shap": {}}


@pytest.mark.parametrize("method", EXACT)
@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ("zeros", [7 / 3] * 3),  # 8 - exp(0), shared by three equal letters
        (encode("TTT")[None], [7 / 3] * 3),
        ("uniform", [2.106069] * 3),  # (8 - 2^0.75) / 3
        (encode("AAA")[None], [0, 3, 3]),  # 8 - 2, shared by the letters that differ
        (encode("ACG")[None], [0, 0, 0]),
        (np.stack([encode("TTT"), encode("AAA")]), [7 / 6, 8 / 3, 8 / 3]),  # the mean of both
    ],
)
def test_deep_shap_and_integrated_gradients(method, references, expected):
    found = attribute(NETWORK, ACG, method, references=references, **EXACT[method])
    np.testing.assert_allclose(found.score[0], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.delta, [0], atol=1e-5)


@pytest.mark.parametrize("method", EXACT)
def test_hypothetical_contributions(method):
    # From AAA each letter of the filter has the multiplier 6 / 2 = 3. At the first position any other letter
    # takes away what A gives; at the others only that of the filter differs from A.
    found = attribute(NETWORK, ACG, method, references=encode("AAA")[None], **EXACT[method])
    expected = [[0, 0, 0], [-3, 3, 0], [-3, 0, 3], [-3, 0, 0]]
    np.testing.assert_allclose(found.hypothetical[0], expected, rtol=1e-5, atol=1e-6)


def test_the_left_rule():
    # The mean of 8^(s / 20) ln 2 over s = 0 … 19, from zeros.
    options = {"references": "zeros", "rule": "left", "steps": 20}
    found = attribute(NETWORK, ACG, "integrated_gradients", **options)
    np.testing.assert_allclose(found.score, [[2.214134] * 3], rtol=1e-6)
    np.testing.assert_allclose(found.delta, [3 * 2.214134 - 7], rtol=1e-5)


def test_midpoints():
    # The mean of 8^t ln 2 at t = 1/4 and 3/4, from zeros.
    options = {"references": "zeros", "rule": "midpoint", "steps": 2}
    found = attribute(NETWORK, ACG, "integrated_gradients", **options)
    np.testing.assert_allclose(found.score, [[(8**0.25 + 8**0.75) / 2 * LN2] * 3], rtol=1e-6)


def test_times_the_input_alone():
    # From AAA, the first A counts although it does not differ.
    options = {"references": encode("AAA")[None], "times": "input"}
    found = attribute(NETWORK, ACG, "integrated_gradients", **options, **EXACT["integrated_gradients"])
    np.testing.assert_allclose(found.score, [[3, 3, 3]], rtol=1e-5)
    # What is promised is the sum of multipliers × difference.
    np.testing.assert_allclose(found.delta, [0], atol=1e-5)


def test_times_the_letter_alone():
    # From ACG to TTT the output falls by 7, which three letters shared; no T has a weight.
    codes, options = encode("TTT")[None], {"references": ACG}
    np.testing.assert_allclose(scores("deep_shap", codes, **options), [-7 / 3] * 3, rtol=1e-5)
    found = attribute(NETWORK, codes, "deep_shap", times="letter", **options)
    np.testing.assert_allclose(found.score, [[0, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(found.delta, [0], atol=1e-5)
    # From AAA, as in `test_hypothetical_contributions`: the first A does not differ, C and G count by themselves.
    found = attribute(NETWORK, ACG, "deep_shap", times="letter", references=encode("AAA")[None])
    expected = [[0, 0, 0], [0, 3, 0], [0, 0, 3], [0, 0, 0]]
    np.testing.assert_allclose(found.hypothetical[0], expected, rtol=1e-5, atol=1e-6)


def test_an_exponential_without_a_rule_gives_the_gradient():
    """The negative control: what tangermeme does with an activation that it does not know."""
    one_hot = torch.eye(4)[torch.from_numpy(ACG).long()].transpose(1, 2)
    zeros = torch.zeros(1, 1, 4, 3)
    options = {"references": zeros, "raw_outputs": True, "device": "cpu"}
    with pytest.warns(RuntimeWarning):
        multipliers = deep_lift_shap(one_filter(), one_hot, **options)
    # Instead of 7, the gradient of 8 ln 2 three times.
    np.testing.assert_allclose((multipliers[:, 0] * one_hot).sum(), 16.6355, rtol=1e-5)
    assert attribute(NETWORK, ACG, "deep_shap", references="zeros").score.sum() == pytest.approx(7, rel=1e-5)


@pytest.mark.parametrize("method", EXACT)
def test_the_probability(method):
    expected = (1 / (1 + np.exp(-8)) - 1 / (1 + np.exp(-1))) / 3
    found = attribute(NETWORK, ACG, method, references="zeros", output="probability", **EXACT[method])
    np.testing.assert_allclose(found.score, [[expected] * 3], rtol=1e-5)
    np.testing.assert_allclose(found.delta, [0], atol=1e-6)


def test_logits_at_which_float32_has_no_derivative():
    network = one_filter()
    network.output.weight.data *= 5
    at_40 = {
        method: attribute(network, ACG, method, output="probability", **options)
        for method, options in {
            "saliency": {},
            "mutagenesis": {},
            "deep_shap": {"references": "zeros"},
        }.items()
    }
    np.testing.assert_allclose(at_40["saliency"].score, [[40 * LN2 * np.exp(-40)] * 3], rtol=1e-5)
    # A letter less is a logit of 20: the probability falls by exp(-20).
    np.testing.assert_allclose(at_40["mutagenesis"].hypothetical.min(), -np.exp(-20), rtol=1e-5)
    np.testing.assert_allclose(at_40["deep_shap"].score, [[1 / (1 + np.exp(5)) / 3] * 3], rtol=1e-5)


def test_two_windows_and_a_pool():
    # Windows of 8 at both ends of ACGACG; of those between, 1 and 1, none is the larger of its pool.
    network, codes = one_filter(pool=2), encode("ACGACG")[None]
    found = attribute(network, codes, "mutagenesis")
    np.testing.assert_allclose(found.logit, [16], rtol=1e-6)
    np.testing.assert_allclose(found.score, [[6.928203] * 6], rtol=1e-5)
    np.testing.assert_allclose(attribute(network, codes, "saliency").score, [[8 * LN2] * 6], rtol=1e-6)
    found = attribute(network, codes, "deep_shap", references="zeros")
    np.testing.assert_allclose(found.score, [[7 / 3] * 6], rtol=1e-5)
