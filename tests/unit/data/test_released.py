"""Released datasets: the authors' HDF5 layout, and .npz."""

import os
from pathlib import Path

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import decode
from motifcnn.data import released
from motifcnn.data.dataset import read_dataset
from motifcnn.data.released import import_released
from toys.released_arrays import LABELS, LETTERS, arrays, basset_arrays, models, write

DATA = os.environ.get("MOTIF_FILTERS_DATA")


def imported(path, name, **options):
    output = path.parent / "out" / "dataset.h5"
    output.parent.mkdir(exist_ok=True)
    import_released(path, output, name, **options)
    return read_dataset(output)


def letters_of(dataset):
    return {split: [decode(row) for row in getattr(dataset, split).sequence] for split in LETTERS}


@pytest.mark.parametrize("suffix", [".h5", ".npz"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, bool])
@pytest.mark.parametrize("trailing", [False, True])
def test_layouts(tmp_path, suffix, dtype, trailing, monkeypatch):
    monkeypatch.setattr(released, "_BLOCK", 1)  # a row at a time
    values = arrays(dtype=dtype)
    if trailing:
        values |= {key: value[..., None] for key, value in values.items() if key[0] == "X"}
    dataset = imported(write(tmp_path / f"data{suffix}", values), "mine", reverse_complement="none")
    assert letters_of(dataset) == LETTERS
    assert {split: getattr(dataset, split).label.tolist() for split in LABELS} == LABELS
    assert dataset.targets == ("target_1", "target_2")
    assert (dataset.name, dataset.seed, dataset.length) == ("mine", None, 5)
    assert dataset.train.sequence.dtype == dataset.train.label.dtype == np.uint8


def test_channels_in_another_order(tmp_path):
    path = write(tmp_path / "deepsea.h5", arrays("AGCT"))
    assert letters_of(imported(path, "mine", channels="AGCT", reverse_complement="none")) == LETTERS
    assert letters_of(imported(path, "mine", reverse_complement="none"))["train"][0] == "AAGCN"


@pytest.mark.parametrize(("choice", "doubled"), [("train", ["train"]), ("all", ["train", "valid", "test"])])
def test_reverse_complements_follow_as_a_block(tmp_path, choice, doubled):
    dataset = imported(write(tmp_path / "data.h5", arrays()), "mine", reverse_complement=choice)
    complements = {"train": ["NCGTT", "GAAAA", "TAATC"], "valid": ["NNNNN"], "test": ["GGGGG", "TACGT"]}
    for split in LETTERS:
        assert letters_of(dataset)[split] == LETTERS[split] + (complements[split] if split in doubled else [])
        assert getattr(dataset, split).label.tolist() == LABELS[split] * (2 if split in doubled else 1)


def test_complements_of_more_rows_than_are_read_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(released, "_BLOCK", 2 * 4 * 5 * 4)  # two rows of float32
    dataset = imported(write(tmp_path / "data.h5", arrays()), "mine")
    assert letters_of(dataset)["train"][3:] == ["NCGTT", "GAAAA", "TAATC"]


def test_what_was_imported_is_counted(tmp_path):
    found = import_released(write(tmp_path / "data.h5", arrays()), tmp_path / "dataset.h5", "mine")
    assert found == {
        "train": (6, {"target_1": 4, "target_2": 4}),
        "valid": (1, {"target_1": 1, "target_2": 0}),
        "test": (2, {"target_1": 0, "target_2": 1}),
    }


@pytest.mark.parametrize("reverse_complement", ["none", "all"])
def test_models_become_bits_per_position(tmp_path, reverse_complement, monkeypatch):
    monkeypatch.setattr(released, "_BLOCK", 1)  # a row at a time
    path = write(tmp_path / "data.h5", arrays() | models())
    dataset = imported(path, "mine", models=True, reverse_complement=reverse_complement)
    # Uniform 0, one letter 2, two letters 1, (1/2, 1/4, 1/8, 1/8) 2 - 1.75 bits.
    first = [0, 2, 1, 0.25, 0]
    expected = [first, [0] * 5, [0] * 5]
    if reverse_complement == "all":
        expected += [first[::-1], [0] * 5, [0] * 5]
    assert dataset.train.information.tolist() == expected
    assert dataset.train.information.dtype == np.float32
    assert dataset.test.information.shape == dataset.test.sequence.shape


def test_models_are_left_alone_unless_asked_for(tmp_path):
    assert imported(write(tmp_path / "data.h5", arrays() | models()), "mine").train.information is None


def test_models_must_be_there_and_be_probabilities(tmp_path):
    with pytest.raises(
        UserError, match="lacks model_train, model_valid, model_test; it must have X_train, Y_t"
    ):
        imported(write(tmp_path / "none.h5", arrays()), "mine", models=True)
    wrong = models()
    wrong["model_valid"][0, 2, 3] = 0.5
    path = write(tmp_path / "wrong.h5", arrays() | wrong)
    with pytest.raises(UserError, match=r"has \[0.25, 0.25, 0.5, 0.25\] in model_valid\[0, :, 3\], but must"):
        imported(path, "mine", models=True)
    assert not (tmp_path / "out" / "dataset.h5").exists()
    path = write(tmp_path / "short.h5", arrays() | models() | {"model_test": np.full((2, 4, 3), 0.25)})
    with pytest.raises(UserError, match=r"model_test of shape \(2, 4, 3\), but X_test of shape \(2, 4, 5\)"):
        imported(path, "mine", models=True)


@pytest.mark.parametrize("dtype", [bool, np.float16])
def test_the_layout_of_basset(tmp_path, dtype):
    path = write(tmp_path / "er.h5", basset_arrays(dtype))
    dataset = imported(path, "dnase", reverse_complement="none")
    assert letters_of(dataset) == LETTERS
    assert {split: getattr(dataset, split).label.tolist() for split in LABELS} == LABELS
    assert dataset.targets == ("8988T", "AoSMC")
    with pytest.raises(
        UserError, match="has Basset's layout, which holds no models; leave out 'models: true'"
    ):
        imported(path, "dnase", models=True)


def test_names_of_the_configuration_go_before_those_in_the_file(tmp_path):
    path = write(tmp_path / "er.h5", basset_arrays())
    assert imported(path, "dnase", targets=["a", "b"]).targets == ("a", "b")
    path = write(tmp_path / "more.h5", basset_arrays() | {"target_labels": np.array([b"a", b"b", b"c"])})
    with pytest.raises(UserError, match=r"target_labels names 3 \(a, b, c\), but .* has 2"):
        imported(path, "dnase")


def test_only_training_sequences_are_doubled_unless_asked(tmp_path):
    dataset = imported(write(tmp_path / "data.h5", arrays()), "mine")
    assert [len(getattr(dataset, split).label) for split in ("train", "valid", "test")] == [6, 1, 2]


def test_one_target_with_a_name(tmp_path):
    flat = {f"Y_{split}": np.array(LABELS[split])[:, 0].astype(float) for split in LABELS}
    dataset = imported(write(tmp_path / "data.h5", arrays(**flat)), "irf1", targets=["IRF1"])
    assert dataset.targets == ("IRF1",)
    assert dataset.train.label.tolist() == [[1], [0], [1]] * 2


def wrong(key, value, *index):
    changed = arrays()[key].astype(np.float32)
    changed[index] = value
    return {key: changed}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            wrong("X_train", 0.5, 1, 2, 3),
            "is not one-hot: X_train[1, :, 3] is [0.0, 0.0, 0.5, 1.0], but must be",
        ),
        (wrong("X_test", 1, 0, 3, 2), "X_test[0, :, 2] is [0.0, 1.0, 0.0, 1.0]"),
        (wrong("X_test", np.nan, 0, 3, 2), "X_test[0, :, 2] is [0.0, 1.0, 0.0, nan]"),
        (wrong("Y_valid", 2, 0, 1), "has the label 2.0 in Y_valid; labels must be 0 and 1"),
        ({"Y_test": np.zeros((3, 2))}, "has 2 sequences in X_test, but 3 rows of labels in Y_test"),
        ({"Y_test": np.zeros((2, 0))}, "has Y_test of shape (2, 0)"),
        ({"X_test": np.zeros((2, 5, 4))}, "has X_test of shape (2, 5, 4); it must be (sequences, 4, length)"),
        ({"X_test": np.zeros((2, 4, 7))}, "letters per sequence: 5 in train, 5 in valid, 7 in test"),
        ({"Y_test": np.zeros((2, 3))}, "targets: 2 in train, 2 in valid, 3 in test"),
    ],
)
def test_what_is_not_such_a_dataset(tmp_path, changed, words):
    for suffix in (".h5", ".npz"):
        with pytest.raises(UserError) as caught:
            imported(write(tmp_path / f"data{suffix}", arrays(**changed)), "mine")
        assert words in str(caught.value)
        assert f"data{suffix}" in str(caught.value)


def test_missing_arrays_are_named(tmp_path):
    values = arrays()
    del values["X_valid"], values["Y_test"]
    for suffix in (".h5", ".npz"):
        with pytest.raises(
            UserError, match=r"lacks X_valid, Y_test; .* but has X_test, X_train, Y_train, Y_valid"
        ):
            imported(write(tmp_path / f"data{suffix}", values), "mine")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UserError, match=r"the released dataset .*missing\.h5 does not exist"):
        imported(tmp_path / "missing.h5", "mine")
    for suffix in (".h5", ".npz"):
        path = write(tmp_path / f"cut{suffix}", arrays())
        path.write_bytes(path.read_bytes()[:700])
        with pytest.raises(UserError, match=rf"cut\{suffix} cannot be read as HDF5 or \.npz .* get it again"):
            imported(path, "mine")
    (tmp_path / "page.h5").write_text("<html>404</html>")
    with pytest.raises(UserError, match=r"page\.h5 cannot be read as HDF5 or \.npz"):
        imported(tmp_path / "page.h5", "mine")
    np.savez(tmp_path / "pickled.npz", **arrays(X_train=np.array([{}], object)))
    with pytest.raises(UserError, match=r"pickled\.npz cannot be read as HDF5 or \.npz with plain arrays"):
        imported(tmp_path / "pickled.npz", "mine")


def test_names_that_do_not_fit_the_labels(tmp_path):
    path = write(tmp_path / "data.h5", arrays())
    with pytest.raises(
        UserError, match=r"targets names 1 \(IRF1\), but .* has 2; give each a name of its own"
    ):
        imported(path, "mine", targets=["IRF1"])
    with pytest.raises(UserError, match=r"targets names 2 \(A, A\)"):
        imported(path, "mine", targets=["A", "A"])


@pytest.mark.skipif(not DATA, reason="MOTIF_FILTERS_DATA does not name the folder with IRF1_400_h3k27ac.h5")
def test_the_released_irf1_dataset_has_the_published_counts():
    path = Path(DATA) / "IRF1_400_h3k27ac.h5"
    dataset = imported(path, "irf1", targets=["IRF1"], reverse_complement="none")
    splits = [getattr(dataset, split) for split in ("train", "valid", "test")]
    assert [len(split.label) for split in splits] == [2724, 389, 779]
    assert [int(split.label.sum()) for split in splits] == [1372, 200, 374]
    assert dataset.length == 400
    doubled = imported(path, "irf1", targets=["IRF1"], reverse_complement="all")
    assert [len(getattr(doubled, split).label) for split in ("train", "valid", "test")] == [5448, 778, 1558]
