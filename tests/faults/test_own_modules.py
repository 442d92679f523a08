"""A user's own networks and activations"""

import sys

import pytest
import torch
from motifcnn.adapters.entry import from_command_line
from motifcnn.core.errors import OwnCodeError, UserError
from motifcnn.networks import model_file
from motifcnn.networks.activations import make_activation
from motifcnn.training import loop
from toys.gattaca import gattaca
from toys.networks import TRAINING
from toys.refusals import refused

from .promises import promise

HEAD = """
import torch
from torch import nn
{top}
class Net(nn.Module):
    def __init__(self, length, targets, activation{more}):
        super().__init__()
        self.activation, self.targets = activation, targets
        self.conv, self.norm, self.dense = nn.Conv1d(4, 6, 5, padding=2), nn.BatchNorm1d(6), nn.Linear(6, targets)
        {init}

    def forward(self, x):
        {first}
        logits = self.dense(self.activation(self.norm(self.conv(x))).amax(2))
        {last}
        return logits
"""


def code(top="", more="", init="", first="", last=""):
    return HEAD.format(top=top, more=more, init=init, first=first, last=last)


@pytest.fixture(scope="module")
def dataset():
    return gattaca(60, 20, 20)


@pytest.fixture
def train(tmp_path, monkeypatch, dataset):
    """Train an own network of this source text."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def run(text, name="own:Net", epochs=1):
        (tmp_path / "own.py").write_text(text)
        monkeypatch.delitem(sys.modules, "own", raising=False)
        torch.manual_seed(0)
        about = model_file.describe("mine", {"module": name}, "relu", "relu", dataset, 1, TRAINING)
        network = model_file.untrained(about)
        loop.train(network, dataset, TRAINING | {"epochs": epochs}, torch.device("cpu"))
        return network

    return run


def test_a_good_network_is_trained_the_same_as_without_the_trial(train, monkeypatch):
    draws = code(init="self.dropout = nn.Dropout(0.5)", last="logits = self.dropout(logits)")
    with_trial = train(draws)
    monkeypatch.setattr("motifcnn.networks.user_network.UserNetwork.try_out", lambda *_: None)
    without = train(draws)
    for (name, one), other in zip(
        with_trial.state_dict().items(), without.state_dict().values(), strict=True
    ):
        assert torch.equal(one, other), name


THE = "the architecture 'own:Net' "


@promise(
    "a network of the wrong kind",
    "one sentence before training: what it does, and what it must do",
    {
        "forward returns None": (code(last="logits = None"), "returns NoneType from forward; for 2 sequences it must"),
        "forward returns text": (code(last="logits = 'a'"), "returns str from forward; for 2 sequences it must return"),
        "forward returns a pair": (code(last="logits = (logits, 1)"), "returns tuple from forward; for 2 sequences"),
        "no targets": (code(last="logits = logits[:, 0]"), "returns float32 of shape (2,) for 2 sequences; it must"),
        "too many targets": (
            code(last="logits = torch.cat([logits, logits], 1)"), "it must return logits, float32 of shape (2, "
        ),
        "one row": (code(last="logits = logits[:1]"), "returns float32 of shape (1, "),
        "whole numbers": (code(last="logits = logits.long()"), "returns int64 of shape (2, "),
        "detached": (code(last="logits = logits.detach()"), "returns logits that do not depend on its parameters, so"),
        "without gradients": (
            code(first="torch.set_grad_enabled(False)"), "returns logits that do not depend on its parameters, so that"
        ),
        "other logits": (
            code(last="logits = torch.zeros(len(x), self.targets, requires_grad=True)"),
            "returns logits that do not depend on its parameters",
        ),
        "nothing to train": (
            code(init="self.requires_grad_(False)"), "has no parameters to train; make its layers attributes of the"
        ),
        "its activation is not used": (
            code(init="self.activation = nn.ReLU()"), "the architecture must apply the activation it is given to maps"
        ),
        "it is applied after pooling": (
            code(init="self.conv.stride = (2,)"), "the architecture must apply the activation it is given to maps of"
        ),
        "another signature": (code(more=", width"), "could not be made (missing a required argument: 'width'); its"),
    },
)  # fmt: skip
def test_a_network_of_the_wrong_kind(case, train):
    text, sentence = case
    grad = torch.is_grad_enabled()
    try:
        with refused(sentence, start="the architecture "):
            train(text)
    finally:
        torch.set_grad_enabled(grad)


@promise(
    "an own class that cannot be imported",
    "one sentence",
    {
        "no module": (
            "none_such:Net",
            "cannot be imported (there is no module 'none_such'); write package.module:Class",
        ),
        "no package": (
            "none_such.deep:Net",
            "cannot be imported (No module named 'none_such'); write package.module",
        ),
        "a relative one": (
            "..m:Net",
            "cannot be imported ('..m' is not the name of a module); write package.module:Class",
        ),
        "no name": (
            ":Net",
            "cannot be imported ('' is not the name of a module); write package.module:Class",
        ),
        "no class": ("own:Nat", "cannot be imported: its module has no 'Nat'"),
        "no class named": ("own:", "cannot be imported: its module has no ''"),
        "a function": ("torch:relu", "is not a subclass of torch.nn.Module"),
        "a module": ("torch:nn", "is not a subclass of torch.nn.Module"),
    },
)
def test_what_cannot_be_imported(case, train):
    name, sentence = case
    with refused(sentence, start=f"the architecture {name!r} "):
        train(code(), name)


RAISES = "raise KeyError('mine')"


@promise(
    "an exception in the user's own code",
    "one sentence that says so, and below it the traceback of that code alone",
    {
        "at import": (code(top=RAISES), "cannot be imported, since its module raises KeyError; from your code:"),
        "a syntax error": (code(top="def"), "cannot be imported, since its module raises SyntaxError; from your code:"),
        "an import of its own": (
            code(top="import none_such"), "cannot be imported, since its module raises ModuleNotFoundError; from your"
        ),
        "sys.exit": (code(top="import sys; sys.exit()"), "cannot be imported, since its module raises SystemExit;"),
        "in __init__": (code(init=RAISES), "could not be made, since its class raises KeyError; from your code:"),
        "a TypeError in __init__": (code(init="None + 1"), "could not be made, since its class raises TypeError; from"),
        "in forward": (code(first=RAISES), "raises KeyError in a forward and backward pass of 2 sequences; from your"),
        "wrong sizes": (
            code(init="self.dense = nn.Linear(7, targets)"), "raises RuntimeError in a forward and backward pass of 2"
        ),
        "only in eval mode": (
            code(first=f"if not self.training: {RAISES}"), "raises KeyError in a forward and backward pass"
        ),
    },
)  # fmt: skip
def test_an_exception_in_own_code(case, train, capsys, monkeypatch):
    text, sentence = case

    def main():
        train(text)

    monkeypatch.setattr(sys, "argv", ["train"])
    with pytest.raises(SystemExit):
        from_command_line(main)
    first, *below = capsys.readouterr().err.splitlines()
    assert first.startswith(f"error: {THE}{sentence}")
    assert below[0].startswith(("Traceback (most recent call last):", '  File "')), below
    assert not any("/motifcnn/" in line for line in below)
    assert below[-1].split(":")[0] in first


@promise(
    "an own activation of the wrong kind",
    "one sentence, with a traceback where its own code raises",
    {
        "it needs an argument": (
            "def __init__(self, a): super().__init__()",
            "could not be made (missing a required",
        ),
        "it raises": (
            "def __init__(self): 1 / 0",
            "could not be made, since its class raises ZeroDivisionError",
        ),
    },
)
def test_an_own_activation(case, tmp_path, monkeypatch):
    body, sentence = case
    (tmp_path / "own_act.py").write_text(f"from torch import nn\nclass Act(nn.Module):\n    {body}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_act", raising=False)
    with pytest.raises(UserError) as caught:
        make_activation("own_act:Act")
    assert str(caught.value).startswith(f"the activation 'own_act:Act' {sentence}")
    assert isinstance(caught.value, OwnCodeError) == ("raises" in sentence)
