"""The state of an unfinished training: what is written comes back, and only to the training that wrote it."""

import hashlib
import json
import re

import numpy as np
import pytest
import torch
from motifcnn.training.checkpoint import FILE, State, copy_state, fingerprint, load_state, origin, save_state

# Two parameters, two Adam slots each beside the step, and a buffer with a slash's worth of dots in its name.
LR, BETAS = 0.125, (0.5, 0.75)


def network():
    layers = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.Linear(3, 1))
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in layers.parameters():
            parameter.copy_(torch.rand(parameter.shape, generator=generator))
    return layers


def adam(layers):
    return torch.optim.Adam(layers.parameters(), LR, BETAS)


def step(layers, optimizer):
    optimizer.zero_grad()
    layers(torch.tensor([[1.0, 2.0], [3.0, 5.0], [8.0, 13.0]])).square().sum().backward()
    optimizer.step()


@pytest.fixture
def saved(tmp_path):
    """A folder with a checkpoint after two steps, the state that was saved and its origin."""
    layers = network()
    optimizer = adam(layers)
    step(layers, optimizer)
    best = copy_state(layers)
    step(layers, optimizer)
    state = State(
        copy_state(layers), optimizer.state_dict(), best, [{"epoch": 1, "val_aupr": None}], [0.5, 2.25]
    )
    now = origin("abc", ["x", None])
    save_state(tmp_path, state, now)
    return tmp_path, state, now


def test_all_of_the_state_comes_back(saved):
    folder, state, now = saved
    assert [path.name for path in folder.iterdir()] == [FILE]
    found = load_state(folder, now, adam(network()))
    for part in ("network", "best"):
        tensors, expected = getattr(found, part), getattr(state, part)
        assert tensors.keys() == expected.keys()
        assert all(torch.equal(tensors[name], expected[name]) for name in expected)
    assert not torch.equal(found.network["0.weight"], found.best["0.weight"])
    assert found.optimizer["state"].keys() == state.optimizer["state"].keys() == {0, 1, 2, 3, 4, 5}
    for index, slots in state.optimizer["state"].items():
        assert found.optimizer["state"][index].keys() == slots.keys() == {"step", "exp_avg", "exp_avg_sq"}
        assert all(torch.equal(found.optimizer["state"][index][name], slot) for name, slot in slots.items())
    assert (found.history, found.seconds) == ([{"epoch": 1, "val_aupr": None}], [0.5, 2.25])


def test_a_step_after_loading_is_the_step_that_would_have_followed(saved):
    folder, state, now = saved
    layers, resumed = network(), network()
    layers.load_state_dict(state.network)
    optimizer = adam(layers)
    optimizer.load_state_dict(state.optimizer)
    step(layers, optimizer)

    found = load_state(folder, now, optimizer := adam(resumed))
    resumed.load_state_dict(found.network)
    optimizer.load_state_dict(found.optimizer)
    step(resumed, optimizer)
    assert all(
        torch.equal(one, other) for one, other in zip(layers.parameters(), resumed.parameters(), strict=True)
    )


def test_the_groups_are_those_of_the_fresh_optimiser(saved):
    folder, _, now = saved
    fresh = torch.optim.Adam(network().parameters(), 0.25)
    assert load_state(folder, now, fresh).optimizer["param_groups"] == fresh.state_dict()["param_groups"]


def test_without_a_checkpoint_nothing_is_said(tmp_path, capsys):
    assert load_state(tmp_path, origin("abc", []), adam(network())) is None
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"training": "abd"}, "it belongs to a training with another network, protocol, device or dataset"),
        ({"code": ["x", "y"]}, "the code has changed since it was saved"),
        ({"pytorch": "9"}, f"it was saved with PyTorch {torch.__version__}, and this is PyTorch 9"),
        # The first difference is told.
        ({"code": [], "pytorch": "9"}, "the code has changed since it was saved"),
    ],
)
def test_a_checkpoint_of_another_origin_is_not_used(saved, capsys, change, reason):
    folder, _, now = saved
    assert load_state(folder, now | change, adam(network())) is None
    assert (
        capsys.readouterr().err
        == f"the checkpoint {folder / FILE} is not used: {reason}; the training starts anew\n"
    )


def test_a_checkpoint_cut_short_is_not_used(saved, capsys):
    folder, _, now = saved
    path = folder / FILE
    path.write_bytes(path.read_bytes()[:-1])
    assert load_state(folder, now, adam(network())) is None
    assert "is not used: it is incomplete; the training starts anew" in capsys.readouterr().err


def test_a_checkpoint_of_no_known_origin_is_not_used(tmp_path, capsys):
    layers = network()
    save_state(tmp_path, State(copy_state(layers), adam(layers).state_dict(), {}, [], []), {})
    assert load_state(tmp_path, origin("abc", []), adam(layers)) is None
    assert "it belongs to a training with another" in capsys.readouterr().err


def test_the_origin():
    assert origin("abc", ("x", None)) == {
        "training": "abc",
        "code": ["x", None],
        "pytorch": str(torch.__version__),
    }


def test_the_fingerprint_is_of_shapes_values_and_keys_in_any_order():
    """SHA-256 of the parts one after the other: a shape as Python writes it and the bytes, or sorted JSON."""
    tensor = torch.tensor([[1, 2, 3], [4, 5, 6]], dtype=torch.uint8)
    expected = hashlib.sha256(
        b"(2, 3)" + bytes([1, 2, 3, 4, 5, 6]) + json.dumps({"a": 1, "b": None}).encode()
    )
    assert fingerprint(tensor, {"b": None, "a": 1}) == expected.hexdigest()
    # A view that is not contiguous counts by its values.
    assert fingerprint(tensor.T) == fingerprint(torch.from_numpy(np.ascontiguousarray(tensor.numpy().T)))
    others = [tensor.reshape(3, 2), tensor + 1, tensor[:1]]
    assert len({fingerprint(other) for other in (tensor, *others)}) == 4
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint())


def test_a_copy_of_the_state_does_not_follow_the_network():
    layers = network()
    copy = copy_state(layers)
    assert copy.keys() == layers.state_dict().keys()
    assert not any(tensor.requires_grad for tensor in copy.values())
    before = copy["0.weight"].clone()
    step(layers, adam(layers))
    assert torch.equal(copy["0.weight"], before)
    assert not torch.equal(layers.state_dict()["0.weight"], before)
