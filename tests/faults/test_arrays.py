"""HDF5 and npz files"""

import contextlib
import io
import zipfile

import h5py
import numpy as np
import pytest
from motifcnn.core import memory
from motifcnn.core.errors import UserError
from motifcnn.data.dataset import read_dataset, write_dataset
from motifcnn.data.deepsea.truncation import check_file
from motifcnn.data.released import import_released
from toys.gattaca import gattaca
from toys.refusals import refused
from toys.released_arrays import arrays, write

from .promises import promise


@pytest.fixture
def released(tmp_path):
    """Write a released dataset with one array replaced by what `make(file, name, folder)` puts there."""
    with h5py.File(tmp_path / "other.h5", "w") as other:
        for name, values in arrays().items():
            other[name] = values

    def make_file(make, name="X_train"):
        path = tmp_path / "released.h5"
        write(path, arrays())
        with h5py.File(path, "r+") as file:
            values = file[name][:]
            del file[name]
            make(file, name, tmp_path, values)
        return path

    return make_file


def virtual(file, name, folder, values):
    layout = h5py.VirtualLayout(values.shape, values.dtype)
    layout[:] = h5py.VirtualSource(str(folder / "other.h5"), name, values.shape)
    file.create_virtual_dataset(name, layout)


def external_values(file, name, folder, values):
    (folder / "secret").write_bytes(values.tobytes())
    file.create_dataset(
        name, values.shape, values.dtype, external=[(str(folder / "secret"), 0, values.nbytes)]
    )


def through_a_group(file, name, folder, values):
    file["elsewhere"] = h5py.ExternalLink(str(folder / "other.h5"), "/")
    file[name] = h5py.SoftLink(f"/elsewhere/{name}")


def external_link(file, name, folder, values):
    file[name] = h5py.ExternalLink(str(folder / "other.h5"), f"/{name}")


LINKS = "as a link that leads out of the file or nowhere; store the array itself"
STRUCTURES = {
    "a group": (lambda file, name, *_: file.create_group(name), "as a group, but it must be an array"),
    "a link to another file": (external_link, LINKS),
    "a link to another file's group": (through_a_group, LINKS),
    "a broken link to a file": (
        lambda file, name, *_: file.__setitem__(name, h5py.ExternalLink("nowhere.h5", "/x")), LINKS
    ),
    "a broken link within": (lambda file, name, *_: file.__setitem__(name, h5py.SoftLink("/nowhere")), LINKS),
    "a virtual array of another file": (virtual, "in other files; store them in this one"),
    "values in another file": (external_values, "in other files; store them in this one"),
}  # fmt: skip


@promise(
    "a released dataset with something else in place of an array",
    "one sentence; other files are not read",
    {f"{name}: {what}": (name, *rest) for name in ("X_train", "Y_test") for what, rest in STRUCTURES.items()},
)
def test_the_structure_of_a_released_dataset(case, released, tmp_path):
    name, make, sentence = case
    path = released(make, name)
    with refused(f"{path} has", name, sentence):
        import_released(path, tmp_path / "dataset.h5", "x")
    assert not (tmp_path / "dataset.h5").exists()


@promise(
    "a MATLAB 7.3 file with something else in place of an array",
    "one sentence; other files are not read",
    STRUCTURES,
)
def test_the_structure_of_a_matlab_file(case, tmp_path):
    make, sentence = case
    path, values = tmp_path / "train.mat", np.zeros((1000, 4, 2), np.uint8)
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["trainxdata"] = values
    with h5py.File(path, "w") as file:
        make(file, "trainxdata", tmp_path, values)
        file["traindata"] = np.zeros((919, 2), np.uint8)
    with refused(f"{path} has", "trainxdata", sentence):
        check_file(path, "train")


@promise(
    "a dataset.h5 with something else in place of an array",
    "one sentence; other files are not read",
    STRUCTURES,
)
def test_the_structure_of_a_dataset(case, tmp_path):
    make, sentence = case
    path = tmp_path / "dataset.h5"
    write_dataset(path, gattaca(6, 4, 4))
    with h5py.File(path, "r+") as file:
        values = file["train/sequence"][:]
        del file["train/sequence"]
        make(file, "train/sequence", tmp_path, values)
    with refused("train/sequence", sentence, start=f"{path} has "):
        read_dataset(path)


def declare(name, shape):
    """Declare an array of that shape, of which nothing is stored."""

    def make(folder):
        path = folder / "released.h5"
        write(path, arrays())
        with h5py.File(path, "r+") as file:
            del file[name]
            file.create_dataset(name, shape, np.uint8, chunks=tuple(min(size, 64) for size in shape))
        return path

    return make


def npz(shape, size):
    """An npz whose X_train is of that shape by its header, and has so many bytes of zeros."""

    def make(folder):
        path = folder / "released.npz"
        write(path, arrays())
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
        with zipfile.ZipFile(path) as old:
            members = {name: old.read(name) for name in old.namelist() if name != "X_train.npy"}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for name, content in members.items():
                new.writestr(name, content)
            with new.open("X_train.npy", "w", force_zip64=True) as member:
                member.write(header.getvalue())
                for _ in range(size // 2**20):
                    member.write(bytes(2**20))
        return path

    return make


@promise(
    "a small file that declares arrays of terabytes",
    "one sentence before anything is allocated",
    {
        "10^12 labels": (
            declare("Y_train", (10**12, 2)),
            "declares 2.0 TB for Y_train, but the file has",
        ),
        "10^12 targets": (
            declare("Y_train", (3, 10**12)),
            "declares 3.0 TB for Y_train, but the file has",
        ),
        "10^12 sequences": (declare("X_train", (10**12, 4, 5)), "for X_train, but the file has"),
        "40 GB in an npz": (npz((10**10, 4, 1), 0), "declares 40.0 GB for X_train, but holds less"),
    },
)
def test_declared_sizes(case, tmp_path):
    make, sentence = case
    path = make(tmp_path)
    with refused(sentence, start=str(path)):
        import_released(path, tmp_path / "dataset.h5", "x")


@promise(
    "an npz that is truly larger than the memory",
    "one sentence with how much it takes, and how much there is",
    1,
)
def test_an_npz_of_more_than_the_memory(tmp_path, monkeypatch):
    path = npz((2**18, 4, 4), 4 * 2**20)(tmp_path)
    monkeypatch.setattr(memory, "free_memory", lambda: 10**6)
    with refused(
        f"X_train of {path} would take 4.2 MB of memory, of which 1.0 MB are free; store the arrays as HDF5"
    ):
        import_released(path, tmp_path / "dataset.h5", "x")


@promise("20 random bytes changed in a released HDF5 file or npz", "a dataset, or one sentence", 40)
def test_changed_bytes(tmp_path):
    for name in ("released.h5", "released.npz"):
        path = tmp_path / name
        write(path, arrays())
        whole = path.read_bytes()
        for seed in range(20):
            rng, content = np.random.default_rng(seed), bytearray(whole)
            for place in rng.integers(0, len(content), 20):
                content[place] ^= rng.integers(1, 256)
            path.write_bytes(bytes(content))
            with contextlib.suppress(UserError):
                import_released(path, tmp_path / "dataset.h5", "x")
