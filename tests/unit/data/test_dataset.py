"""dataset.h5: what goes in comes out, and what is wrong with a file is said."""

import errno
import itertools
import os

import h5py
import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import MOTIF_DTYPE, Dataset, Split, read_dataset, stream_dataset, write_dataset

TARGETS = ("a", "b", "c")


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
    assert (back.targets, back.name, back.source) == (("A", "B"), "toy", "made up")
    assert (back.seed, back.versions, back.length) == (7, {"numpy": "2"}, 30)


def test_same_dataset_same_bytes(dataset, tmp_path):
    write_dataset(tmp_path / "a.h5", dataset)
    write_dataset(tmp_path / "b.h5", dataset)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_only_some_splits(dataset, tmp_path):
    write_dataset(tmp_path / "d.h5", dataset)
    back = read_dataset(tmp_path / "d.h5", ("test",))
    assert len(back.test.sequence) == 4
    assert back.train.sequence.shape == (0, 30)


def change(path, where, values, of=None):
    with h5py.File(path, "r+") as file:
        del file[of or where]
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


def test_files_that_cannot_be_read(dataset, tmp_path):
    path = tmp_path / "d.h5"
    with pytest.raises(UserError, match="does not exist"):
        read_dataset(path)
    write_dataset(path, dataset)
    whole = path.read_bytes()
    # A group in place of an array.
    change(path, "test/label/x", [1], of="test/label")
    contents = [path.read_bytes(), *(whole[:size] for size in (len(whole) // 2, len(whole) - 100, 10, 0))]
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(UserError, match=r"cut short or is not HDF5|as a group, but it must be an array"):
            read_dataset(path)


# Written piece by piece


def draw(n, length=50, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 5, (n, length), np.uint8), rng.integers(0, 2, (n, 3), np.uint8)


def fill(path, parts, **options):
    with stream_dataset(path, length=50, targets=TARGETS, name="x", source="y", seed=3, **options) as stream:
        for split, sequence, label in parts:
            stream.append(split, "label", label)
            stream.append(split, "sequence", sequence)


def test_it_holds_what_write_dataset_would(tmp_path):
    n = 2**20 // 50 * 2 + 7
    sequence, label = draw(n)
    cuts = [0, 5, 5, 20_000, 20_001, 41_000, n]
    parts = [("train", sequence[a:b], label[a:b]) for a, b in itertools.pairwise(cuts)]
    parts += [("valid", *draw(3, seed=1)), ("test", *draw(4, seed=2))]
    fill(tmp_path / "a.h5", parts, versions={"python": "3"})
    splits = {
        "train": Split(sequence, label),
        "valid": Split(*draw(3, seed=1)),
        "test": Split(*draw(4, seed=2)),
    }
    dataset = Dataset(**splits, targets=TARGETS, name="x", source="y", seed=3, versions={"python": "3"})
    write_dataset(tmp_path / "b.h5", dataset)
    one, two = (read_dataset(tmp_path / name) for name in ("a.h5", "b.h5"))
    for split in splits:
        np.testing.assert_array_equal(getattr(one, split).sequence, getattr(two, split).sequence)
        np.testing.assert_array_equal(getattr(one, split).label, getattr(two, split).label)
    for name in ("targets", "name", "source", "seed", "versions"):
        assert getattr(one, name) == getattr(two, name)
    fill(tmp_path / "c.h5", parts, versions={"python": "3"})
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "c.h5").read_bytes()
    # How the rows were cut does not show.
    fill(tmp_path / "d.h5", [("train", sequence, label), *parts[-2:]], versions={"python": "3"})
    assert read_dataset(tmp_path / "d.h5").train.sequence.tobytes() == sequence.tobytes()


def test_what_does_not_fit_is_refused_and_leaves_nothing(tmp_path):
    sequence, label = draw(4)
    for parts in (
        [("train", sequence[:, 1:], label)],
        [("train", sequence.astype(np.int64), label)],
        [("train", sequence[1:], label)],
    ):
        with pytest.raises(ValueError, match="train"):
            fill(tmp_path / "a.h5", parts)
    assert not list(tmp_path.iterdir())


def test_further_attributes(tmp_path):
    with stream_dataset(tmp_path / "a.h5", length=50, targets=TARGETS, name="x") as stream:
        stream.describe(checks=[{"equal": True}])
    with h5py.File(tmp_path / "a.h5") as file:
        assert file.attrs["checks"] == '[{"equal": true}]'


@pytest.mark.parametrize("room", [0, 3000, 600_000])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch, room):
    written = 0
    true_write = os.write

    def write(handle, data):
        nonlocal written
        written += len(data)
        if written > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return true_write(handle, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(UserError, match="No space left on device"):
        fill(tmp_path / "a.h5", [("train", *draw(2**20 // 50 * 4))])
    assert not list(tmp_path.iterdir())
