"""Extract known files from a .tar.gz that somebody else made."""

import gzip
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from ..core.amounts import amount
from ..core.errors import UserError
from ..core.files import whole_file
from ..core.progress import Meter
from .download import Unusable

_PIECE = 2**20


def unpack(
    archive: str | os.PathLike,
    folder: str | os.PathLike,
    wanted: Collection[str],
    title: str = "",
    check: Callable[[Mapping[str, Path]], None] = lambda paths: None,
) -> dict[str, Path]:
    """Extract the files named in `wanted` from a .tar.gz, whichever folders they are in.

    The archive is read once, as a stream and to its end, so that gzip's checksum is verified. Files are
    unpacked into a hidden folder and, if all of the archive is accepted, moved to `folder`, under their own
    names; nothing else is left.

    Parameters
    ----------
    archive, folder
        The .tar.gz, and where the files go.
    wanted
        Their names, without folders.
    title
        What progress is shown under; by default the archive's name.
    check
        Called with the paths of the unpacked files, by name; raises `Unusable` if their content is wrong.

    Returns
    -------
    dict
        Path by name.

    Raises
    ------
    Unusable
        The archive is no .tar.gz, is cut short or damaged, lacks a wanted file or has it twice, or has a
        member that would end up outside the folder or is not a plain file or folder.
    UserError
        There is not enough space.
    """
    archive, folder = Path(archive), Path(folder)
    # Of a fixed name, so that the next run clears what a killed one has left: some 30 GB of DeepSEA.
    beside = folder / f".{archive.name}.unpacked"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        found = _unpack(archive, beside, wanted, title or archive.name)
        check(found)
        return {name: path.replace(folder / name) for name, path in found.items()}
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _unpack(archive: Path, folder: Path, wanted: Collection[str], title: str) -> dict[str, Path]:
    """Extract the files named in `wanted` into a folder; return their paths by name."""
    found: dict[str, Path] = {}
    seen: list[str] = []
    try:
        with (
            archive.open("rb") as file,
            Meter(f"unpacking {title}", archive.stat().st_size, "B") as meter,
        ):
            if file.read(2) != b"\x1f\x8b":
                raise Unusable(f"{archive.name} is not a gzip archive, perhaps a page that says so")
            file.seek(0)
            with gzip.open(_Counted(file, meter)) as plain:
                with tarfile.open(fileobj=_Sound(plain), mode="r|") as members:
                    for member in members:
                        _check(member, archive)
                        name = Path(member.name).name
                        if not member.isfile() or name not in wanted:
                            seen.append(f"{member.name}/" if member.isdir() else member.name)
                            continue
                        if name in found:
                            raise Unusable(f"{archive.name} has two files called {name}")
                        _take_out(members, member, folder / name)
                        found[name] = folder / name
                while plain.read(_PIECE):
                    pass
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Unusable(f"{archive.name} is cut short or damaged ({reason})") from error
    missing = sorted(set(wanted) - set(found))
    if missing:
        others = ", ".join(name if name.isprintable() else repr(name) for name in seen[:10]) or "nothing else"
        raise Unusable(f"{archive.name} lacks {', '.join(missing)}; it has {others}")
    return found


class _Counted:
    """A file that reports to a meter how much of it has been read."""

    def __init__(self, file, meter: Meter):
        self.file, self.meter = file, meter

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.meter.advance(len(data))
        return data


class _Sound:
    """A gzip file whose damage is not taken for a failure to write what is unpacked from it, an OSError as well."""

    def __init__(self, file: gzip.GzipFile):
        self.file = file

    def read(self, size: int = -1) -> bytes:
        try:
            return self.file.read(size)
        except gzip.BadGzipFile as error:
            raise tarfile.ReadError(str(error)) from error


def _check(member: tarfile.TarInfo, archive: Path) -> None:
    """Refuse an archive that tries to write elsewhere or holds anything but files and folders."""
    kind = None
    if member.issym() or member.islnk():
        kind = f"a link to {member.linkname}"
    elif member.isdev():
        kind = "a device or a pipe"
    elif member.name.startswith(("/", "\\")) or ":" in member.name[:2]:
        kind = "an absolute path"
    elif ".." in member.name.replace("\\", "/").split("/"):
        kind = "a path that leads out of its folder"
    elif not (member.isfile() or member.isdir()):
        kind = "neither a file nor a folder"
    if kind is not None:
        raise Unusable(f"{archive.name} is not to be trusted: its member {member.name!r} is {kind}")


def _take_out(members: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    room = shutil.disk_usage(path.parent).free
    if member.size > room:
        raise UserError(
            f"{path.name} has {amount(member.size)}, but {path.parent} has room for {amount(room)} only; "
            "free some space or choose another folder, and run again"
        )
    with whole_file(path) as temporary, temporary.open("wb") as file:
        shutil.copyfileobj(members.extractfile(member), file, _PIECE)
        if file.tell() != member.size:
            raise tarfile.ReadError("a file ends too early")
