"""Disks of a few kilobytes, in a child process with mounts of its own, of which nothing is left once it ends."""

import ctypes
import functools
import multiprocessing
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

# <sched.h> and <sys/mount.h>
_NEW_MOUNTS, _READ_ONLY, _CHANGE, _ALL_BELOW, _PRIVATE = 0x20000, 1, 32, 0x4000, 0x40000


def in_child(work: Callable[..., Any], *arguments: Any) -> tuple[int, Any]:
    """Call `work` in a forked process; return its exit code, negative for a signal, and what `work` returns."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=lambda: sender.send(work(*arguments)))
    child.start()
    sender.close()
    try:
        result = receiver.recv()
    except EOFError:
        result = None
    child.join()
    return child.exitcode, result


class Disk:
    """A disk at a folder, for the life of this process."""

    def __init__(self, folder: Path, size: int, files: int = 100):
        """`size` in bytes, of which the kernel makes whole pages, and how many `files` it holds."""
        self.folder = folder
        _call("unshare", _NEW_MOUNTS)
        _call("mount", b"none", b"/", None, _ALL_BELOW | _PRIVATE, None)
        # The folder itself counts as a file.
        self._mount(0, f"size={size},nr_inodes={files + 1}")

    def make_larger(self) -> None:
        """Give it room."""
        self._mount(_CHANGE, "size=64m,nr_inodes=100")

    def make_read_only(self) -> None:
        """Let nobody write to it any more."""
        self._mount(_CHANGE | _READ_ONLY, "")

    def fill(self) -> None:
        """Fill it to the last byte."""
        with (self.folder / "filler").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def _mount(self, flags: int, options: str) -> None:
        _call("mount", b"tmpfs", os.fsencode(self.folder), b"tmpfs", flags, options.encode())


@functools.cache
def can_mount() -> bool:
    """Tell whether this user may mount a disk."""
    with tempfile.TemporaryDirectory() as folder:
        return os.geteuid() == 0 and in_child(_try, Path(folder)) == (0, True)


def _try(folder: Path) -> bool:
    try:
        Disk(folder, 4096)
    except OSError:
        return False
    return True


def _call(name: str, *arguments: Any) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
