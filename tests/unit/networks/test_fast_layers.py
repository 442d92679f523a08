"""The fast layers do what the textbook layers do."""

import numpy as np
import pytest
import torch
from motifcnn.core.receptive_field import same_padding
from motifcnn.networks.fast_layers import BatchNorm, Dropout, add_at_maxima, max_pool, one_hot_maps
from scipy import stats


class Elsewhere(torch.Tensor):
    """A tensor that says it is not on the CPU, which takes it the way of other devices."""

    is_cpu = property(lambda self: False)


def test_one_hot_order_and_n():
    maps = one_hot_maps(torch.tensor([[0, 1, 2, 3, 4]], dtype=torch.uint8))
    assert maps.shape == (1, 4, 1, 5)
    assert maps.squeeze().tolist() == [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0]]


def test_max_pool_says_where_the_maximum_was():
    maps = torch.tensor([3.0, -1.0, 2.0, 5.0, 5.0]).view(1, 1, 1, 5)
    values, index = max_pool(maps, 2, 2, (1, 0))
    assert values.flatten().tolist() == [3, 2, 5]
    assert index.flatten().tolist() == [0, 2, 3]
    # Padding never wins, even over negative values.
    values, index = max_pool(-maps.abs(), 4, 4, (1, 2))
    assert values.flatten().tolist() == [-1, -5]
    assert index.flatten().tolist() == [1, 3]


@pytest.mark.parametrize(
    ("positions", "size", "stride", "padding"),
    [
        (40, 4, 4, "same"),
        (50, 7, 7, "same"),
        (40, 25, 25, "same"),
        (41, 4, 4, "valid"),
        (41, 6, 4, "same"),
        (40, 5, 2, "same"),
        (41, 5, 1, "same"),
        (41, 2, 1, "same"),
        (43, 3, 5, "valid"),
        (43, 3, 5, "same"),
    ],
)
def test_additions_at_the_maxima_are_those_of_scatter(positions, size, stride, padding):
    torch.manual_seed(0)
    maps = torch.randn(5, 3, 1, positions)
    both = same_padding(positions, size, stride) if padding == "same" else (0, 0)
    pooled, index = (x.squeeze(2).transpose(1, 2) for x in max_pool(maps, size, stride, both))
    assert pooled.shape[1] == (positions + sum(both) - size) // stride + 1
    rows = torch.randn(5, positions, 3)
    expected = rows.clone().scatter_add_(1, index, pooled)
    add_at_maxima(rows, index, pooled, size, stride, both[0])
    if stride >= size:
        assert torch.equal(rows, expected)
    # Several windows may have their maximum in one place; their order is another one.
    torch.testing.assert_close(rows, expected)


def test_a_gradient_that_is_not_finite_stays_where_it_is():
    rows = torch.zeros(1, 4, 1)
    add_at_maxima(rows, torch.tensor([[[1], [2]]]), torch.tensor([[[torch.inf], [1.0]]]), 2, 2, 0)
    assert rows.flatten().tolist() == [0, torch.inf, 1, 0]


@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("shape", [(8, 6), (8, 6, 5), (8, 6, 1, 5)], ids=str)
def test_normalisation_without_pooling(training, shape):
    torch.manual_seed(0)
    ours, theirs = BatchNorm(6, 0.5, 0.25), torch.nn.BatchNorm1d(6, 0.5, 0.25)
    with torch.no_grad():
        for values in (ours.weight, ours.bias, ours.running_mean):
            values.normal_()
        ours.running_var.uniform_(0.5, 2)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(shape) * 2 + 1
    expected = theirs.train(training)(x.flatten(2) if len(shape) > 2 else x).view(shape)
    torch.testing.assert_close(ours.train(training)(x), expected)
    torch.testing.assert_close(
        (ours.running_mean, ours.running_var), (theirs.running_mean, theirs.running_var)
    )


@pytest.mark.parametrize("kind", [torch.Tensor, Elsewhere])
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
@pytest.mark.parametrize("batch", [1, 16])
@pytest.mark.parametrize(("size", "stride", "eps"), [(4, 4, 1e-8), (7, 3, 1e-8), (4, 4, 0.5)])
def test_gradients_of_pooled_normalisation(kind, training, batch, size, stride, eps):
    torch.manual_seed(0)
    ours, theirs = BatchNorm(6, eps, 0.01), torch.nn.BatchNorm1d(6, eps, 0.01)
    with torch.no_grad():
        ours.weight.copy_(torch.tensor([1.0, -2.0, 0.5, -0.1, 3.0, -1.0]))
        ours.bias.normal_()
        ours.running_mean.normal_()
        ours.running_var.uniform_(0.5, 2)
    theirs.load_state_dict(ours.state_dict())
    ours.train(training), theirs.train(training)
    x = torch.randn(batch, 6, 40) * 2 + 1
    mine, yours = (x.clone().requires_grad_() for _ in range(2))
    sign = ours.weight.detach().sign()
    flipped = (mine * sign.view(-1, 1)).unsqueeze(2).contiguous(memory_format=torch.channels_last)
    flipped = flipped.as_subclass(kind)
    pooled = ours.then_pool(flipped, sign, size, stride, (0, 0)).squeeze(2)
    expected = torch.nn.functional.max_pool1d(theirs(yours), size, stride)
    torch.testing.assert_close(pooled.as_subclass(torch.Tensor), expected)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict())
    direction = torch.randn_like(expected)
    (pooled * direction).sum().backward()
    (expected * direction).sum().backward()
    torch.testing.assert_close(mine.grad, yours.grad, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(ours.weight.grad, theirs.weight.grad, rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(ours.bias.grad, theirs.bias.grad, rtol=1e-5, atol=1e-5)


def test_pooled_normalisation_in_bfloat16_keeps_float32_statistics():
    torch.manual_seed(0)
    maps = (
        (torch.randn(20, 6, 1, 40) * 3 + 7).to(torch.bfloat16).contiguous(memory_format=torch.channels_last)
    )
    norm = BatchNorm(6, 1e-8, 0.01)
    pooled = norm.then_pool(maps, torch.ones(6), 4, 4, (0, 0))
    reference = torch.nn.BatchNorm1d(6, 1e-8, 0.01)
    expected = torch.nn.functional.max_pool1d(reference(maps.squeeze(2).float()), 4)
    assert pooled.dtype == torch.float32
    torch.testing.assert_close(pooled.squeeze(2), expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(norm.running_var, reference.running_var, rtol=1e-5, atol=1e-5)


class TestDropout:
    def test_rate_scale_and_independence(self):
        dropout = Dropout(0.1)
        dropout.generator = torch.Generator().manual_seed(3)
        x = torch.ones(400, 1001)
        out = dropout(x)
        dropped = (out == 0).double()
        share = round(0.1 * 65536) / 65536
        assert out.unique().tolist() == [0.0, pytest.approx(1 / (1 - share), rel=1e-6)]
        error = np.sqrt(share * (1 - share) / x.numel())
        assert dropped.mean().item() == pytest.approx(share, abs=4 * error)
        # The four draws of one random word are independent: their 16 patterns are as frequent as they should be.
        words = dropped.flatten()[: x.numel() // 4 * 4].view(-1, 4)
        patterns = (words * torch.tensor([1, 2, 4, 8])).sum(1).long().bincount(minlength=16).numpy()
        ones = np.array([bin(k).count("1") for k in range(16)])
        assert stats.chisquare(patterns, len(words) * share**ones * (1 - share) ** (4 - ones)).pvalue > 0.001

    def test_rate_and_scale_on_other_devices(self):
        torch.manual_seed(3)
        out = Dropout(0.1)(torch.ones(400, 1001).as_subclass(Elsewhere)).as_subclass(torch.Tensor)
        share = round(0.1 * 65536) / 65536
        assert out.unique().tolist() == [0.0, pytest.approx(1 / (1 - share), rel=1e-6)]
        error = np.sqrt(share * (1 - share) / out.numel())
        assert (out == 0).double().mean().item() == pytest.approx(share, abs=4 * error)

    def test_gradient_is_the_mask(self):
        dropout = Dropout(0.5)
        x = torch.randn(8, 6, 1, 10).contiguous(memory_format=torch.channels_last).requires_grad_()
        out = dropout(x)
        out.sum().backward()
        torch.testing.assert_close(out, x * x.grad)
        assert set(x.grad.unique().tolist()) == {0.0, 2.0}

    def test_same_generator_same_mask_whatever_the_layout(self):
        x = torch.randn(5, 3, 1, 7)
        results = []
        for layout in (torch.channels_last, torch.channels_last, torch.contiguous_format):
            dropout = Dropout(0.3)
            dropout.generator = torch.Generator().manual_seed(1)
            results.append(dropout(x.contiguous(memory_format=layout)))
        assert torch.equal(results[0], results[1])
        assert (results[2] == 0).any()

    def test_nothing_happens_in_evaluation_or_at_zero(self):
        x = torch.randn(4, 4)
        assert Dropout(0.5).eval()(x) is x
        assert Dropout(0.0)(x) is x

    def test_sizes_that_do_not_fill_the_last_word(self):
        for n in range(1, 9):
            assert Dropout(0.5)(torch.ones(n)).shape == (n,)
