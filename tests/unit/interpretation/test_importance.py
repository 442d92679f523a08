"""Filters taken out one at a time, against what can be worked out by hand and against the naive way."""

import numpy as np
import pandas as pd
import pytest
import score_importance
import torch
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import encode
from motifcnn.data.dataset import Dataset, Split, write_dataset
from motifcnn.interpretation import importance
from motifcnn.interpretation.filter_tables import (
    DROP_OF,
    IMPORTANCE_COLUMNS,
    read_importance,
    write_importance,
)
from motifcnn.interpretation.importance import measure_importance
from motifcnn.networks import model_file
from motifcnn.networks.network import Network
from motifcnn.networks.user_network import UserNetwork
from motifcnn.training.prediction_scores import aupr
from torch import nn
from toys.networks import NORM, TRAINING, build, conv, dense


def studied(filters=5, size=5, **more):
    return conv(filters, size, activation="studied", **more)


def letters_network(weights):
    """Filters 0 to 2 tell whether there is an A, C or G; `weights`, (targets, 3), make the logits."""
    layer = studied(3, 1, norm=None, pool=4)
    network = Network({"layers": [layer]}, "relu", 4, len(weights), NORM)
    network.convolutions[0].weight.data = torch.eye(4)[:3, :, None].clone()
    network.output.weight.data = torch.tensor(weights, dtype=torch.float32)
    network.output.bias.data[:] = 0.5
    return network.eval()


# A quarter has an A, a half a C.
SEQUENCES = ["TATT", "ACTT", "CTTT", "TTTC", "TTCT", "TTTT", "TTTT", "TTTT"]
CODES = np.stack([encode(text) for text in SEQUENCES])
HAS_A = np.array([["A" in text] for text in SEQUENCES], dtype=np.uint8)
HAS_C = np.array([["C" in text] for text in SEQUENCES], dtype=np.uint8)


class TestByHand:
    # Without the filter all logits are equal: the precision is the base rate, 1/4, at a recall of one.
    # The step-wise area is 1/4, the trapezoid's, which starts at a precision of one, (1 + 1/4) / 2.
    @pytest.mark.parametrize(("method", "drop"), [("average_precision", 0.75), ("trapezoid", 0.375)])
    def test_one_filter_decides_everything(self, method, drop):
        table = measure_importance(letters_network([[2, 0, 0]]), CODES, HAS_A, ["a"], aupr_method=method)
        first = table.iloc[0]
        assert (first["filter"], first["mean_output"], first["aupr_intact"]) == ("filter0", 0.25, 1)
        assert (first["target"], first["target_aupr_drop"], first[f"{DROP_OF}a"]) == ("a", drop, drop)
        assert first["aupr_drop"] == drop
        # 2 x 1/4 in place of 2 where the target binds, and in place of 0 elsewhere.
        assert first["logit_change"] == -1.5
        assert first["logit_change_abs"] == (2 * 1.5 + 6 * 0.5) / 8

    def test_a_filter_that_the_next_layer_ignores(self):
        table = measure_importance(letters_network([[2, 0, 0]]), CODES, HAS_A, ["a"])
        numbers = table.loc[1:, ["mean_output", "aupr_drop", "logit_change", "logit_change_abs"]]
        np.testing.assert_array_equal(numbers, [[0.5, 0, 0, 0], [0, 0, 0, 0]])

    def test_each_target_has_a_filter_of_its_own(self):
        network, label = letters_network([[2, 0, 0], [0, 4, 0]]), np.hstack([HAS_A, HAS_C])
        table = measure_importance(network, CODES, label, ["a", "c"], aupr_method="average_precision")
        np.testing.assert_array_equal(table[[f"{DROP_OF}a", f"{DROP_OF}c"]], [[0.75, 0], [0, 0.5], [0, 0]])
        assert list(table["aupr_drop"]) == [0.375, 0.25, 0]
        assert list(table["target"][:2]) == ["a", "c"]
        # 4 x 1/2 in place of 4 where c binds; nothing for a: the mean over targets is half of it.
        assert list(table["logit_change"]) == [-0.75, -1, 0]

    def test_a_filter_that_misleads_has_a_negative_drop(self):
        # A C outweighs an A: the two sequences with an A come fourth or later.
        table = measure_importance(letters_network([[1, 1, 0]]), CODES, HAS_A, ["a"])
        assert table["aupr_drop"][1] < 0 < table["aupr_drop"][0]
        assert table["target_aupr_drop"][1] == table["aupr_drop"][1]

    def test_a_target_that_binds_once(self):
        # In the second sequence alone, which has an A and a C.
        once = HAS_A * HAS_C
        assert once.sum() == 1
        table = measure_importance(
            letters_network([[2, 4, 0]]), CODES, once, ["both"], aupr_method="average_precision"
        )
        # 2 x 1/4 in place of 2, and 4 x 1/2 in place of 4.
        assert list(table["logit_change"]) == [-1.5, -2, 0]
        # Without the A, it is one of four sequences with a C; without the C, one of two with an A.
        assert list(table["aupr_drop"]) == [1 - 1 / 4, 1 - 1 / 2, 0]

    def test_a_target_of_one_class_is_left_out(self):
        label = np.hstack([HAS_A, np.zeros_like(HAS_A)])
        table = measure_importance(letters_network([[2, 0, 0], [2, 0, 0]]), CODES, label, ["a", "none"])
        assert table["aupr_drop"][0] == table[f"{DROP_OF}a"][0] == 0.375
        assert table["logit_change"][0] == -1.5
        assert table[f"{DROP_OF}none"].isna().all()
        nothing = measure_importance(letters_network([[2, 0, 0]]), CODES, np.zeros_like(HAS_A), ["none"])
        assert nothing[["aupr_intact", "aupr_drop", "logit_change", "target_aupr_drop"]].isna().all(axis=None)
        assert list(nothing["target"]) == [""] * 3
        assert nothing["logit_change_abs"][0] == 0.75


def random_data(n=41, length=40, targets=3, seed=0):
    generator = np.random.default_rng(seed)
    return generator.integers(0, 5, (n, length), np.uint8), generator.integers(0, 2, (n, targets), np.uint8)


def random_network(layers, activation="relu", order=("pool", "dropout")):
    network = build({"layers": layers}, activation, 40, 3, order)
    with torch.no_grad():
        for layer in (*network.convolutions, *network.dense):
            if layer.norm:
                layer.norm.running_mean.normal_(0, 0.1, generator=torch.Generator().manual_seed(2))
                layer.norm.running_var.fill_(0.1)
                layer.norm.weight.normal_(0.5, 1, generator=torch.Generator().manual_seed(3))
    return network.eval()


def naive(network, hooked, codes, label):
    """Importance from whole passes of the network, the map changed by a hook on `hooked`."""
    sequences, outputs = torch.from_numpy(codes), []
    with torch.inference_mode():
        hook = hooked.register_forward_hook(lambda _, __, maps: outputs.append(maps.double()))
        intact = network(sequences).numpy()
        hook.remove()
        means = outputs[0].transpose(0, 1).flatten(1).mean(1)
        rows = []
        for index, mean in enumerate(means):

            def replace(_, __, maps, index=index, mean=mean):
                changed = maps.clone()
                changed[:, index] = mean
                return changed

            hook = hooked.register_forward_hook(replace)
            without = network(sequences).numpy()
            hook.remove()
            drop = np.array(aupr(label, intact)) - np.array(aupr(label, without))
            change = without - intact
            bound = [change[label[:, t] == 1, t].mean() for t in range(label.shape[1])]
            rows.append([mean, drop.mean(), np.mean(bound), np.abs(change).mean(), *drop])
    return np.array(rows)


COMPARED = ["mean_output", "aupr_drop", "logit_change", "logit_change_abs"]
NAMES = ["x", "y", "z"]


@pytest.mark.parametrize("activation", ["relu", "exponential", "linear"])
@pytest.mark.parametrize(
    "layers",
    [
        [studied()],
        [studied(pool=4, dropout=0.5), conv(5, pool=2), dense(7)],
        [studied(pool={"size": 6, "stride": 2}), conv(5)],
        [studied(5, 8, padding="valid", pool={"size": 3, "stride": 3, "padding": "valid"}, norm=None)],
    ],
    ids=["one layer", "pooled twice", "overlapping pools", "valid"],
)
def test_is_the_naive_way(layers, activation):
    network, (codes, label) = random_network(layers, activation), random_data()
    table = measure_importance(network, codes, label, NAMES, batch_size=16)
    expected = naive(network, network.convolutions[0], codes, label)
    ours = table[[*COMPARED, *(DROP_OF + name for name in NAMES)]]
    assert np.abs(expected[:, 3]).min() > 1e-3
    np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-6)
    assert list(table.columns) == [*IMPORTANCE_COLUMNS, *(DROP_OF + name for name in NAMES)]


def test_does_not_depend_on_how_many_are_handled_at_a_time(monkeypatch):
    layers = [studied(pool=4), conv(5, pool=2), dense(7)]
    network, (codes, label) = random_network(layers), random_data()
    whole = measure_importance(network, codes, label, NAMES, batch_size=1000)
    for batch_size, logits in [(1, 2**26), (7, 2**26), (1000, 2 * label.size), (7, 1)]:
        monkeypatch.setattr(importance, "_LOGITS_AT_A_TIME", logits)
        part = measure_importance(network, codes, label, NAMES, batch_size=batch_size)
        pd.testing.assert_frame_equal(part, whole, rtol=1e-4, atol=1e-6)


class SkipsAndRepeats(nn.Module):
    """Uses the activation twice, and the sequence once more beside it; works in place."""

    def __init__(self, length, targets, activation):
        super().__init__()
        self.first, self.second = nn.Conv1d(4, 5, 7, padding=3), nn.Conv1d(5, 5, 1)
        self.activation = activation
        self.last = nn.Linear(9, targets)

    def forward(self, x):
        maps = self.activation(self.first(x)).mul_(2)
        return self.last(torch.cat([self.activation(self.second(maps)).amax(2), x.mean(2)], 1))


class IgnoresTheActivation(nn.Module):
    def __init__(self, length, targets, activation):
        super().__init__()
        self.last = nn.Linear(4, targets)

    def forward(self, x):
        return self.last(x.mean(2))


def own(name):
    with torch.random.fork_rng():
        torch.manual_seed(4)
        return UserNetwork(f"{__name__}:{name}", "relu", 40, 3).eval()


def test_users_own_network():
    network, (codes, label) = own("SkipsAndRepeats"), random_data()
    # The same weights with two activations, of which only the first is looked at.
    twin = own("SkipsAndRepeats")
    first, twin.network.activation = nn.Sequential(nn.ReLU()), nn.ReLU()
    twin.network.first = nn.Sequential(twin.network.first, first)
    expected = naive(twin, first, codes, label)
    table = measure_importance(network, codes, label, NAMES, batch_size=16)
    assert np.abs(expected[:, 3]).min() > 1e-3
    np.testing.assert_allclose(table[COMPARED], expected[:, :4], rtol=1e-4, atol=1e-6)
    # Neither does what follows in place change the map from which motifs are made.
    sequences = torch.from_numpy(codes)
    outputs = twin.network.first(torch.nn.functional.one_hot(sequences.long(), 5)[..., :4].mT.float())
    torch.testing.assert_close(network.activation_maps(sequences), outputs.mT)
    # No hook is left behind.
    torch.testing.assert_close(network(sequences), twin(sequences))


class TestRefusals:
    def test_own_network_without_the_activation(self):
        with pytest.raises(UserError, match="must apply the activation"):
            measure_importance(own("IgnoresTheActivation"), *random_data(), NAMES)

    def test_no_sequences(self):
        with pytest.raises(UserError, match="the test split of the dataset is empty"):
            measure_importance(letters_network([[1, 0, 0]]), CODES[:0], HAS_A[:0], ["a"])

    def test_another_dataset(self):
        network = letters_network([[1, 0, 0]])
        network.description = {"length": 4, "targets": ["b"]}
        with pytest.raises(UserError, match="was trained for b, the dataset has the targets a"):
            measure_importance(network, CODES, HAS_A, ["a"])
        network.description = {"length": 5, "targets": ["a"]}
        with pytest.raises(UserError, match="sequences of 5 nt, the dataset has 4 nt"):
            measure_importance(network, CODES, HAS_A, ["a"])

    def test_not_finite(self):
        network = letters_network([[1, 0, 0]])
        network.output.bias.data[:] = torch.nan
        with pytest.raises(UserError, match="not finite"):
            measure_importance(network, CODES, HAS_A, ["a"])


def test_adapter(tmp_path, capsys):
    dataset = Dataset(*[Split(*random_data(seed=seed)) for seed in range(3)], tuple(NAMES), "small")
    write_dataset(tmp_path / "dataset.h5", dataset)
    declaration = {"layers": [studied(pool=4), dense(7)]}
    network = model_file.untrained(
        model_file.describe("net", declaration, "relu", "relu", dataset, 1, TRAINING)
    )
    model_file.save(tmp_path / "model.safetensors", network)
    for name in ("once", "twice"):
        score_importance.main(
            model=tmp_path / "model.safetensors",
            dataset=tmp_path / "dataset.h5",
            output=tmp_path / name,
            aupr="average_precision",
            device="cpu",
        )
    assert (tmp_path / "once").read_bytes() == (tmp_path / "twice").read_bytes()
    said = capsys.readouterr().err
    assert "5 filters, filter" in said
    expected = measure_importance(
        network, dataset.test.sequence, dataset.test.label, NAMES, aupr_method="average_precision"
    )
    pd.testing.assert_frame_equal(read_importance(tmp_path / "once"), expected, rtol=1e-5, atol=1e-9)
    assert expected["aupr_drop"].abs().max() > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "does not exist"),
        ("", "is not a table of filter importance"),
        ("filter\tmean_output\nfilter0\t1\n", "is not a table of filter importance"),
        (
            "\t".join(IMPORTANCE_COLUMNS) + "\nfilter0\tmuch\t1\t1\t1\t1\ta\t1\n",
            "is not a table of filter importance",
        ),
    ],
)
def test_what_is_no_table_of_importance(tmp_path, text, words):
    if text is not None:
        (tmp_path / "importance.tsv").write_text(text)
    with pytest.raises(UserError, match=words):
        read_importance(tmp_path / "importance.tsv")


def test_a_target_may_be_called_na(tmp_path):
    numbers = dict.fromkeys(IMPORTANCE_COLUMNS, 0.5)
    table = pd.DataFrame([numbers | {"filter": "filter0", "target": "NA"}, numbers | {"target": ""}])
    write_importance(tmp_path / "importance.tsv", table.assign(filter=["filter0", "filter1"]))
    assert list(read_importance(tmp_path / "importance.tsv")["target"]) == ["NA", ""]
