"""What arrays hold"""

import io
import pickle
import zipfile

import h5py
import numpy as np
from motifcnn.data.dataset import read_dataset, write_dataset
from motifcnn.data.released import import_released
from toys.gattaca import gattaca
from toys.refusals import refused
from toys.released_arrays import arrays, write

from .promises import promise

LETTERS, LABELS = arrays()["X_train"], arrays()["Y_train"]


def with_first(position):
    """The letters of the first training sequence, of which the first is this."""
    letters = LETTERS.copy()
    letters[0, :, 0] = position
    return letters


@promise(
    "a released dataset whose arrays hold something else",
    "one sentence with the array and the first place; no dataset.h5",
    {
        "NaN": ("X_train", with_first([np.nan, 0, 0, 0]), "is not one-hot: X_train[0, :, 0] is [nan, 0.0, 0.0, 0.0]"),
        "two letters at once": ("X_train", with_first([1, 1, 0, 0]), "X_train[0, :, 0] is [1.0, 1.0, 0.0, 0.0], but"),
        "probabilities": ("X_train", with_first([0.25] * 4), "X_train[0, :, 0] is [0.25, 0.25, 0.25, 0.25], but must"),
        "negative letters": ("X_train", -LETTERS, "X_train[0, :, 0] is [-1.0, -0.0, -0.0, -0.0], but must be a single"),
        "text for letters": ("X_train", np.full(LETTERS.shape, b"A"), "has X_train of |S1, but it must hold the numbe"),
        "complex numbers": ("X_train", LETTERS.astype(complex), "has X_train of complex128, but it must hold the numb"),
        "records": ("X_train", np.zeros(LETTERS.shape, [("a", "i1")]), "has X_train of [('a', 'i1')], but it must hol"),
        "labels of 1 and 2": ("Y_train", LABELS + 1, "has the label 2 in Y_train; labels must be 0 and 1"),
        "labels of NaN": ("Y_train", np.where(LABELS, np.nan, 0), "has the label nan in Y_train; labels must be 0 and"),
        "negative labels": ("Y_train", -LABELS, "has the label -1 in Y_train; labels must be 0 and 1"),
        "labels in words": ("Y_train", np.full(LABELS.shape, b"yes"), "has Y_train of |S3, but it must hold the numbe"),
        "five letters": ("X_train", np.concatenate([LETTERS, LETTERS[:, :1]], 1), "has X_train of shape (3, 5, 5); it"),
        "letters last": ("X_train", LETTERS.transpose(0, 2, 1), "has X_train of shape (3, 5, 4); it must be (sequence"),
        "one sequence": ("X_train", LETTERS[0], "has X_train of shape (4, 5); it must be (sequences, 4, length), with"),
        "one number": ("X_train", np.float32(1), "has X_train of shape (); it must be (sequences, 4, length), with or"),
        "two axes too many": ("X_train", LETTERS[..., None, None], "has X_train of shape (3, 4, 5, 1, 1); it must be"),
        "no sequences": ("X_train", LETTERS[:0], "has 0 sequences in X_train, but 3 rows of labels in Y_train"),
        "sequences of no letters": ("X_train", LETTERS[:, :, :0], "has X_train of shape (3, 4, 0); it must be (seq"),
        "a label too few": ("Y_train", LABELS[:-1], "has 3 sequences in X_train, but 2 rows of labels in Y_train"),
        "no targets": ("Y_train", LABELS[:, :0], "has Y_train of shape (3, 0); it must be (sequences, targets), none"),
        "shorter sequences": (
            "X_test", arrays()["X_test"][:, :, 1:], "different numbers of letters per sequence: 5 in train, 5 in valid,"
        ),
        "a target less": ("Y_test", arrays()["Y_test"][:, :1], "different numbers of targets: 2 in train, 2 in valid,"),
    },
)  # fmt: skip
def test_the_values_of_a_released_dataset(case, tmp_path):
    name, values, sentence = case
    path = write(tmp_path / "released.h5", arrays(**{name: values}))
    with refused(sentence, start=str(path)):
        import_released(path, tmp_path / "dataset.h5", "x")
    assert not (tmp_path / "dataset.h5").exists()


def array_of_objects() -> bytes:
    content = io.BytesIO()
    np.save(content, np.array([{"a": 1}], object), allow_pickle=True)
    return content.getvalue()


def flags(content: bytes, entry: bytes, place: int) -> bytes:
    """Set the flag of encryption in every entry of a zip file."""
    changed, at = bytearray(content), content.find(entry)
    while at >= 0:
        changed[at + place] |= 1
        at = content.find(entry, at + 1)
    return bytes(changed)


def member(change):
    """Replace the first array of an npz by what `change` makes of its bytes."""

    def make(content: bytes) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
            for name in old.namelist():
                whole = old.read(name)
                new.writestr(name, change(whole) if name == "X_train.npy" else whole)
        return packed.getvalue()

    return make


@promise(
    "an npz that is damaged, or would run code",
    "one sentence; nothing is unpickled",
    {
        "an array of objects": (member(lambda _: array_of_objects()), "Object arrays cannot be loaded when"),
        "code in a header": (member(lambda npy: npy.replace(b"'descr'", b"open(1)")), "malformed node or string"),
        "a negative size": (member(lambda npy: npy.replace(b"(3, 4, 5)", b"(-3,4, 5)")), "negative dimensions are"),
        "no signature": (member(lambda _: b"hello"), "expected 8 bytes got 5"),
        "a header cut short": (member(lambda npy: npy[:30]), "EOF: reading array header"),
        "values cut short": (member(lambda npy: npy[:-10]), "EOF: reading array data"),
        "a format to come": (member(lambda npy: npy[:6] + b"\x09\0" + npy[8:]), "EOF: reading array header"),
        "half of it": (lambda npz: npz[: len(npz) // 2], "File is not a zip file"),
        "no directory": (lambda npz: npz[:-30], "File is not a zip file"),
        "encrypted": (
            lambda npz: flags(flags(npz, b"PK\x01\x02", 8), b"PK\x03\x04", 6), "is encrypted, password required"
        ),
    },
)  # fmt: skip
def test_a_damaged_npz(case, tmp_path):
    change, sentence = case
    path = write(tmp_path / "released.npz", arrays())
    path.write_bytes(change(path.read_bytes()))
    with refused("cannot be read as HDF5 or .npz with plain arrays (", sentence, start=str(path)):
        import_released(path, tmp_path / "dataset.h5", "x")


@promise(
    "another file in place of HDF5",
    "one sentence",
    {
        "empty": lambda whole: b"",
        "half of it": lambda whole: whole[: len(whole) // 2],
        "its signature alone": lambda whole: whole[:8],
        "a web page": lambda whole: b"<html>",
        "gzip": lambda whole: b"\x1f\x8b\x08\0",
        "a pickle": lambda whole: pickle.dumps(arrays()),
        "MATLAB 5": lambda whole: b"MATLAB 5.0 MAT-file".ljust(128),
    },
)
def test_no_hdf5(case, tmp_path):
    path = write(tmp_path / "released.h5", arrays())
    path.write_bytes(case(path.read_bytes()))
    with refused("cannot be read as HDF5 or .npz with plain arrays (", start=str(path)):
        import_released(path, tmp_path / "dataset.h5", "x")


def attribute(name, value):
    return lambda file: file.attrs.__setitem__(name, value)


def array(name, values):
    def change(file):
        del file[name]
        file[name] = values

    return change


@promise(
    "a dataset.h5 that somebody has changed",
    "one sentence with what is wrong",
    {
        "no targets": (lambda file: file.attrs.pop("targets"), "lacks attribute 'targets'"),
        "targets that are no JSON": (attribute("targets", "a,b"), "cannot be read"),
        "a number as targets": (attribute("targets", 3), "cannot be read"),
        "numbers as targets": (attribute("targets", "[1, 2]"), "the attribute 'targets' [1, 2]; it must be a JSON lis"),
        "5,000 levels of targets": (attribute("targets", "[" * 5000), "cannot be read"),
        "a target too few": (attribute("targets", '["a"]'), "names 1 targets, but train/label has 2 columns"),
        "versions cut short": (attribute("versions", "{"), "cannot be read"),
        "a seed in words": (attribute("seed", "x"), "cannot be read"),
        "another letter": (array("train/sequence", np.full((6, 40), 9, np.uint8)), "has codes above 4 in train/seq"),
        "another label": (array("train/label", np.full((6, 2), 2, np.uint8)), "labels other than 0 and 1 in train/lab"),
        "decimals": (array("train/sequence", np.zeros((6, 40))), "stores train as float64 and uint8; both must be uin"),
        "labels in a row": (array("train/label", np.zeros(6, np.uint8)), "train/label of shape (6,); they must be (N,"),
        "a label too few": (array("train/label", np.zeros((5, 2), np.uint8)), "with the same N"),
        "shorter sequences": (array("test/sequence", np.zeros((4, 39), np.uint8)), "mixes sequence lengths; train, va"),
        "no test split": (lambda file: file.__delitem__("test"), "lacks test/sequence, test/label; it must hold train"),
        "no values at all": (array("train/sequence", h5py.Empty("u1")), "cannot be read"),
    },
)  # fmt: skip
def test_a_changed_dataset(case, tmp_path):
    change, sentence = case
    path = tmp_path / "dataset.h5"
    write_dataset(path, gattaca(6, 4, 4))
    with h5py.File(path, "r+") as file:
        change(file)
    with refused(sentence, start=f"the dataset {path} "):
        read_dataset(path)
