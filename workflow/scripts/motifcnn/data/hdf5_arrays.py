"""Arrays of an HDF5 file that somebody else made."""

import os

import h5py

from ..core.amounts import amount
from ..core.errors import UserError

_RATIO = 2000


def own_array(file: h5py.File, name: str, path: str | os.PathLike) -> h5py.Dataset:
    """Return the array `name` of an open file.

    Raises
    ------
    UserError
        It is a group, its values are in other files, or it declares more of them than the file can hold.
    """
    link = file.get(name, getlink=True)
    found = None if isinstance(link, h5py.ExternalLink) else file.get(name)
    if found is None or found.file.filename != file.filename:
        raise UserError(
            f"{path} has {name} as a link that leads out of the file or nowhere; store the array itself"
        )
    if not isinstance(found, h5py.Dataset):
        raise UserError(f"{path} has {name} as a group, but it must be an array")
    if found.is_virtual or found.external:
        raise UserError(f"{path} has the values of {name} in other files; store them in this one")
    # Compression by deflate makes nothing more than 1,032 times smaller.
    size = os.path.getsize(path)
    if found.nbytes > _RATIO * max(size, 2**20):
        raise UserError(
            f"{path} declares {amount(found.nbytes)} for {name}, but the file has {amount(size)}; it is cut short or "
            "damaged"
        )
    return found
