import numpy as np
from motifcnn.data import description
from motifcnn.data.dataset import Dataset, Split, write_dataset
from motifcnn.data.description import describe_dataset


def split(*labels):
    label = np.array(labels, np.uint8).reshape(-1, 2)
    return Split(np.zeros((len(label), 5), np.uint8), label)


def test_by_hand(tmp_path, monkeypatch):
    parts = split((1, 0), (0, 0), (1, 1), (0, 0)), split((0, 1)), split((0, 0))
    write_dataset(tmp_path / "dataset.h5", Dataset(*parts, ("A", "B"), "toy"))
    names = {"M1": "a", "M2": ""}
    accounts = {"counts": {"peaks": {}}}
    for rows in (2**20, 3):
        monkeypatch.setattr(description, "_ROWS", rows)
        found = describe_dataset(tmp_path / "dataset.h5", {"A": ["M1", "M9", "M2"]}, names, ["B"], accounts)
        assert found == {
            "dataset": "toy",
            "length": 5,
            "targets": ["A", "B"],
            "splits": {
                "train": {"sequences": 4, "without_target": 2, "positives": {"A": 2, "B": 1}},
                "valid": {"sequences": 1, "without_target": 0, "positives": {"A": 0, "B": 1}},
                "test": {"sequences": 1, "without_target": 1, "positives": {"A": 0, "B": 0}},
            },
            # M9, another version, is not in the database.
            "relevant": {"A": [["M1", "a"], ["M2", ""]]},
            "without_motif": ["B"],
            "counts": {"peaks": {}},
            "checks": None,
        }
