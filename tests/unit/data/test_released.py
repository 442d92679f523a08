"""Released datasets: the authors' HDF5 layout, and .npz."""

import os
from pathlib import Path

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import decode
from motifcnn.data import released
from motifcnn.data.released import read_released
from toys.released_arrays import LABELS, LETTERS, arrays, write

DATA = os.environ.get("MOTIF_FILTERS_DATA")


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
    dataset = read_released(write(tmp_path / f"data{suffix}", values), "mine", reverse_complement="none")
    assert letters_of(dataset) == LETTERS
    assert {split: getattr(dataset, split).label.tolist() for split in LABELS} == LABELS
    assert dataset.targets == ("target_1", "target_2")
    assert (dataset.name, dataset.seed, dataset.length) == ("mine", None, 5)
    assert dataset.train.sequence.dtype == dataset.train.label.dtype == np.uint8


def test_channels_in_another_order(tmp_path):
    path = write(tmp_path / "deepsea.h5", arrays("AGCT"))
    assert letters_of(read_released(path, "mine", channels="AGCT", reverse_complement="none")) == LETTERS
    assert letters_of(read_released(path, "mine", reverse_complement="none"))["train"][0] == "AAGCN"


@pytest.mark.parametrize(("choice", "doubled"), [("train", ["train"]), ("all", ["train", "valid", "test"])])
def test_reverse_complements_follow_as_a_block(tmp_path, choice, doubled):
    dataset = read_released(write(tmp_path / "data.h5", arrays()), "mine", reverse_complement=choice)
    complements = {"train": ["NCGTT", "GAAAA", "TAATC"], "valid": ["NNNNN"], "test": ["GGGGG", "TACGT"]}
    for split in LETTERS:
        assert letters_of(dataset)[split] == LETTERS[split] + (complements[split] if split in doubled else [])
        assert getattr(dataset, split).label.tolist() == LABELS[split] * (2 if split in doubled else 1)


def test_complements_of_more_rows_than_are_made_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(released, "_ROWS", 2)
    dataset = read_released(write(tmp_path / "data.h5", arrays()), "mine")
    assert letters_of(dataset)["train"][3:] == ["NCGTT", "GAAAA", "TAATC"]


def test_only_training_sequences_are_doubled_unless_asked(tmp_path):
    dataset = read_released(write(tmp_path / "data.h5", arrays()), "mine")
    assert [len(getattr(dataset, split).label) for split in ("train", "valid", "test")] == [6, 1, 2]


def test_one_target_with_a_name(tmp_path):
    flat = {f"Y_{split}": np.array(LABELS[split])[:, 0].astype(float) for split in LABELS}
    dataset = read_released(write(tmp_path / "data.h5", arrays(**flat)), "irf1", targets=["IRF1"])
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
            read_released(write(tmp_path / f"data{suffix}", arrays(**changed)), "mine")
        assert words in str(caught.value)
        assert f"data{suffix}" in str(caught.value)


def test_missing_arrays_are_named(tmp_path):
    values = arrays()
    del values["X_valid"], values["Y_test"]
    for suffix in (".h5", ".npz"):
        with pytest.raises(
            UserError, match=r"lacks X_valid, Y_test; .* but has X_test, X_train, Y_train, Y_valid"
        ):
            read_released(write(tmp_path / f"data{suffix}", values), "mine")


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UserError, match=r"the released dataset .*missing\.h5 does not exist"):
        read_released(tmp_path / "missing.h5", "mine")
    for suffix in (".h5", ".npz"):
        path = write(tmp_path / f"cut{suffix}", arrays())
        path.write_bytes(path.read_bytes()[:700])
        with pytest.raises(UserError, match=rf"cut\{suffix} cannot be read as HDF5 or \.npz .* get it again"):
            read_released(path, "mine")
    (tmp_path / "page.h5").write_text("<html>404</html>")
    with pytest.raises(UserError, match=r"page\.h5 cannot be read as HDF5 or \.npz"):
        read_released(tmp_path / "page.h5", "mine")
    np.savez(tmp_path / "pickled.npz", **arrays(X_train=np.array([{}], object)))
    with pytest.raises(UserError, match=r"pickled\.npz cannot be read as HDF5 or \.npz with plain arrays"):
        read_released(tmp_path / "pickled.npz", "mine")


def test_names_that_do_not_fit_the_labels(tmp_path):
    path = write(tmp_path / "data.h5", arrays())
    with pytest.raises(
        UserError, match=r"targets names 1 \(IRF1\), but .* has 2; give each a name of its own"
    ):
        read_released(path, "mine", targets=["IRF1"])
    with pytest.raises(UserError, match=r"targets names 2 \(A, A\)"):
        read_released(path, "mine", targets=["A", "A"])


@pytest.mark.skipif(not DATA, reason="MOTIF_FILTERS_DATA does not name the folder with IRF1_400_h3k27ac.h5")
def test_the_released_irf1_dataset_has_the_published_counts():
    path = Path(DATA) / "IRF1_400_h3k27ac.h5"
    dataset = read_released(path, "irf1", targets=["IRF1"], reverse_complement="none")
    splits = [getattr(dataset, split) for split in ("train", "valid", "test")]
    assert [len(split.label) for split in splits] == [2724, 389, 779]
    assert [int(split.label.sum()) for split in splits] == [1372, 200, 374]
    assert dataset.length == 400
    doubled = read_released(path, "irf1", targets=["IRF1"], reverse_complement="all")
    assert [len(getattr(doubled, split).label) for split in ("train", "valid", "test")] == [5448, 778, 1558]
