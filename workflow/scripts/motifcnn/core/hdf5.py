"""Write HDF5 files of any size whole or not at all."""

import contextlib
import io
import os
from collections.abc import Iterator

import h5py

from .files import whole_file


class _PatientFile(io.FileIO):
    """A file that hides its first write error from HDF5 and keeps it for `raise_error`.

    Told that the disk is full, HDF5 keeps writing, tries once more when the file is closed, and
    leaves h5py in a state that it cannot recover from.
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
        """Raise the first error so far, if any."""
        if self.error is not None:
            raise self.error


@contextlib.contextmanager
def whole_hdf5(path: str | os.PathLike) -> Iterator[tuple[h5py.File, _PatientFile]]:
    """Do `whole_file` for HDF5: yield a file to fill and the raw file beneath it.

    Long-running writers should call `raise_error` of the raw file now and then, so that a full disk
    stops them early; it is always called at the end.
    """
    with whole_file(path) as temporary, _PatientFile(temporary, "w+") as below:
        with h5py.File(below, "w", track_order=True) as file:
            yield file, below
        below.raise_error()
