"""Networks that others trained: their weights are read as they were meant, and our measures of them are as recorded."""

import csv
import os
import sys
from pathlib import Path

import h5py
import numpy as np
import published_networks
import pytest
import simulate_dataset
import torch
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, Split, read_dataset
from motifcnn.experiment.lookup import look_up, read_plan
from motifcnn.networks.plain import plain_network
from published_networks import CONFIG, declared_network, load_keras, measure

# p-koo/GradientCorrection, results/synthetic/model_params; they are not ours to distribute.
AUTHORS = Path(os.environ.get("MOTIF_FILTERS_DATA", "no such folder")) / "gradient_correction"

# Shapes of the authors' kernels, (size, in, out) and (in, out), and the pool after each.
SHAPES = {
    "cnn_deep": [(11, 4, 24), (7, 24, 32), (7, 32, 48), (3, 48, 64), (256, 96), (96, 1)],
    "cnn_shallow": [(19, 4, 24), (3, 24, 48), (96, 96), (96, 1)],
}
POOLS = {"cnn_deep": [1, 4, 4, 3], "cnn_shallow": [50, 2]}


@pytest.fixture(scope="module")
def plan():
    return read_plan(CONFIG)


def made_up_layers(network):
    """Draw weights, by the names that Keras gives them; variances are so small that its epsilon counts."""
    rng, layers, numbers = np.random.default_rng(3), {"input_1": {}}, {"conv1d": 0, "dense": 0}
    for number, shape in enumerate(SHAPES[network]):
        kind = "conv1d" if len(shape) == 3 else "dense"
        suffix = f"_{numbers[kind]}" if numbers[kind] else ""
        numbers[kind] += 1
        kernel = rng.normal(0, np.prod(shape[:-1]) ** -0.5, shape)
        layers[kind + suffix] = {"kernel": kernel, "bias": rng.normal(0, 0.1, shape[-1])}
        if shape[-1] > 1:
            layers[f"batch_normalization_{number}"] = {
                "gamma": rng.normal(0, 0.3, shape[-1]),
                "beta": rng.normal(0, 1, shape[-1]),
                "moving_mean": rng.normal(0, 0.2, shape[-1]),
                "moving_variance": rng.uniform(0.01, 1, shape[-1]),
            }
            layers[f"activation_{number}"] = {}
    return layers


def write_keras(path, layers):
    """Write weights as `save_weights` of Keras 2 does."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array(list(layers), "S")
        for layer, weights in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = np.array([f"{layer}/{name}:0" for name in weights], "S")
            for name, values in weights.items():
                group[f"{layer}/{name}:0"] = values.astype(np.float32)


def forward(layers, pools, codes):
    """Return the logits of codes, (N, L), as the definitions of Keras's layers have it, position by position."""
    *hidden, output = [weights for weights in layers.values() if weights]
    maps = np.eye(4)[codes]
    for number, (product, norm) in enumerate(zip(hidden[::2], hidden[1::2], strict=True)):
        kernel = product["kernel"]
        if kernel.ndim == 3:
            size, length = len(kernel), maps.shape[1]
            padded = np.pad(maps, ((0, 0), (size // 2, size // 2), (0, 0)))
            maps = sum(padded[:, offset : offset + length] @ kernel[offset] for offset in range(size))
        else:
            maps = maps.reshape(len(maps), -1) @ kernel
        maps = maps + product["bias"]
        maps = (maps - norm["moving_mean"]) / np.sqrt(norm["moving_variance"] + 1e-3)
        maps = maps * norm["gamma"] + norm["beta"]
        maps = np.exp(maps) if number == 0 else np.maximum(maps, 0)
        if kernel.ndim == 3:
            pool, whole = pools[number], maps.shape[1] // pools[number]
            maps = maps[:, : whole * pool].reshape(len(maps), whole, pool, -1).max(2)
    return maps @ output["kernel"] + output["bias"]


def random_data(n):
    codes = np.random.default_rng(5).integers(0, 4, (n, 200), np.uint8)
    split = Split(codes, np.zeros((n, 1), np.uint8))
    return Dataset(split, split, split, ("positive",), "regulatory_code")


def network_of(plan, data, architecture, activation):
    run = next(run for run in plan.runs if (run.architecture, run.activation) == (architecture, activation))
    return declared_network(plan, run, data)


@pytest.mark.parametrize("architecture", SHAPES)
def test_logits_are_those_of_keras(plan, architecture, tmp_path):
    layers, data = made_up_layers(architecture), random_data(20)
    write_keras(tmp_path / "weights.h5", layers)
    network = load_keras(network_of(plan, data, architecture, "exponential"), tmp_path / "weights.h5")
    codes = data.test.sequence
    expected = forward(layers, POOLS[architecture], codes)
    assert np.ptp(expected) > 0.05
    with torch.inference_mode():
        fast = network(torch.from_numpy(codes))
        plain = plain_network(network)(torch.from_numpy(np.eye(4, dtype=np.float32)[codes]).transpose(1, 2))
    np.testing.assert_allclose(fast.numpy(), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(plain.numpy(), expected, rtol=1e-4, atol=1e-5)


def test_weights_of_another_network(plan, tmp_path):
    write_keras(tmp_path / "weights.h5", made_up_layers("cnn_shallow"))
    network = network_of(plan, random_data(1), "cnn_deep", "relu")
    with pytest.raises(UserError, match="are not those of the declared network"):
        load_keras(network, tmp_path / "weights.h5")


def test_a_file_that_keras_has_not_written(plan, tmp_path):
    network = network_of(plan, random_data(1), "cnn_deep", "relu")
    h5py.File(tmp_path / "other.h5", "w").close()
    for name in ("other.h5", "missing.h5"):
        with pytest.raises(UserError, match=rf"{name} cannot be read as weights of Keras"):
            load_keras(network, tmp_path / name)


def simulate(plan, path, n):
    """Write the dataset of the record in small, in another draw, with nine tenths of it as test sequences."""
    parameters = look_up(plan, "parameters", dataset_name="regulatory_code")
    small = {"n_sequences": n, "split": [0.05, 0.05, 0.9], "seed": 1}
    simulate_dataset.main(dataset=path, parameters=parameters | small, dataset_name="regulatory_code")


def test_the_table_has_a_row_per_network(plan, tmp_path, monkeypatch, capsys):
    simulate(plan, tmp_path / "dataset.h5", 60)
    for architecture in SHAPES:
        for activation in ("relu", "exponential"):
            write_keras(tmp_path / f"{architecture}_{activation}_0.h5", made_up_layers(architecture))
    monkeypatch.setattr(
        sys, "argv", ["published_networks.py", str(tmp_path), str(tmp_path / "dataset.h5"), "--seeds", "1"]
    )
    capsys.readouterr()
    published_networks.main()
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines(), delimiter="\t"))
    assert [(row["network"], row["activation"], row["seed"]) for row in rows] == [
        (architecture, activation, "0") for architecture in SHAPES for activation in ("relu", "exponential")
    ]
    for row in rows:
        assert (
            1 > float(row["off_simplex_30"]) > float(row["off_simplex_45"]) > float(row["off_simplex_60"]) > 0
        )
        assert float(row["saliency_auroc"]) != float(row["saliency_corrected_auroc"])
        assert None not in row.values()


@pytest.fixture(scope="module")
def regulatory_code(plan, tmp_path_factory):
    path = tmp_path_factory.mktemp("regulatory_code") / "dataset.h5"
    simulate(plan, path, 2000)
    return read_dataset(path, splits=("test",))


@pytest.mark.skipif(
    not AUTHORS.is_dir(), reason="MOTIF_FILTERS_DATA does not name the folder with gradient_correction"
)
@pytest.mark.parametrize(
    ("activation", "auroc", "saliency", "shares", "motifs"),
    [
        ("relu", 0.961, 0.662, (0.357, 0.163, 0.053), 0),
        ("exponential", 0.971, 0.783, (0.394, 0.196, 0.075), 5),
    ],
)
def test_measures_are_those_recorded(plan, regulatory_code, activation, auroc, saliency, shares, motifs):
    # docs/reproductions/published_networks.tsv, whose 4,000 sequences are another draw.
    path = AUTHORS / f"cnn_deep_{activation}_0.h5"
    network = load_keras(network_of(plan, regulatory_code, "cnn_deep", activation), path)
    found = measure(network, regulatory_code, plan)
    assert found["auroc"] == pytest.approx(auroc, abs=0.02)
    assert found["saliency_auroc"] == pytest.approx(saliency, abs=0.02)
    assert [found[f"off_simplex_{angle}"] for angle in (30, 45, 60)] == pytest.approx(shares, abs=0.01)
    assert found["motifs_found"] == motifs
