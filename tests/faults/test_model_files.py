"""Model files"""

import json
import os

import torch
from motifcnn.networks.model_file import load, save_tensors
from safetensors.torch import save as as_bytes
from toys.refusals import refused

from .promises import promise


def model_with(about):
    return lambda path: save_tensors(path, {"x": torch.zeros(1)}, about)


def cut(path):
    save_tensors(path, {"x": torch.zeros(1000)}, {})
    path.write_bytes(path.read_bytes()[:-100])


def nested(path):
    about = {"about": "[" * 5000 + "]" * 5000}
    path.write_bytes(as_bytes({"x": torch.zeros(1)}, about))


@promise(
    "a model file with another description, or damaged",
    "one sentence that says what to do",
    {
        "a list": (model_with([]), "is not a complete model file of motif-filters (its description is [])"),
        "null": (model_with(None), "is not a complete model file of motif-filters (its description is null)"),
        "text": (model_with("relu"), "is not a complete model file of motif-filters (its description is"),
        "no keys": (model_with({}), "do not fit its description; delete it and train again"),
        "keys of another kind": (
            model_with({"declaration": 3}),
            "do not fit its description; delete it and train",
        ),
        "cut short": (cut, "is not a complete model file of motif-filters ("),
        "empty": (lambda path: path.write_bytes(b""), "is not a complete model file of motif-filters ("),
        "a folder": (lambda path: path.mkdir(), "is not an ordinary file"),
        "a named pipe": (os.mkfifo, "is not an ordinary file"),
        "5,000 levels": (nested, "is not a complete model file of motif-filters (maximum recursion depth"),
        "a pickle": (lambda path: torch.save({}, path), "is not a complete model file of motif-filters ("),
    },
)
def test_model_files(case, tmp_path):
    make, sentence = case
    path = tmp_path / "model.safetensors"
    make(path)
    with refused(str(path), sentence):
        load(path)


def crafted(change=None, body=None, size=None):
    """Make a model file whose header `change` has changed, or is; with another body or stated size of the header."""

    def make(path):
        save_tensors(path, {"x": torch.zeros(10)}, {})
        content = path.read_bytes()
        end = 8 + int.from_bytes(content[:8], "little")
        header = content[8:end]
        if change is not None:
            header = change if isinstance(change, bytes) else json.dumps(json.loads(header) | change).encode()
        stated = len(header) if size is None else size
        path.write_bytes(stated.to_bytes(8, "little") + header + (content[end:] if body is None else body))

    return make


X = {"dtype": "F32", "shape": [10], "data_offsets": [0, 40]}


@promise(
    "a model file that was made to do harm",
    "one sentence that says what to do; no memory is taken",
    {
        "a header of 2^60 bytes": crafted(size=2**60),
        "a header of none": crafted(size=0),
        "a header that is no JSON": crafted(b"hello"),
        "a list as a header": crafted(b"[1]"),
        "two descriptions": crafted(b'{"__metadata__": {"about": "{}"}, "__metadata__": {"about": "[]"}}'),
        "no description": crafted({"__metadata__": {}}),
        "a number as a description": crafted({"__metadata__": {"about": 3}}),
        "half a description": crafted({"__metadata__": {"about": "{"}}),
        "another's description": crafted({"__metadata__": {"format": "pt"}}),
        "a description of 5,000 digits": crafted({"__metadata__": {"about": "9" * 5000}}),
        "weights beyond the end": crafted({"x": X | {"data_offsets": [0, 4000]}}),
        "weights twice": crafted({"y": X}),
        "10^15 weights": crafted({"x": X | {"shape": [10**15]}}),
        "a negative number of weights": crafted({"x": X | {"shape": [-10]}}),
        "numbers of another kind": crafted({"x": X | {"dtype": "Q9"}}),
        "more behind the weights": crafted(body=bytes(44)),
        "fewer weights than stated": crafted(body=bytes(36)),
        "a web page": lambda path: path.write_bytes(b"<html><body>moved</body></html>"),
        "gzip": lambda path: path.write_bytes(b"\x1f\x8b\x08\0"),
    },
)
def test_crafted_model_files(case, tmp_path):
    path = tmp_path / "model.safetensors"
    case(path)
    with refused(
        "; delete it and train again", start=f"{path} is not a complete model file of motif-filters ("
    ):
        load(path)
