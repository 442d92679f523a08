"""attributions.h5 holds what was written, with where it comes from, or does not exist."""

import hashlib
import json

import h5py
import numpy as np
import pytest
import torch
from motifcnn.core.errors import UserError
from motifcnn.interpretation.attribution.attribution_file import (
    AttributionFile,
    read_attributions,
    write_attributions,
)
from motifcnn.interpretation.attribution.methods import attribute
from toys.one_filter import ACG, one_filter


@pytest.fixture
def content():
    found = attribute(one_filter(), np.repeat(ACG, 2, 0), "deep_shap", n_references=3)
    options = {"method": "deep_shap", "n_references": 3}
    return AttributionFile(found, np.array([4, 17]), np.array([1, 1]), "SP1", options)


@pytest.fixture
def sources(tmp_path):
    paths = [tmp_path / "model.safetensors", tmp_path / "dataset.h5"]
    for path in paths:
        path.write_text(path.name)
    return paths


def test_round_trip(tmp_path, content, sources):
    path = tmp_path / "deep_shap" / "attributions.h5"
    write_attributions(path, content, *sources)
    found = read_attributions(path)
    for name, values in vars(content.attributions).items():
        stored = getattr(found.attributions, name)
        np.testing.assert_array_equal(stored, values)
        assert stored.dtype == values.dtype
    np.testing.assert_array_equal(found.sequence, [4, 17])
    np.testing.assert_array_equal(found.label, [1, 1])
    assert (found.target, found.options) == ("SP1", content.options)


def test_what_it_says_about_itself(tmp_path, content, sources):
    path = tmp_path / "attributions.h5"
    write_attributions(path, content, *sources)
    with h5py.File(path) as file:
        shapes = {name: (values.dtype.name, values.shape) for name, values in file.items()}
        assert shapes == {
            "sequence": ("int32", (2,)), "label": ("uint8", (2,)), "codes": ("uint8", (2, 3)),
            "logit": ("float32", (2,)), "hypothetical": ("float32", (2, 4, 3)), "score": ("float32", (2, 3)),
            "references": ("uint8", (2, 3, 3)), "delta": ("float32", (2,)),
        }  # fmt: skip
        assert file.attrs["model"] == hashlib.sha256(b"model.safetensors").hexdigest()
        assert file.attrs["dataset"] == hashlib.sha256(b"dataset.h5").hexdigest()
        versions = json.loads(file.attrs["versions"])
        assert (
            versions["torch"] == torch.__version__.partition("+")[0] or versions["torch"] == torch.__version__
        )
        assert versions["tangermeme"]
    first = path.read_bytes()
    write_attributions(path, content, *sources)
    assert path.read_bytes() == first


def test_methods_without_references_or_delta(tmp_path, content, sources):
    found = attribute(one_filter(), ACG, "saliency")
    content = AttributionFile(found, np.array([0]), np.array([1]), "SP1", {"method": "saliency"})
    write_attributions(tmp_path / "attributions.h5", content, *sources)
    stored = read_attributions(tmp_path / "attributions.h5").attributions
    assert stored.references is stored.delta is None


def test_damaged_files(tmp_path, content, sources):
    path = tmp_path / "attributions.h5"
    with pytest.raises(UserError, match="does not exist"):
        read_attributions(path)
    write_attributions(path, content, *sources)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="not a complete file of attributions"):
        read_attributions(path)
    with h5py.File(path, "w") as file:
        file["sequence"] = [1]
    with pytest.raises(UserError, match="not a complete file of attributions"):
        read_attributions(path)


def test_nothing_is_left_where_writing_fails(tmp_path, content, sources):
    sources[1].unlink()
    with pytest.raises((UserError, OSError)):
        write_attributions(tmp_path / "out" / "attributions.h5", content, *sources)
    assert list((tmp_path / "out").iterdir()) == []
