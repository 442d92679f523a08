"""Read bigWig and bigBed files, which pyBigWig's C library may crash on where they are damaged.

Their headers are checked first, and everything is read in a child process, whose death says the rest.
"""

import contextlib
import faulthandler
import multiprocessing
import os
import resource
import signal
import struct
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from ...core.errors import UserError

# Memory that a child may add to what it has (bytes), and how long it may take: a fixed time and the file's share (s).
_MEMORY = 4 * 2**30
_SECONDS, _SECONDS_PER_BYTE = 600, 1e-6
# The signatures of bigWig, bigBed, the tree of chromosomes and the index (Kent et al. 2010, doi
# 10.1093/bioinformatics/btq351, supplement).
_FILES, _TREE, _INDEX = (0x888FFC26, 0x8789F2EB), 0x78CA8C91, 0x2468ACE0
_HEADER = 64


def read_apart(path: str | os.PathLike, read: Callable[..., Any], *arguments: Any) -> Any:
    """Return `read(path, *arguments)`, called in a child process.

    Raises
    ------
    UserError
        The file is damaged, by which reading fails, crashes or does not end; or as `read` raises it.
    """
    _check_header(path)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(sender, read, path, arguments))
    child.start()
    sender.close()
    try:
        if not receiver.poll(_SECONDS + _SECONDS_PER_BYTE * os.path.getsize(path)):
            raise EOFError
        error, result = receiver.recv()
        if error is not None:
            raise error
        return result
    except EOFError:
        raise _damaged(path) from None
    finally:
        child.kill()
        child.join()
        receiver.close()


def _answer(sender: Connection, read: Callable[..., Any], path: str | os.PathLike, arguments: tuple) -> None:
    """Send what `read` returns; without an answer, something went wrong."""
    # A crash is expected here, and whatever is printed about it would only confuse.
    for standard in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), standard)
    faulthandler.disable()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + _MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with contextlib.suppress(Exception):
        try:
            sender.send((None, read(path, *arguments)))
        except UserError as error:
            sender.send((error, None))
    os._exit(0)


def _check_header(path: str | os.PathLike) -> None:
    """Check that the parts that the header names lie within the file and begin as they should."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        start = file.read(_HEADER)
        if len(start) < _HEADER:
            _refuse(path)
        order = next((order for order in "<>" if struct.unpack(f"{order}I", start[:4])[0] in _FILES), None)
        if order is None:
            _refuse(path)
        _, _, zooms, tree, data, index = struct.unpack(f"{order}IHHQQQ", start[:32])
        if not _HEADER <= _HEADER + 24 * zooms <= min(tree, data, index) <= max(tree, data, index) < size:
            _refuse(path)
        for place, signature in ((tree, _TREE), (index, _INDEX)):
            file.seek(place)
            if file.read(4) != struct.pack(f"{order}I", signature):
                _refuse(path)


def _damaged(path: str | os.PathLike) -> UserError:
    return UserError(f"{path} is cut short or damaged; get it again")


def _refuse(path: str | os.PathLike) -> NoReturn:
    raise _damaged(path)
