"""The training engine: reproducible, resumable, and clear about what goes wrong."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, Split
from motifcnn.networks import model_file
from motifcnn.training import loop, outcomes
from motifcnn.training.prediction_scores import micro_scores
from toys.gattaca import gattaca
from toys.networks import (
    TRAINING,
    Interrupted,
    conv,
    dense,
    interrupt_after,
    same_weights,
    shipped_activations,
)

DECLARED = {
    "layers": [
        conv(8, 7, activation="studied", pool=4, dropout=0.1),
        conv(8, 3, pool=5, dropout=0.1),
        dense(16, dropout=0.5),
    ]
}
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def dataset():
    return gattaca(300, 100, 100)


def fresh(dataset, activation="exponential", seed=1, protocol=TRAINING):
    return model_file.untrained(
        model_file.describe("toy", DECLARED, activation, activation, dataset, seed, protocol)
    )


def run(dataset, seed=1, checkpoints=None, on_epoch=lambda epoch: None, code=(), **changes):
    protocol = {**TRAINING, **changes}
    network = fresh(dataset, seed=seed, protocol=protocol)
    outcome = loop.train(
        network, dataset, protocol, CPU, checkpoints=checkpoints, on_epoch=on_epoch, code=code
    )
    return network, outcome


def test_it_learns(dataset):
    network, _ = run(dataset, epochs=30)
    scores, _ = loop.evaluate_split(network, dataset.test, dataset.targets, "trapezoid", CPU)
    assert scores["auroc_mean"] > 0.9


def test_same_seed_same_bytes_other_seed_other_weights(dataset, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        network, outcome = run(dataset, seed=seed)
        model_file.save(tmp_path / name, network)
        scores = outcomes.score(network, dataset, outcome, TRAINING, "trapezoid", CPU)
        outcomes.write_scores(tmp_path / f"{name}.json", tmp_path / "history", tmp_path / "curves", scores)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


@pytest.mark.parametrize("stop_after", [1, 2, 3, 5])
def test_interrupted_training_goes_on_and_ends_the_same(dataset, tmp_path, stop_after):
    whole, uninterrupted = run(dataset)
    with pytest.raises(Interrupted):
        run(dataset, checkpoints=tmp_path, on_epoch=interrupt_after(stop_after))
    resumed, outcome = run(dataset, checkpoints=tmp_path)
    assert outcome.resumed_from_epoch == (stop_after // 2 * 2 or None)
    assert outcome.history == uninterrupted.history
    assert same_weights(whole, resumed)


def test_a_checkpoint_of_another_training_is_not_used(dataset, tmp_path, capsys):
    run(dataset, checkpoints=tmp_path)
    for changes in ({"seed": 2}, {"batch_size": 30}, {"keep": "last"}):
        assert run(dataset, checkpoints=tmp_path, **changes)[1].resumed_from_epoch is None
        assert capsys.readouterr().err == (
            f"the checkpoint {tmp_path}/checkpoint.safetensors is not used: it belongs to a training with another "
            "network, protocol, device or dataset; the training starts anew\n"
        )


@pytest.mark.parametrize("part", ["train", "valid"])
@pytest.mark.parametrize("array", ["sequence", "label"])
def test_a_checkpoint_of_other_data_is_not_used(dataset, tmp_path, part, array):
    run(dataset, checkpoints=tmp_path)
    split = getattr(dataset, part)
    changed = replace(dataset, **{part: replace(split, **{array: 1 - np.minimum(getattr(split, array), 1)})})
    assert run(changed, checkpoints=tmp_path)[1].resumed_from_epoch is None
    # The test split plays no part in training.
    other_test = replace(changed, test=dataset.valid)
    assert run(other_test, checkpoints=tmp_path)[1].resumed_from_epoch == 6


def test_after_an_edit_of_the_code_a_training_starts_anew(dataset, tmp_path, capsys):
    _, first = run(dataset, checkpoints=tmp_path, code=["a", None])
    assert run(dataset, checkpoints=tmp_path, code=["a", None])[1].resumed_from_epoch == 6
    assert capsys.readouterr().err == ""
    _, again = run(dataset, checkpoints=tmp_path, code=["b", None])
    assert again.resumed_from_epoch is None
    assert again.history == first.history
    assert capsys.readouterr().err == (
        f"the checkpoint {tmp_path}/checkpoint.safetensors is not used: the code has changed since it was saved; "
        "the training starts anew\n"
    )


def test_with_another_version_of_pytorch_a_training_starts_anew(dataset, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(torch, "__version__", "1.0")
    run(dataset, checkpoints=tmp_path)
    monkeypatch.undo()
    assert run(dataset, checkpoints=tmp_path)[1].resumed_from_epoch is None
    assert f"saved with PyTorch 1.0, and this is PyTorch {torch.__version__};" in capsys.readouterr().err


def test_a_checkpoint_cut_short_is_not_used(dataset, tmp_path, capsys):
    run(dataset, checkpoints=tmp_path)
    file = next(tmp_path.iterdir())
    file.write_bytes(file.read_bytes()[:-50])
    assert run(dataset, checkpoints=tmp_path)[1].resumed_from_epoch is None
    assert "is not used: it is incomplete; the training starts anew" in capsys.readouterr().err


def test_stops_when_patience_runs_out_and_keeps_the_best(dataset):
    changes = {
        "epochs": 50,
        "stop": {"monitor": "val_loss", "patience": 3},
        "optimizer": {**TRAINING["optimizer"], "lr": 0.05},
    }
    best, outcome = run(dataset, **changes)
    last, _ = run(dataset, **changes, keep="last")
    assert outcome.stopped == "patience"
    assert len(outcome.history) == outcome.best_epoch + 3
    assert min(h["val_loss"] for h in outcome.history) == outcome.history[outcome.best_epoch - 1]["val_loss"]
    assert not same_weights(best, last)
    # The weights kept are those that gave the best validation loss.
    scores, _ = loop.evaluate_split(best, dataset.valid, dataset.targets, "trapezoid", CPU)
    penalty = 1e-6 * sum(
        p.square().sum().item() for n, p in best.named_parameters() if p.dim() > 1 or n == "output.bias"
    )
    assert scores["loss"] + penalty == pytest.approx(
        outcome.history[outcome.best_epoch - 1]["val_loss"], rel=1e-5
    )


KERNELS = {"convolutions.0.weight", "convolutions.1.weight", "dense.0.weight"}


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("kernels_and_output_bias", {*KERNELS, "output.weight", "output.bias"}),
        ("kernels_but_output", KERNELS),
    ],
)
def test_l2_is_the_gradient_of_its_penalty(dataset, scope, names):
    network = fresh(dataset)
    penalty = loop._Penalty(network, {"weight": 0.01, "scope": scope})
    [(parameters, _)] = penalty.groups
    inside = {id(p) for p in parameters}
    assert {n for n, p in network.named_parameters() if id(p) in inside} == names
    assert penalty.value() == pytest.approx(0.01 * sum(p.square().sum().item() for p in parameters))
    # One step of plain gradient descent on nothing but the penalty: p - lr * 2 * 0.01 * p.
    optimizer = loop._make_optimizer(network, {"name": "sgd", "lr": 0.1}, penalty)
    before = {n: p.detach().clone() for n, p in network.named_parameters()}
    for p in network.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    for n, p in network.named_parameters():
        torch.testing.assert_close(p.detach(), before[n] * (1 - 0.1 * 2 * 0.01 if n in names else 1))


def test_a_parameter_that_an_activation_learns(dataset, tmp_path):
    learnable = shipped_activations()["learnable_exponential"]
    network, fixed = fresh(dataset, learnable), fresh(dataset, "exponential")
    names = ["convolutions.0.activation.log_scale"]
    assert [name for name, _ in network.named_parameters() if name not in fixed.state_dict()] == names
    # It changes neither the initial weights nor the logits, counts as one parameter, and is not penalised.
    kernels = network.state_dict()
    assert all(torch.equal(kernels[name], weights) for name, weights in fixed.state_dict().items())
    codes = torch.from_numpy(dataset.test.sequence)
    assert torch.equal(network(codes), fixed(codes))
    assert model_file.count_parameters(network) == model_file.count_parameters(fixed) + 1
    for scope in loop._L2_SCOPES:
        penalties = [loop._Penalty(each, {"weight": 0.01, "scope": scope}) for each in (network, fixed)]
        assert len({len(penalty.groups[0][0]) for penalty in penalties}) == 1

    whole = loop.train(network, dataset, TRAINING, CPU)
    scores = outcomes.score(network, dataset, whole, TRAINING, "trapezoid", CPU)
    scale = network.convolutions[0].activation.log_scale.exp().item()
    assert scores.metrics["learned"] == {"convolutions.0.activation.scale": scale}
    assert abs(scale - 1) > 0.01
    model_file.save(tmp_path / "m", network)
    assert torch.equal(model_file.load(tmp_path / "m")(codes), network(codes))

    with pytest.raises(Interrupted):
        loop.train(
            fresh(dataset, learnable),
            dataset,
            TRAINING,
            CPU,
            checkpoints=tmp_path,
            on_epoch=interrupt_after(3),
        )
    resumed = fresh(dataset, learnable)
    assert loop.train(resumed, dataset, TRAINING, CPU, checkpoints=tmp_path).resumed_from_epoch == 2
    assert same_weights(network, resumed)


@pytest.mark.parametrize("first", [0.1, 0])
def test_l2_of_the_first_layer(dataset, first):
    network = fresh(dataset)
    penalty = loop._Penalty(network, {"weight": 0.01, "scope": "kernels_but_output"}, first)
    weights = {"convolutions.0.weight": first, "convolutions.1.weight": 0.01, "dense.0.weight": 0.01}
    named = dict(network.named_parameters())
    expected = sum(weight * named[name].square().sum().item() for name, weight in weights.items())
    assert penalty.value() == pytest.approx(expected)
    # One step of plain gradient descent on the penalty alone: p - 0.1 * 2 * weight * p.
    optimizer = loop._make_optimizer(network, {"name": "sgd", "lr": 0.1}, penalty)
    before = {name: p.detach().clone() for name, p in named.items()}
    for p in named.values():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    for name, p in named.items():
        torch.testing.assert_close(p.detach(), before[name] * (1 - 0.1 * 2 * weights.get(name, 0)))


def test_the_first_layer_of_the_protocol_is_penalised_in_training(dataset):
    other, _ = run(dataset, epochs=1)
    network, outcome = run(dataset, epochs=1, first_layer={"l2": 0.5})
    unpenalised_weight, weight = (
        one.convolutions[0].weight.square().sum().item() for one in (other, network)
    )
    scores, _ = loop.evaluate_split(network, dataset.valid, dataset.targets, "trapezoid", CPU)
    assert outcome.history[0]["val_loss"] == pytest.approx(scores["loss"] + 0.5 * weight, rel=1e-3)
    assert weight < unpenalised_weight


def test_a_loss_that_is_not_finite_names_epoch_and_batch(dataset, tmp_path):
    network = fresh(dataset)
    calls = []
    forward = network.forward

    def poisoned(codes):
        calls.append(len(codes))
        logits = forward(codes)
        if network.training and sum(n == 20 for n in calls) == 2 * 15 + 5:
            return logits * float("inf")
        return logits

    network.forward = poisoned
    with pytest.raises(UserError, match="batch 5 of epoch 3; the checkpoint of epoch 2 is kept"):
        loop.train(network, dataset, TRAINING, CPU, checkpoints=tmp_path)
    assert (tmp_path / "checkpoint.safetensors").exists()
    assert run(dataset, checkpoints=tmp_path)[1].resumed_from_epoch == 2


def test_a_loss_that_is_not_finite_before_the_first_checkpoint(dataset, tmp_path):
    protocol = {**TRAINING, "optimizer": {**TRAINING["optimizer"], "lr": 1e38}}
    with pytest.raises(UserError, match="of epoch 1; there was no checkpoint yet"):
        loop.train(fresh(dataset, protocol=protocol), dataset, protocol, CPU, checkpoints=tmp_path)
    assert not list(tmp_path.iterdir())


def test_statistics_are_columns_of_the_history_and_change_nothing(dataset, tmp_path):
    network, outcome = run(dataset, epochs=3, statistics=True)
    plain, without = run(dataset, epochs=3)
    assert same_weights(network, plain)
    assert [{key: epoch[key] for key in without.history[0]} for epoch in outcome.history] == without.history
    scores = outcomes.score(network, dataset, outcome, TRAINING, "trapezoid", CPU)
    outcomes.write_scores(tmp_path / "metrics", tmp_path / "history", tmp_path / "curves", scores)
    columns = (tmp_path / "history").read_text().splitlines()[0].split("\t")
    activations = [f"activation_{name}_{layer}" for name in ("max", "mean", "sd") for layer in (1, 2)]
    assert columns[6:] == [*activations, "gradient_1", "gradient_2", "gradient_3", "gradient_output"]


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        # exp(20 x) is finite, but not the variance of what the next layer makes of it.
        (20, "^the values that reach convolutions.1.norm are so large in epoch 1 that their variance is inf"),
        (60, "^the loss is not a finite number in batch 1 of epoch 1; "),
    ],
)
def test_an_exponential_that_is_too_steep_does_not_saturate_in_silence(dataset, scale, sentence, precision):
    network = fresh(dataset, {"function": "exponential", "parameters": {"scale": float(scale)}})
    with pytest.raises(UserError, match=sentence):
        loop.train(network, dataset, TRAINING, CPU, precision)


def test_an_exponential_may_be_steep(dataset):
    network = fresh(dataset, {"function": "exponential", "parameters": {"scale": 5.0}})
    assert len(loop.train(network, dataset, TRAINING, CPU).history) == TRAINING["epochs"]


def test_every_sequence_once_per_epoch_and_another_order_in_the_next(dataset):
    first = torch.cat(list(loop._batches(301, 20, 1, 0, CPU)))
    second = torch.cat(list(loop._batches(301, 20, 1, 1, CPU)))
    # 301 = 15 * 20 + 1: a batch of one has no variance and is left out.
    assert len(set(first.tolist())) == len(first) == 300
    assert first.tolist() != second.tolist()


def test_bfloat16_learns_too(dataset):
    network = fresh(dataset, protocol={**TRAINING, "epochs": 20})
    loop.train(network, dataset, {**TRAINING, "epochs": 20}, CPU, torch.bfloat16)
    scores, _ = loop.evaluate_split(network, dataset.test, dataset.targets, "trapezoid", CPU)
    assert scores["auroc_mean"] > 0.85


def test_monitor_that_is_not_defined(dataset):
    constant = Split(dataset.valid.sequence, np.zeros_like(dataset.valid.label))
    odd = Dataset(dataset.train, constant, dataset.test, dataset.targets, "odd")
    schedule = {"monitor": "val_aupr", "factor": 0.2, "patience": 2, "floor": 1e-6, "min_delta": 1e-4}
    scheduled = {**TRAINING, "schedule": schedule}
    with pytest.raises(UserError, match="the monitor val_aupr is not defined"):
        loop.train(fresh(odd, protocol=scheduled), odd, scheduled, CPU)
    protocol = {**TRAINING, "stop": {"monitor": "val_aupr", "patience": 3}}
    with pytest.raises(UserError, match="the monitor val_aupr is not defined"):
        loop.train(fresh(odd, protocol=protocol), odd, protocol, CPU)


def test_a_monitor_of_all_targets_together(dataset, tmp_path):
    stop = {"monitor": "val_auroc_micro", "patience": 20}
    network, outcome = run(dataset, stop=stop, checkpoints=tmp_path)
    logits = loop.predict(network, torch.from_numpy(dataset.valid.sequence)).numpy()
    best = outcome.history[outcome.best_epoch - 1]
    assert best["val_auroc_micro"] == max(epoch["val_auroc_micro"] for epoch in outcome.history)
    assert micro_scores(dataset.valid.label, logits)["auroc_micro"] == pytest.approx(best["val_auroc_micro"])
    scores = outcomes.score(network, dataset, outcome, TRAINING, "trapezoid", CPU)
    outcomes.write_scores(tmp_path / "m", tmp_path / "h", tmp_path / "p", scores)
    columns = (tmp_path / "h").read_text().partition("\n")[0].split("\t")
    assert columns[-3:] == ["learning_rate", "val_aupr_micro", "val_auroc_micro"]
    # They are added to what another training has.
    [other] = run(dataset, epochs=1)[1].history
    assert "val_aupr_micro" not in other
    assert other.items() < outcome.history[0].items()


def test_saved_model_gives_the_same_logits(dataset, tmp_path):
    network, _ = run(dataset)
    model_file.save(tmp_path / "m.safetensors", network)
    codes = torch.from_numpy(dataset.test.sequence)
    again = model_file.load(tmp_path / "m.safetensors")
    assert torch.equal(loop.predict(network, codes), loop.predict(again, codes))
    assert again.description == network.description
