"""HDF5 files that appear whole or not at all."""

import contextlib
import io
import os
from collections.abc import Iterator

import h5py

from .files import whole_file


@contextlib.contextmanager
def whole_hdf5(path: str | os.PathLike) -> Iterator[h5py.File]:
    """Yield an HDF5 file to fill; it appears as `path`, whole, once the block has ended well.

    The file is put together in memory, compressed as its datasets are: HDF5 cannot report a full
    disk in a way that a program could act upon.

    Raises
    ------
    UserError
        As `whole_file`.
    """
    content = io.BytesIO()
    with h5py.File(content, "w", track_order=True) as file:
        yield file
    with whole_file(path) as temporary:
        temporary.write_bytes(content.getbuffer())
