"""Model files: complete, self-describing, and refused when they are not."""

import numpy as np
import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, Split
from motifcnn.experiment.activation_combinations import of_studied, with_combination
from motifcnn.networks import model_file, saved
from torch import nn
from toys.networks import TRAINING, conv, random_codes, same_weights

EMPTY = Split(np.zeros((0, 20), np.uint8), np.zeros((0, 2), np.uint8))
TOY = Dataset(EMPTY, EMPTY, EMPTY, ("a", "b"), "toy")
LAYERS = {"layers": [conv(4, 5, activation="studied")]}


class Own(nn.Module):
    """What a user might bring."""

    def __init__(self, length, targets, activation):
        super().__init__()
        self.first = nn.Conv1d(4, 6, 7, padding=3)
        self.activation = activation
        self.last = nn.Linear(6, targets)

    def forward(self, x):
        return self.last(self.activation(self.first(x)).amax(2))


class Cube(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return self.scale * x**3


class NeedsMore(nn.Module):
    def __init__(self, slope):
        super().__init__()


def description(declaration=LAYERS, activation="relu", spec="relu", **training):
    return model_file.describe("net", declaration, activation, spec, TOY, 3, TRAINING | training)


def test_what_the_protocol_says_reaches_the_network():
    layers = [conv(300, 5, activation="studied"), conv(50, 5)]
    given = {
        "initialisation": {"normal": 0.3},
        "first_layer": {"initialisation": {"normal": 2}},
        "output_bias": 0.5,
        "batch_norm": {"eps": 0.25, "momentum": 0.75},
        "order": ["dropout", "pool"],
    }
    network = model_file.untrained(description({"layers": layers}, **given))
    first, second = network.convolutions
    assert first.weight.std().item() == pytest.approx(2, rel=0.05)
    assert second.weight.std().item() == pytest.approx(0.3, rel=0.05)
    assert network.output.bias.tolist() == [0.5, 0.5]
    assert {(layer.norm.eps, layer.norm.momentum, layer.pool_first) for layer in network.convolutions} == {
        (0.25, 0.25, False)
    }
    same, other = (
        model_file.untrained(description({"layers": layers}, **given) | {"seed": seed}) for seed in (3, 4)
    )
    assert same_weights(network, same)
    assert not same_weights(network, other)


def test_truncated_or_foreign_files(tmp_path):
    path = tmp_path / "m.safetensors"
    with pytest.raises(UserError, match="does not exist"):
        model_file.load(path)
    model_file.save(path, model_file.untrained(description()))
    whole = path.read_bytes()
    for size in (0, 5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(UserError, match="not a complete model file"):
            model_file.load(path)


def test_the_plain_network_of_a_file(tmp_path):
    about = description()
    assert (about["activation"], about["activation_module"]) == ("relu", None)
    assert "activation_function" not in about
    network = model_file.untrained(about)
    model_file.save(tmp_path / "m", network)
    plain = saved.load(tmp_path / "m", plain=True)
    assert isinstance(plain, nn.Sequential)
    assert not plain.training
    assert plain.description == network.description
    codes = random_codes(5, 20)
    one_hot = torch.eye(5)[codes.long()][..., :4].transpose(1, 2)
    torch.testing.assert_close(plain(one_hot), network(codes))


def test_same_model_same_bytes(tmp_path):
    for name in "ab":
        model_file.save(tmp_path / name, model_file.untrained(description()))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_own_network_and_activation(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(__import__("pathlib").Path(__file__).parent))
    about = description({"module": "test_model_file:Own"}, "cube", "test_model_file:Cube")
    network = model_file.untrained(about)
    codes = torch.from_numpy(np.random.default_rng(0).integers(0, 4, (5, 20), np.uint8))
    assert network(codes).shape == (5, 2)
    maps = network.activation_maps(codes)
    assert maps.shape == (5, 20, 6)
    one_hot = torch.nn.functional.one_hot(codes.long(), 4).float().transpose(1, 2)
    torch.testing.assert_close(maps, network.network.first(one_hot).pow(3).transpose(1, 2))
    assert network.receptive_fields().centres() == range(20)
    model_file.save(tmp_path / "m", network)
    assert torch.equal(model_file.load(tmp_path / "m")(codes), network(codes))
    # The plain network is the user's own module.
    plain = saved.load(tmp_path / "m", plain=True)
    assert type(plain).__name__ == "Own"
    assert torch.equal(plain(one_hot), network(codes))
    # Seeded like everything else.
    assert torch.equal(model_file.untrained(about)(codes), network(codes))


def test_a_function_with_parameters_is_rebuilt_from_the_file_alone(tmp_path):
    steep = {"function": "exponential", "parameters": {"scale": 2.0}}
    declared = {"layers": [*LAYERS["layers"], conv(2, 3, activation=steep)]}
    network = model_file.untrained(description(declared, "steep", steep))
    x = torch.linspace(-3, 3, 50)
    assert all(torch.equal(layer.activation(x), torch.exp(2 * x)) for layer in network.convolutions)
    model_file.save(tmp_path / "m", network)
    codes = torch.from_numpy(np.random.default_rng(0).integers(0, 4, (5, 20), np.uint8))
    again = model_file.load(tmp_path / "m")
    assert torch.equal(again(codes), network(codes))
    assert again.description["activation_function"] == steep


def test_a_combination_is_rebuilt_from_the_file_alone(tmp_path):
    parts = {"first": "exponential", "deeper": "tanh"}
    layers = {"layers": [*LAYERS["layers"], conv(2, 3)]}
    about = description(with_combination(layers, parts), "both", of_studied(parts))
    model_file.save(tmp_path / "m", model_file.untrained(about))
    again = model_file.load(tmp_path / "m")
    assert [layer.activation.name for layer in again.convolutions] == ["exponential", "tanh"]
    assert again.description["activation"] == "both"


def test_own_activation_that_needs_arguments(monkeypatch):
    monkeypatch.syspath_prepend(str(__import__("pathlib").Path(__file__).parent))
    with pytest.raises(UserError, match="its class must need no arguments"):
        model_file.untrained(description(activation="mine", spec="test_model_file:NeedsMore"))


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("no_such_package:Net", "cannot be imported"),
        ("torch.nn:NoSuchClass", "cannot be imported"),
        ("json:JSONDecoder", "not a subclass of torch.nn.Module"),
        ("torch.nn:Linear", "must take length, targets and activation"),
    ],
)
def test_bad_own_networks(module, message):
    with pytest.raises(UserError, match=message):
        model_file.untrained(description({"module": module}))
