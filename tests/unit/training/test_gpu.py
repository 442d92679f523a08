"""Training on a GPU: the same bytes again, however it got there, and what the CPU finds."""

import numpy as np
import pytest
import torch
from motifcnn.interpretation.filters import motifs_of_layer
from motifcnn.networks import model_file
from motifcnn.networks.fast_layers import BatchNorm
from motifcnn.training import cuda_graph, loop
from motifcnn.training.devices import set_precision
from toys.gattaca import gattaca
from toys.networks import TRAINING, Interrupted, conv, dense, interrupt_after, same_weights

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here"),
]
CPU, GPU = torch.device("cpu"), torch.device("cuda")
DECLARED = {
    "layers": [
        conv(8, 7, activation="studied", pool=4, dropout=0.1),
        conv(8, 3, pool={"size": 6, "stride": 4}, dropout=0.1),
        dense(16, dropout=0.5),
    ]
}
PROTOCOL = {
    **TRAINING,
    # 305 = 15 * 20 + 5: each epoch ends with a batch that is not recorded.
    "batch_size": 20,
    "epochs": 20,
    "stop": None,
    "keep": "last",
    "schedule": {"monitor": "val_loss", "factor": 0.5, "patience": 4, "floor": 1e-6, "min_delta": 1e-4},
    "checkpoint_every": 4,
}


@pytest.fixture(scope="module")
def dataset():
    return gattaca(305, 200, 400)


def fresh(dataset, seed=1, activation="exponential"):
    return model_file.untrained(
        model_file.describe("toy", DECLARED, activation, activation, dataset, seed, PROTOCOL)
    )


def run(dataset, device=GPU, precision="fp32", seed=1, optimizer=None, activation="exponential", **options):
    protocol = {**PROTOCOL, "optimizer": optimizer or PROTOCOL["optimizer"]}
    network = fresh(dataset, seed, activation)
    dtype = set_precision(precision, 1)
    return network, loop.train(network, dataset, protocol, device, dtype, **options)


@pytest.mark.parametrize("precision", ["fp32", "tf32", "bf16"])
@pytest.mark.parametrize("name", ["adam", "sgd"])
def test_recorded_is_kernel_by_kernel(dataset, monkeypatch, capfd, precision, name):
    optimizer = {"sgd": {"name": "sgd", "lr": 0.02, "momentum": 0.9}}.get(name)
    recorded, outcome = run(dataset, precision=precision, optimizer=optimizer)
    assert "cannot be recorded" not in capfd.readouterr().err

    def refuse(self, work):
        raise RuntimeError("not now")

    monkeypatch.setattr(cuda_graph.CudaGraphs, "record", refuse)
    step_by_step, expected = run(dataset, precision=precision, optimizer=optimizer)
    assert "cannot be recorded: not now" in capfd.readouterr().err
    assert outcome.history == expected.history
    assert same_weights(recorded, step_by_step)


def test_same_seed_same_bytes_other_seed_other_weights(dataset):
    (a, _), (b, _), (c, _) = run(dataset), run(dataset), run(dataset, seed=2)
    assert same_weights(a, b)
    assert not same_weights(a, c)


def test_resumed_is_uninterrupted(dataset, tmp_path):
    whole, uninterrupted = run(dataset)
    with pytest.raises(Interrupted):
        run(dataset, checkpoints=tmp_path, on_epoch=interrupt_after(10))
    resumed, outcome = run(dataset, checkpoints=tmp_path)
    assert outcome.resumed_from_epoch == 8
    assert outcome.history == uninterrupted.history
    assert same_weights(whole, resumed)


def test_a_broken_recording_leaves_a_gpu_that_works(dataset, monkeypatch, capfd):
    record = cuda_graph.CudaGraphs.record

    def break_off(self, work):
        return record(self, lambda: (work(), torch.cuda.synchronize()))

    monkeypatch.setattr(cuda_graph.CudaGraphs, "record", break_off)
    broken, _ = run(dataset)
    assert "cannot be recorded" in capfd.readouterr().err
    monkeypatch.undo()
    assert same_weights(broken, run(dataset)[0])


def test_an_epoch_of_steps_never_waits_for_the_gpu(dataset):
    set_precision("fp32", 1)
    network = fresh(dataset).to(GPU)
    optimizer = loop._make_optimizer(network, PROTOCOL["optimizer"], loop._Penalty(network, PROTOCOL["l2"]))
    data = loop._OnDevice.of(dataset.train, GPU)
    step = cuda_graph.training_step(network, data.codes, data.label, optimizer, 20)
    batches = list(loop._batches(305, 20, 1, 0, GPU))
    with cuda_graph.CudaGraphs(GPU).without_waiting():
        losses = torch.stack([step(rows) for rows in batches])
    assert torch.isfinite(losses).all()


def test_the_gradient_of_pooled_normalisation_is_that_of_the_cpu():
    set_precision("fp32", 1)
    torch.manual_seed(0)
    given = torch.randn(6, 5, 1, 43)
    gradients = []
    for device in (CPU, GPU):
        maps = given.to(device).contiguous(memory_format=torch.channels_last).requires_grad_()
        norm = BatchNorm(5, 1e-8, 0.01).to(device)
        pooled = norm.then_pool(maps, torch.ones(5, device=device), 6, 4, (2, 1))
        (pooled * torch.arange(pooled.numel(), device=device).view(pooled.shape)).sum().backward()
        gradients.append([x.grad.cpu() for x in (maps, norm.weight, norm.bias)])
        gradients[-1] += [norm.running_mean.cpu(), norm.running_var.cpu()]
    for cpu, gpu in zip(*gradients, strict=True):
        torch.testing.assert_close(gpu, cpu, rtol=1e-4, atol=1e-3)


def test_a_trained_network_gives_the_same_logits_and_motifs_on_both(dataset):
    network, _ = run(dataset, device=CPU)
    codes = torch.from_numpy(dataset.test.sequence)
    on_cpu, motifs = loop.predict(network, codes), motifs_of_layer(network, dataset.test.sequence)
    network.to(GPU)
    on_gpu = loop.predict(network, codes.to(GPU)).cpu()
    torch.testing.assert_close(on_gpu, on_cpu, rtol=1e-3, atol=1e-3)
    again = motifs_of_layer(network, dataset.test.sequence)
    # An activation within rounding of the threshold may be a site on one of them alone.
    np.testing.assert_allclose(again.ppm, motifs.ppm, atol=0.02)


def test_a_gpu_learns_what_the_cpu_learns(dataset):
    # Every one of 20 seeds learns the task with these, 0.993 and better on a CPU; with the others' it takes luck.
    options = {"activation": "relu", "optimizer": {**PROTOCOL["optimizer"], "lr": 0.02}}

    def auroc(device, precision="fp32"):
        scores = []
        for seed in range(1, 6):
            network, _ = run(dataset, device=device, precision=precision, seed=seed, **options)
            found, _ = loop.evaluate_split(network, dataset.test, dataset.targets, "trapezoid", device)
            scores.append(found["auroc_mean"])
        return np.array(scores)

    on_cpu = auroc(CPU)
    for precision in ("fp32", "bf16"):
        on_gpu = auroc(GPU, precision)
        spread = max(on_cpu.std(ddof=1), on_gpu.std(ddof=1))
        assert on_gpu.min() > 0.9
        assert abs(on_gpu.mean() - on_cpu.mean()) < max(0.02, 3 * spread)
