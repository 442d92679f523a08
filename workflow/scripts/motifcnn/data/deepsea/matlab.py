"""Numeric arrays of MATLAB files, read in pieces.

MATLAB stores arrays column by column, so the first index runs fastest. Both kinds of file are
presented with their dimensions reversed, as h5py shows them: a MATLAB array of N x 4 x L is an
array of (L, 4, N) in the order of its bytes. Rows, the N examples, are the last axis.

Version 7.3 is HDF5 and is read along its chunks. Versions 5 to 7 (the ones before HDF5) hold a
variable as one stream of bytes, usually compressed as a whole. scipy.io.loadmat can only load it whole,
which takes 1.8 GB for DeepSEA's test sequences, so it is read as a stream here, following the format
description by MathWorks ("MAT-File Format", chapter 1). The tests compare with scipy.
"""

import contextlib
import math
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import h5py
import numpy as np

from ...core.errors import UserError
from ..hdf5_arrays import own_array

# Bytes read at a time. A chunk is split only if it is larger than that.
PIECE = 64 * 2**20

_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MATRIX, _COMPRESSED = 14, 15
_NUMERIC = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8", 13: "u8"}
# mxDOUBLE_CLASS to mxUINT64_CLASS; the classes before are cells, structures, text and sparse arrays.
_NUMERIC_CLASSES = range(6, 16)
_COMPLEX = 0x0800


class Array(Protocol):
    """An array in a file.

    Attributes
    ----------
    name
        Of the variable.
    shape
        As its bytes lie, the rows last.
    step
        Number of rows that are best read together: those of a chunk.
    """

    name: str
    shape: tuple[int, ...]
    step: int

    def row_blocks(self, most: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of rows, [low, high), that are efficient to read one after the other."""

    def slabs(
        self, low: int, high: int, wanted: np.ndarray | None = None
    ) -> Iterator[tuple[int, np.ndarray]]:
        """Yield (first, values) along the first axis for the rows [low, high).

        `values` are uint8, (n, ..., high - low), and are valid until the next step. With `wanted`,
        sorted indices along the first axis, the rest may be left out.
        """


@contextlib.contextmanager
def open_arrays(path: str | os.PathLike, names: tuple[str, ...]) -> Iterator[list[Array]]:
    """Open a MATLAB file, of version 7.3 or 5 to 7.

    Yields
    ------
    list of Array
        The variables `names`, in that order.

    Raises
    ------
    UserError
        The file is missing, cut short, damaged, of another kind, or lacks a variable. Damage may show only
        when the arrays are read, inside the block.
    """
    path = Path(path)
    with contextlib.ExitStack() as stack:
        with _reading(path):
            file = stack.enter_context(path.open("rb"))
            start = file.read(512 + 8)
            if _HDF5_SIGNATURE in (start[:8], start[512:]):
                opened = stack.enter_context(h5py.File(path, "r"))
                known = dict.fromkeys(opened)
                known |= {name: own_array(opened, name, path) for name in names if name in known}
                make = _Hdf5Array
            else:
                known = _variables(file, path, start)
                make = _StreamedArray
        missing = [name for name in names if name not in known]
        if missing:
            raise UserError(
                f"{path} has no variable {missing[0]}; what it has is {', '.join(sorted(known)) or 'nothing'}"
            )
        yield [make(name, known[name], path) for name in names]


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong while `path` is read into a UserError."""
    try:
        yield
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except (OSError, KeyError, zlib.error, struct.error, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path} is cut short or damaged ({reason}); delete it and get it again") from error


def _as_bytes(values: np.ndarray, name: str, path: Path) -> np.ndarray:
    """Return `values` as uint8; they must be whole numbers of 0 to 255."""
    if values.dtype == np.uint8:
        return values
    with np.errstate(invalid="ignore"):
        narrow = values.astype(np.uint8)
    if not np.array_equal(narrow, values):
        raise UserError(f"{path}: the variable {name} has values other than 0 and 1")
    return narrow


class _Hdf5Array:
    def __init__(self, name: str, dataset: h5py.Dataset, path: Path):
        self.name, self.dataset, self.path = name, dataset, path
        self.shape = dataset.shape
        # A contiguous array can be cut anywhere.
        self.chunks = dataset.chunks or (1,) * dataset.ndim
        self.step = self.chunks[-1]
        self._buffer = np.empty(0, dataset.dtype)

    def row_blocks(self, most: int) -> Iterator[tuple[int, int]]:
        along = self.chunks[-1]
        # A band of chunks across the other axes should fit into a piece, and at least one must be read.
        band = self.chunks[0] * math.prod(self.shape[1:-1]) * self.dataset.dtype.itemsize
        rows = max(1, min(most, PIECE // band) // along) * along
        rows = min(rows, most)
        total = self.shape[-1]
        yield from ((low, min(low + rows, total)) for low in range(0, total, rows))

    def slabs(
        self, low: int, high: int, wanted: np.ndarray | None = None
    ) -> Iterator[tuple[int, np.ndarray]]:
        along = self.chunks[0]
        row_bytes = math.prod(self.shape[1:-1]) * (high - low) * self.dataset.dtype.itemsize
        thickness = max(1, PIECE // (row_bytes * along)) * along
        for first in range(0, self.shape[0], thickness):
            last = min(first + thickness, self.shape[0])
            if wanted is not None:
                inside = wanted[(wanted >= first) & (wanted < last)]
                if not len(inside):
                    continue
                first, last = int(inside[0]), int(inside[-1]) + 1
            yield first, _as_bytes(self._read(first, last, low, high), self.name, self.path)

    def _read(self, first: int, last: int, low: int, high: int) -> np.ndarray:
        shape = (last - first, *self.shape[1:-1], high - low)
        size = math.prod(shape)
        # One buffer for all pieces: fresh memory would cost as much time as copying.
        if self._buffer.size < size:
            self._buffer = np.empty(size, self.dataset.dtype)
        values = self._buffer[:size].reshape(shape)
        middle = (slice(None),) * (len(shape) - 2)
        with _reading(self.path):
            self.dataset.read_direct(values, np.s_[(slice(first, last), *middle, slice(low, high))])
        return values


class _StreamedArray:
    def __init__(self, name: str, variable: "_Variable", path: Path):
        self.name, self.variable, self.path = name, variable, path
        self.shape, self.step = variable.shape, variable.shape[-1]

    def row_blocks(self, most: int) -> Iterator[tuple[int, int]]:
        # There is one stream, in which each row is everywhere: all rows at once. They are few, as
        # a variable of this version has less than 2 GB.
        yield 0, self.shape[-1]

    def slabs(
        self, low: int, high: int, wanted: np.ndarray | None = None
    ) -> Iterator[tuple[int, np.ndarray]]:
        dtype = self.variable.dtype
        inner = self.shape[1:]
        bytes_each = math.prod(inner) * dtype.itemsize
        thickness = max(1, PIECE // max(bytes_each, 1))
        with _reading(self.path):
            stream = self.variable.open()
        for first in range(0, self.shape[0], thickness):
            n = min(thickness, self.shape[0] - first)
            with _reading(self.path):
                data = stream.read(n * bytes_each)
            values = np.frombuffer(data, dtype).reshape(n, *inner)
            yield first, _as_bytes(values[..., low:high], self.name, self.path)
        with _reading(self.path):
            stream.finish()


class _Stream:
    """The bytes of one element, compressed or not, from `file` at `position`."""

    def __init__(self, file: BinaryIO, position: int, size: int, compressed: bool):
        self.file, self.position, self.left = file, position, size
        self.inflater = zlib.decompressobj() if compressed else None

    def _raw(self, size: int) -> bytes:
        self.file.seek(self.position)
        data = self.file.read(min(size, self.left))
        self.position += len(data)
        self.left -= len(data)
        return data

    def read(self, size: int) -> bytes:
        """Return exactly `size` bytes."""
        if self.inflater is None:
            data = self._raw(size)
        else:
            parts, missing = [], size
            while missing and not self.inflater.eof:
                waiting = self.inflater.unconsumed_tail or self._raw(2**20)
                if not waiting:
                    break
                parts.append(self.inflater.decompress(waiting, missing))
                missing -= len(parts[-1])
            data = b"".join(parts)
        if len(data) != size:
            raise OSError("a variable ends too early")
        return data

    def finish(self) -> None:
        """Read what is left, so that the checksum at the end is compared."""
        while self.inflater is not None and not self.inflater.eof:
            waiting = self.inflater.unconsumed_tail or self._raw(2**20)
            if not waiting:
                raise OSError("a variable ends too early")
            self.inflater.decompress(waiting, 2**20)

    def tag(self, order: str) -> tuple[int, int, bytes | None]:
        """Return type, size and, of a small element, the data themselves."""
        head = self.read(8)
        kind, size = struct.unpack(order + "II", head)
        if kind >> 16:
            return kind & 0xFFFF, kind >> 16, head[4 : 4 + (kind >> 16)]
        return kind, size, None

    def element(self, order: str) -> tuple[int, bytes]:
        """Return type and data of a whole element, and step over its padding."""
        kind, size, data = self.tag(order)
        if data is None:
            if size > 2**20:
                raise OSError("a header is implausibly long")
            data = self.read(size)
            self.read(-size % 8)
        return kind, data


class _Variable:
    """Where a numeric array lies in a file of version 5 to 7."""

    def __init__(self, file: BinaryIO, position: int, size: int, compressed: bool, order: str):
        self.place = (file, position, size, compressed)
        self.order = order
        stream = _Stream(*self.place)
        if compressed:
            stream.tag(order)
        _, flags = stream.element(order)
        (bits,) = struct.unpack(order + "I", flags[:4])
        self.numeric = (bits & 0xFF) in _NUMERIC_CLASSES and not bits & _COMPLEX
        _, dimensions = stream.element(order)
        self.shape = struct.unpack(f"{order}{len(dimensions) // 4}i", dimensions)[::-1]
        self.name = stream.element(order)[1].decode("latin-1")
        if self.numeric:
            kind, stored, within_tag = stream.tag(order)
            self.is_small = within_tag is not None
            self.numeric = kind in _NUMERIC
            self.dtype = np.dtype(order + _NUMERIC.get(kind, "u1"))
            if self.numeric and stored != math.prod(self.shape) * self.dtype.itemsize:
                raise OSError(f"{self.name} has {stored} bytes, too few or too many for its dimensions")

    def open(self) -> _Stream:
        """Return the stream at the first value."""
        stream = _Stream(*self.place)
        if self.place[3]:
            stream.tag(self.order)
        for _ in range(3):
            stream.element(self.order)
        # Up to four bytes of values stand in the tag itself, in its second half.
        stream.read(4 if self.is_small else 8)
        return stream


def _variables(file: BinaryIO, path: Path, start: bytes) -> dict[str, _Variable]:
    """Find the numeric arrays of a file of version 5 to 7, by name."""
    order = {b"IM": "<", b"MI": ">"}.get(start[126:128])
    if order is None:
        raise UserError(
            f"{path} is not a MATLAB file of version 5 to 7.3; if it was downloaded, delete it and get it again"
        )
    end = os.path.getsize(path)
    position, found = 128, {}
    while position < end:
        file.seek(position)
        head = file.read(8)
        if len(head) < 8:
            raise OSError("it ends within a variable")
        kind, size = struct.unpack(order + "II", head)
        if position + 8 + size > end:
            raise OSError(f"a variable of {size:,} bytes goes beyond the end")
        if kind in (_MATRIX, _COMPRESSED):
            variable = _Variable(file, position + 8, size, kind == _COMPRESSED, order)
            if variable.numeric:
                found[variable.name] = variable
        position += 8 + size
        if kind != _COMPRESSED:
            position += -size % 8
    return found
