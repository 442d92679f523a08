"""dataset.h5: what goes in comes out, and what is wrong with a file is said."""

import h5py
import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import MOTIF_DTYPE, Dataset, Split, read_dataset, write_dataset


@pytest.fixture
def dataset():
    rng = np.random.default_rng(0)

    def split(n):
        motif = np.array([(0, 3, 6, b"MA0151.1", b"-")], MOTIF_DTYPE)
        return Split(rng.integers(0, 5, (n, 30), np.uint8), rng.integers(0, 2, (n, 2), np.uint8), motif)

    return Dataset(split(8), split(3), split(4), ("A", "B"), "toy", "made up", 7, {"numpy": "2"})


def test_round_trip(dataset, tmp_path):
    write_dataset(tmp_path / "d.h5", dataset)
    back = read_dataset(tmp_path / "d.h5")
    for name in ("train", "valid", "test"):
        before, after = getattr(dataset, name), getattr(back, name)
        assert (before.sequence == after.sequence).all()
        assert (before.label == after.label).all()
        assert (before.motif == after.motif).all()
    assert (back.targets, back.name, back.source, back.seed, back.versions, back.length) == (
        ("A", "B"),
        "toy",
        "made up",
        7,
        {"numpy": "2"},
        30,
    )


def test_same_dataset_same_bytes(dataset, tmp_path):
    write_dataset(tmp_path / "a.h5", dataset)
    write_dataset(tmp_path / "b.h5", dataset)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_only_some_splits(dataset, tmp_path):
    write_dataset(tmp_path / "d.h5", dataset)
    back = read_dataset(tmp_path / "d.h5", ("test",))
    assert len(back.test.sequence) == 4
    assert back.train.sequence.shape == (0, 30)


def change(path, where, values):
    with h5py.File(path, "r+") as file:
        del file[where]
        if values is not None:
            file[where] = values


@pytest.mark.parametrize(
    ("where", "values", "message"),
    [
        ("valid/label", None, "lacks valid/label"),
        ("valid/label", np.zeros((9, 2), np.uint8), r"valid/sequence of shape \(3, 30\)"),
        ("test/label", np.zeros((4, 3), np.uint8), "names 2 targets, but test/label has 3 columns"),
        ("test/label", np.zeros((4, 2), np.float32), "both must be uint8"),
        ("test/label", np.full((4, 2), 2, np.uint8), "labels other than 0 and 1 in test"),
        ("test/sequence", np.full((4, 30), 5, np.uint8), "codes above 4 in test"),
        ("test/sequence", np.zeros((4, 31), np.uint8), "mixes sequence lengths"),
        ("test/sequence", np.zeros((4, 30, 4), np.uint8), "must be .N, length."),
    ],
)
def test_wrong_shapes(dataset, tmp_path, where, values, message):
    path = tmp_path / "d.h5"
    write_dataset(path, dataset)
    change(path, where, values)
    with pytest.raises(UserError, match=message):
        read_dataset(path)


@pytest.mark.parametrize("targets", ["5", '"ab"', "[1, 2]"])
def test_targets_that_are_no_names(dataset, tmp_path, targets):
    write_dataset(tmp_path / "d.h5", dataset)
    with h5py.File(tmp_path / "d.h5", "r+") as file:
        file.attrs["targets"] = targets
    with pytest.raises(UserError, match="must be a JSON list of names"):
        read_dataset(tmp_path / "d.h5")


def test_groups_in_place_of_arrays(dataset, tmp_path):
    write_dataset(tmp_path / "d.h5", dataset)
    with h5py.File(tmp_path / "d.h5", "r+") as file:
        del file["test/label"]
        file.create_group("test/label")
    with pytest.raises(UserError, match="cut short or is not HDF5"):
        read_dataset(tmp_path / "d.h5")


def test_cut_short(dataset, tmp_path):
    path = tmp_path / "d.h5"
    write_dataset(path, dataset)
    whole = path.read_bytes()
    for size in (len(whole) // 2, len(whole) - 100, 10, 0):
        path.write_bytes(whole[:size])
        with pytest.raises(UserError, match="cut short or is not HDF5"):
            read_dataset(path)


def test_missing(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        read_dataset(tmp_path / "none.h5")
