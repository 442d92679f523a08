import errno
import itertools
import os

import h5py
import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import Dataset, Split, read_dataset, stream_dataset, write_dataset

TARGETS = ("a", "b", "c")


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
    assert (one.targets, one.name, one.source, one.seed, one.versions) == (
        two.targets,
        two.name,
        two.source,
        two.seed,
        two.versions,
    )
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
