"""A user's own module in place of a declared network: what goes in, what comes out, and what is refused."""

from pathlib import Path

import pytest
import torch
from motifcnn.core.errors import OwnCodeError, UserError
from motifcnn.networks.fast_layers import one_hot_maps
from motifcnn.networks.user_network import UserNetwork
from torch import nn
from toys.networks import random_codes

CODES, LABEL = random_codes(4, 20), torch.tensor([[0, 1], [1, 1], [0, 0], [1, 0]], dtype=torch.uint8)


class Own(nn.Module):
    """Its activation is used twice: on the maps and on what is made of them."""

    def __init__(self, length, targets, activation):
        super().__init__()
        self.first, self.norm = nn.Conv1d(4, 6, 7, padding=3), nn.BatchNorm1d(6)
        self.activation, self.dropout = activation, nn.Dropout(0.5)
        self.last = nn.Linear(6, targets)

    def forward(self, x):
        return self.rest(self.activation(self.norm(self.first(x))))

    def rest(self, maps):
        return self.last(self.dropout(self.activation(maps.mean(2))))


def own(name="Own", activation="tanh"):
    torch.manual_seed(0)
    return UserNetwork(f"test_user_network:{name}", activation, 20, 2).eval()


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def test_logits_and_maps():
    network = own()
    inner = network.network
    with torch.no_grad():
        maps = inner.norm(inner.first(one_hot_maps(CODES).squeeze(2))).tanh()
        assert torch.equal(network.first_maps(CODES), maps)
        assert torch.equal(network.activation_maps(CODES), maps.transpose(1, 2))
        assert torch.equal(network(CODES), inner.rest(maps))
        # Only the first use of the activation gives other maps.
        assert torch.equal(network.after_first(maps + 1, CODES), inner.rest(maps + 1))
        # Nothing of it stays.
        assert torch.equal(network(CODES), inner.rest(maps))
    assert network.receptive_fields().centres() == range(20)
    with pytest.raises(UserError):
        network.activation_maps(CODES, 2)


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16, torch.float16])
def test_precision(precision):
    network, seen = own(), []
    network.precision = precision
    network.network.first.register_forward_hook(lambda _, __, maps: seen.append(maps.dtype))
    assert network(CODES).dtype == network.activation_maps(CODES).dtype == torch.float32
    assert set(seen) == {precision}


@pytest.mark.parametrize("training", [True, False])
def test_a_trial_leaves_the_network_as_it_is(training):
    network = own().train(training)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    draws = torch.random.get_rng_state()
    network.try_out(CODES, LABEL)
    assert network.training is network.network.norm.training is training
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)
    assert torch.equal(torch.random.get_rng_state(), draws)
    assert all(parameter.grad is None for parameter in network.parameters())


class Nothing(Own):
    def forward(self, x):
        return None


class OneColumn(Own):
    def forward(self, x):
        return super().forward(x)[:, :1]


class Whole(Own):
    def forward(self, x):
        return super().forward(x).long()


class Detached(Own):
    def forward(self, x):
        return super().forward(x).detach()


class Elsewhere(Own):
    """Its logits have a gradient, but not that of its parameters."""

    def forward(self, x):
        return torch.zeros(len(x), 2, requires_grad=True)


class Frozen(Own):
    def __init__(self, **given):
        super().__init__(**given)
        self.requires_grad_(False)


class WithoutActivation(Own):
    def __init__(self, length, targets, activation):
        super().__init__(length, targets, nn.Tanh())


class Halved(Own):
    """Its maps have half as many positions as the sequence."""

    def __init__(self, **given):
        super().__init__(**given)
        self.first.stride = (2,)


class Flat(Own):
    """Its activation meets no maps first."""

    def forward(self, x):
        return self.last(self.activation(self.first(x).mean(2)))


class OnlyTrains(Own):
    """Raises outside of training."""

    def forward(self, x):
        return super().forward(x) if self.training else {}["logits"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, UserError) for name in ("Nothing", "OneColumn", "Whole", "Detached", "Elsewhere", "Frozen")),
        *((name, UserError) for name in ("WithoutActivation", "Halved", "Flat")),
        ("OnlyTrains", OwnCodeError),
    ],
)
def test_a_trial_refuses(name, kind):
    network = own(name).train()
    with pytest.raises(UserError) as caught:
        network.try_out(CODES, LABEL)
    assert caught.type is kind
    assert network.training
