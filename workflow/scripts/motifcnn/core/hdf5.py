"""HDF5 files that appear whole or not at all, however large they are."""

import contextlib
import io
import os
from collections.abc import Iterator

import h5py

from .files import whole_file


class _PatientFile(io.FileIO):
    """A file that keeps the first error of writing to itself, for `raise_error`.

    HDF5 goes on writing when it is told that the disk is full, and again when the file is closed,
    and leaves h5py in a state that cannot be mended. So it is not told.
    """

    error: OSError | None = None

    def write(self, data) -> int:
        view = memoryview(data).cast("B")
        done = 0
        try:
            while self.error is None and done < len(view):
                done += os.write(self.fileno(), view[done:])
        except OSError as error:
            self.error = error
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        try:
            return super().truncate(size)
        except OSError as error:
            self.error = self.error or error
            return size or 0

    def raise_error(self) -> None:
        """Raise what went wrong so far, if anything did."""
        if self.error is not None:
            raise self.error


@contextlib.contextmanager
def whole_hdf5(path: str | os.PathLike) -> Iterator[tuple[h5py.File, _PatientFile]]:
    """Yield an HDF5 file to fill, and the file below it; it appears as `path` once the block has ended well.

    Who writes for long calls `raise_error` of the second now and then, so that a full disk ends the
    work early; it is called at the end in any case.

    Raises
    ------
    UserError
        As `whole_file`.
    """
    with whole_file(path) as temporary, _PatientFile(temporary, "w+") as below:
        with h5py.File(below, "w", track_order=True) as file:
            yield file, below
        below.raise_error()
