"""The recorded training step: what it leaves alone, what it gives, and when it is not used.

On the CPU a tape of operations takes the place of a CUDA graph (tests/toys/tape.py).
"""

import re

import numpy as np
import pytest
import torch
from motifcnn.data.dataset import Dataset, Split
from motifcnn.networks import model_file
from motifcnn.networks.fast_layers import seed_draws
from motifcnn.training import cuda_graph, loop
from motifcnn.training.cuda_graph import training_step
from torch import nn
from toys.networks import TRAINING, Interrupted, conv, dense, interrupt_after, same_weights, shipped
from toys.tape import Tape

CPU = torch.device("cpu")
DECLARED = {
    "layers": [
        conv(8, 7, activation="studied", pool=4, dropout=0.1),
        conv(6, 3, norm=None, pool={"size": 5, "stride": 2}),
        dense(16, dropout=0.5),
    ]
}
ADAM = {"name": "adam", "lr": 0.01, "betas": [0.95, 0.999], "eps": 1e-8}
SGD = {"name": "sgd", "lr": 0.1, "momentum": 0.9}
PROTOCOL = {
    **TRAINING,
    "optimizer": ADAM,
    "l2": {"weight": 1e-4, "scope": "kernels_and_output_bias"},
    # 130 = 3 * 40 + 10: each epoch ends with a batch that is not recorded.
    "batch_size": 40,
    "epochs": 4,
    "stop": None,
    "keep": "last",
    # No epoch is better than the first by 10: the rate falls after each of the others.
    "schedule": {"monitor": "val_loss", "factor": 0.3, "patience": 1, "floor": 1e-6, "min_delta": 10.0},
    "checkpoint_every": 1,
}


class Refusing(Tape):
    def record(self, work):
        raise RuntimeError("this driver is too old\nand more that nobody reads")


@pytest.fixture(scope="module")
def dataset():
    rng = np.random.default_rng(0)

    def split(n):
        return Split(rng.integers(0, 5, (n, 60), np.uint8), rng.integers(0, 2, (n, 3), np.uint8))

    return Dataset(split(130), split(50), split(10), ("a", "b", "c"), "toy")


@pytest.fixture
def recorder(monkeypatch):
    """Makes the CPU a device whose steps are recorded; returns the tapes that were made."""

    def use(kind):
        made = []

        def make(device):
            made.append(kind(device))
            return made[-1]

        monkeypatch.setitem(cuda_graph._RECORDERS, "cpu", make)
        return made

    return use


def fresh(dataset, protocol=PROTOCOL, declared=DECLARED, activation="exponential"):
    return model_file.untrained(
        model_file.describe("toy", declared, activation, activation, dataset, 1, protocol)
    )


def run(dataset, protocol=PROTOCOL, **options):
    network = fresh(dataset, protocol)
    return network, loop.train(network, dataset, protocol, CPU, **options)


def made_ready(network, dataset, protocol=PROTOCOL):
    optimizer = loop._make_optimizer(network, protocol["optimizer"], loop._Penalty(network, protocol["l2"]))
    codes, label = (torch.from_numpy(x) for x in (dataset.train.sequence, dataset.train.label))
    return optimizer, lambda: training_step(network, codes, label, optimizer, protocol["batch_size"])


@pytest.mark.parametrize("optimizer", [ADAM, SGD])
def test_recorded_training_is_that_kernel_by_kernel(dataset, recorder, optimizer, capfd):
    protocol = {**PROTOCOL, "optimizer": optimizer}
    tapes = recorder(Tape)
    recorded, outcome = run(dataset, protocol)
    # Three to compare, and three full batches in each of four epochs.
    assert [tape.replays for tape in tapes] == [3 + 4 * 3]
    assert capfd.readouterr().err == ""
    recorder(Refusing)
    step_by_step, expected = run(dataset, protocol)
    assert outcome.history == expected.history
    assert len({epoch["learning_rate"] for epoch in outcome.history}) == 3
    assert same_weights(recorded, step_by_step)


def test_a_learning_rate_that_is_a_tensor_gives_what_a_number_gives(dataset, recorder):
    # Not Adam, which makes whole steps of rounding errors where a gradient is zero.
    protocol = {**PROTOCOL, "optimizer": SGD}
    with_numbers, _ = run(dataset, protocol)
    recorder(Tape)
    with_tensors, _ = run(dataset, protocol)
    for a, b in zip(with_numbers.parameters(), with_tensors.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_resumed_is_uninterrupted(dataset, recorder, tmp_path):
    tapes = recorder(Tape)
    whole, uninterrupted = run(dataset)
    with pytest.raises(Interrupted):
        run(dataset, checkpoints=tmp_path, on_epoch=interrupt_after(2))
    resumed, outcome = run(dataset, checkpoints=tmp_path)
    assert outcome.resumed_from_epoch == 2
    assert tapes[-1].replays == 3 + 2 * 3
    assert outcome.history == uninterrupted.history
    assert same_weights(whole, resumed)


@pytest.mark.parametrize("kind", [Tape, Refusing])
@pytest.mark.parametrize("steps_before", [0, 2])
def test_making_a_step_changes_nothing(dataset, recorder, kind, steps_before):
    recorder(kind)
    network = fresh(dataset)
    optimizer, make = made_ready(network, dataset)
    seed_draws(network, 5)
    if steps_before:
        step = make()
        for i in range(steps_before):
            step(torch.arange(40) + i)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    slots = [{k: v.clone() for k, v in slot.items()} for slot in optimizer.state.values()]
    make()
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, state[name]), name
    zeros = [{k: torch.zeros_like(v) for k, v in slot.items()} for slot in optimizer.state.values()]
    for now, before in zip(optimizer.state.values(), slots or zeros, strict=True):
        assert all(torch.equal(now[k], before[k]) for k in now)
    assert bool(slots) == bool(steps_before)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_a_step_takes_the_rows_it_is_given(dataset, recorder):
    recorder(Tape)
    network = fresh(dataset, activation="relu")
    _, make = made_ready(network, dataset)
    recorded = make()
    rows = torch.randperm(130)[:40]
    codes, label = (torch.from_numpy(x) for x in (dataset.train.sequence, dataset.train.label))
    seed_draws(network, 7)
    with torch.no_grad():
        expected = nn.functional.binary_cross_entropy_with_logits(network(codes[rows]), label[rows].float())
    seed_draws(network, 7)
    first = recorded(rows)
    torch.testing.assert_close(first, expected)
    kept = first.clone()
    recorded(rows)
    assert torch.equal(first, kept)


class Waiting(nn.Module):
    """Scales by what it has seen, which the CPU must wait for."""

    def forward(self, x):
        return x / max(1.0, x.detach().abs().max().item())


class Counting(nn.Module):
    """Does something else in each call, which a recording cannot know."""

    calls = 0

    def forward(self, x):
        Counting.calls += 1
        return torch.sin(x * Counting.calls)


@pytest.mark.parametrize(
    ("module", "reason"),
    [(Waiting, "_local_scalar_dense makes the CPU wait"), (Counting, "its losses were .* instead of")],
)
def test_modules_that_cannot_be_recorded(dataset, recorder, capfd, module, reason):
    recorder(Tape)
    network = fresh(dataset)
    network.convolutions[0].activation = module()
    _, make = made_ready(network, dataset)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    step = make()
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    assert said.startswith("training kernel by kernel, because the step cannot be recorded: ")
    assert re.search(reason, said)
    assert all(torch.equal(tensor, state[name]) for name, tensor in network.state_dict().items())
    seed_draws(network, 1)
    assert torch.isfinite(step(torch.arange(40)))


def test_the_reason_is_one_line(dataset, recorder, capfd):
    recorder(Refusing)
    run(dataset)
    assert capfd.readouterr().err == (
        "training kernel by kernel, because the step cannot be recorded: this driver is too old\n"
    )


def test_too_little_memory_is_not_hidden(dataset, recorder):
    class Full(Tape):
        def record(self, work):
            try:
                raise torch.OutOfMemoryError("the card is full")
            finally:
                # As ending a broken recording does.
                raise RuntimeError("operation failed due to a previous error during capture")

    recorder(Full)
    with pytest.raises(torch.OutOfMemoryError, match="the card is full"):
        run(dataset)


def test_fewer_rows_than_a_batch_are_not_recorded(dataset, recorder):
    tapes = recorder(Tape)
    run(dataset, {**PROTOCOL, "batch_size": 200})
    assert not tapes


@pytest.mark.parametrize("declared", [DECLARED, shipped()["cnn-deep"]], ids=["toy", "cnn-deep"])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_off_the_cpu_a_step_never_waits_for_a_value(declared, precision, dataset):
    # Tensors of the meta device have no values: whoever asks for one fails.
    long = Dataset(
        Split(np.zeros((40, 200), np.uint8), np.zeros((40, 3), np.uint8)), None, None, ("a", "b", "c"), "long"
    )
    network = fresh(long, declared=declared).to("meta").train()
    network.precision = precision
    logits = network(torch.zeros(40, 200, dtype=torch.uint8, device="meta"))
    assert logits.device.type == "meta"
    assert logits.shape == (40, 3)
    logits.sum().backward()
    assert all(p.grad.shape == p.shape for p in network.parameters())
