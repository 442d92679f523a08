"""Sizes of datasets before and after they are made."""

import numpy as np
import pytest
from motifcnn.cost.sizes import Size, size_of
from motifcnn.data.dataset import Dataset, Split, write_dataset

SIMULATED = {
    "type": "simulate",
    "n_sequences": 25000,
    "length": 200,
    "split": [0.7, 0.1, 0.2],
    "motifs": ["MAX"] * 12,
}


def test_a_simulated_dataset_has_what_is_asked_for(tmp_path):
    assert size_of(SIMULATED, tmp_path / "none.h5") == Size(200, 12, 17500, 2500, 5000)


def test_a_file_that_is_there_decides(tmp_path):
    def split(rows):
        return Split(np.zeros((rows, 50), np.uint8), np.zeros((rows, 3), np.uint8))

    path = tmp_path / "dataset.h5"
    write_dataset(path, Dataset(split(7), split(2), split(4), ("a", "b", "c"), "small"))
    assert size_of(SIMULATED, path) == Size(50, 3, 7, 2, 4)
    assert size_of({"type": "peaks"}, path) == Size(50, 3, 7, 2, 4)


@pytest.mark.parametrize("kind", ["peaks", "released"])
def test_files_of_others_are_not_known_before_they_are_read(tmp_path, kind):
    assert size_of({"type": kind}, tmp_path / "none.h5") is None


def test_a_file_that_is_cut_short_is_as_good_as_none(tmp_path):
    (tmp_path / "dataset.h5").write_bytes(b"\x89HDF")
    assert size_of(SIMULATED, tmp_path / "dataset.h5") == Size(200, 12, 17500, 2500, 5000)
