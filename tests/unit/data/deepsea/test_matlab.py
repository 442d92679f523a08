import functools
import struct

import numpy as np
import pytest
import scipy.io
from motifcnn.data.deepsea import matlab
from motifcnn.data.deepsea.matlab import open_arrays
from toys.miniature_bundle import write_v5, write_v73
from toys.refusals import refused


def whole(array):
    """Read an array block by block, into one."""
    found = np.full(array.shape, 99, np.uint8)
    for low, high in array.row_blocks(10):
        for first, values in array.slabs(low, high):
            found[first : first + len(values), ..., low:high] = values
    return found


@pytest.fixture(params=["v7.3", "v7", "v6"])
def write(request):
    """How to write a file of each kind."""
    uncompressed = functools.partial(write_v5, compressed=False)
    return {"v7.3": write_v73, "v7": write_v5, "v6": uncompressed}[request.param]


@pytest.mark.parametrize("piece", [1, 300, 2**26])
def test_it_reads_what_was_written(write, tmp_path, monkeypatch, piece):
    monkeypatch.setattr(matlab, "PIECE", piece)
    rng = np.random.default_rng(0)
    arrays = {"x": rng.integers(0, 200, (9, 4, 23), np.uint8), "y": rng.integers(0, 2, (5, 23), np.uint8)}
    write(tmp_path / "a.mat", arrays)
    with open_arrays(tmp_path / "a.mat", ("y", "x")) as (y, x):
        assert (x.shape, y.shape) == ((9, 4, 23), (5, 23))
        np.testing.assert_array_equal(whole(y), arrays["y"])
        np.testing.assert_array_equal(whole(x), arrays["x"])


def test_only_wanted_parts_need_to_be_read(write, tmp_path, monkeypatch):
    monkeypatch.setattr(matlab, "PIECE", 1)
    values = np.arange(200, dtype=np.uint8).reshape(50, 4)
    write(tmp_path / "a.mat", {"y": values})
    wanted = np.array([3, 30, 45])
    with open_arrays(tmp_path / "a.mat", ("y",)) as (array,):
        seen = {}
        for first, slab in array.slabs(0, 4, wanted):
            seen |= {first + i: row.tolist() for i, row in enumerate(slab)}
    assert {i: seen[i] for i in wanted} == {i: values[i].tolist() for i in wanted}


def test_small_and_odd_arrays_of_version_5(tmp_path):
    arrays = {
        "one": np.array([[7]], np.uint8),
        "three": np.array([[1], [2], [3]], np.uint8),
        "double": np.array([[0.0, 1.0, 255.0]]),
        "truth": np.array([[True, False]]),
        "bigger": np.array([[1, 0, 1]], np.int32),
    }
    for compressed in (False, True):
        scipy.io.savemat(tmp_path / "a.mat", {k: v.T for k, v in arrays.items()}, do_compression=compressed)
        with open_arrays(tmp_path / "a.mat", tuple(arrays)) as found:
            for array, expected in zip(found, arrays.values(), strict=True):
                np.testing.assert_array_equal(whole(array), expected)


def test_a_big_endian_file(tmp_path):
    def element(kind, data):
        return struct.pack(">II", kind, len(data)) + data + bytes(-len(data) % 8)

    body = element(6, struct.pack(">II", 9, 0)) + element(5, struct.pack(">ii", 3, 2)) + element(1, b"xy")
    matrix = element(14, body + element(2, bytes([1, 2, 3, 4, 5, 6])))
    header = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack(">H", 0x0100) + b"MI"
    (tmp_path / "a.mat").write_bytes(header + matrix)
    np.testing.assert_array_equal(scipy.io.loadmat(tmp_path / "a.mat")["xy"].T, [[1, 2, 3], [4, 5, 6]])
    with open_arrays(tmp_path / "a.mat", ("xy",)) as (array,):
        np.testing.assert_array_equal(whole(array), [[1, 2, 3], [4, 5, 6]])


def test_other_kinds_of_variables_are_passed_over(tmp_path):
    values = {"text": "hello", "cells": np.array([1, "a"], object), "structure": {"a": 1}, "complex": 1j}
    scipy.io.savemat(tmp_path / "a.mat", values | {"x": np.ones((2, 3), np.uint8)}, do_compression=True)
    assert read_x(tmp_path / "a.mat").shape == (3, 2)
    with refused("has no variable text; what it has is x"), open_arrays(tmp_path / "a.mat", ("text",)):
        pass


def read_x(path):
    with open_arrays(path, ("x",)) as (array,):
        return whole(array)


def test_values_beyond_a_byte_are_refused(tmp_path):
    for value in (0.5, 300, -1, np.nan):
        scipy.io.savemat(tmp_path / "a.mat", {"x": np.array([[0, value]])})
        with refused("variable x has values other than 0 and 1"):
            read_x(tmp_path / "a.mat")


def test_a_flipped_bit_is_noticed(tmp_path):
    rng = np.random.default_rng(0)
    write_v5(tmp_path / "a.mat", {"x": rng.integers(0, 2, (9, 4, 500), np.uint8)})
    data = bytearray((tmp_path / "a.mat").read_bytes())
    data[-40] ^= 1
    (tmp_path / "a.mat").write_bytes(data)
    with refused("is cut short or damaged"):
        read_x(tmp_path / "a.mat")


def test_what_goes_wrong_elsewhere_is_not_blamed_on_the_file(tmp_path):
    def fill_the_disk():
        with open_arrays(tmp_path / "a.mat", ("x",)) as (array,):
            for _ in array.slabs(0, 3):
                raise OSError("no room")

    write_v5(tmp_path / "a.mat", {"x": np.ones((2, 3), np.uint8)})
    with pytest.raises(OSError, match="no room"):
        fill_the_disk()
