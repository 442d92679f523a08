"""Statistics of a network's layers, against their definitions."""

import numpy as np
import pytest
import torch
from motifcnn.networks.user_network import UserNetwork
from motifcnn.training.layer_statistics import layer_statistics
from torch import nn
from toys.networks import build, conv, dense, random_codes, residual_conv, same_weights, with_random_norms

BLOCK = {
    "type": "residual",
    "convolutions": [residual_conv(3), residual_conv(3)],
    "activation": "relu",
    "pool": None,
    "dropout": 0.0,
}
DECLARED = {"layers": [conv(6, 5, activation="studied", pool=2, dropout=0.5), BLOCK, dense(7)]}
CODES = random_codes(20, 30)
LABEL = torch.from_numpy(np.random.default_rng(1).integers(0, 2, (20, 3), np.uint8))


def network():
    return with_random_norms(build(DECLARED, length=30, targets=3)).train()


def test_activations():
    found, made = layer_statistics(network(), CODES, LABEL), network().eval()
    for layer in (1, 2):
        maps = made.activation_maps(CODES, layer).detach().numpy()
        assert found[f"activation_mean_{layer}"] == pytest.approx(maps.mean(dtype=float), rel=1e-6)
        assert found[f"activation_sd_{layer}"] == pytest.approx(maps.std(dtype=float), rel=1e-6)
        assert found[f"activation_max_{layer}"] == maps.max()


def test_gradients():
    made = network().eval()
    inputs = []
    made.output.register_forward_hook(lambda _, given, __: inputs.append(given[0].detach()))
    probabilities = made(CODES).detach().sigmoid()
    found = layer_statistics(made, CODES, LABEL)
    # The cross entropy of a logit z with label y has the slope sigmoid(z) - y.
    gradient = (probabilities - LABEL).T @ inputs[0] / LABEL.numel()
    assert found["gradient_output"] == pytest.approx(gradient.square().mean().sqrt().item(), rel=1e-5)
    # All kernels of a residual block together.
    loss = nn.functional.binary_cross_entropy_with_logits(made(CODES), LABEL.float())
    loss.backward()
    both = torch.cat([layer.weight.grad.flatten() for layer in made.convolutions[1].path])
    assert found["gradient_2"] == pytest.approx(both.square().mean().sqrt().item(), rel=1e-5)
    assert [name for name in found if "gradient" in name] == [
        f"gradient_{layer}" for layer in (1, 2, 3, "output")
    ]


def test_the_network_stays_as_it_is():
    made, before = network(), network()
    state = torch.random.get_rng_state()
    layer_statistics(made, CODES, LABEL)
    assert same_weights(made, before)
    assert made.training
    assert all(p.grad is None for p in made.parameters())
    assert torch.equal(torch.random.get_rng_state(), state)


def test_the_first_500_sequences_count():
    codes, label = CODES.repeat(25, 1), LABEL.repeat(25, 1)
    more = torch.cat([codes, random_codes(20, 30, seed=5)]), torch.cat([label, LABEL])
    assert layer_statistics(network(), *more) == layer_statistics(network(), codes, label)


class Own(nn.Module):
    """A network of a user's own, with a kernel that plays no part."""

    def __init__(self, length, targets, activation):
        super().__init__()
        self.first, self.activation = nn.Conv1d(4, 2, 5, padding=2), activation
        self.last, self.spare = nn.Linear(2, targets), nn.Linear(2, 2)

    def forward(self, x):
        return self.last(self.activation(self.first(x)).amax(2))


def test_a_network_of_ones_own(monkeypatch):
    monkeypatch.syspath_prepend(str(__import__("pathlib").Path(__file__).parent))
    found = layer_statistics(UserNetwork("test_layer_statistics:Own", "exponential", 30, 3), CODES, LABEL)
    kernels = [f"gradient_{name}" for name in ("first", "last", "spare")]
    assert [*found] == ["activation_mean_1", "activation_sd_1", "activation_max_1", *kernels]
    assert found["gradient_first"] > 0
    assert found["gradient_spare"] == 0
