"""Full disks, and writes that are killed"""

import contextlib
import io
import os
import resource
import signal
from types import SimpleNamespace

import pytest
from infrastructure.small_disk import Disk, can_mount, in_child
from motifcnn.adapters.entry import from_snakemake
from motifcnn.core.errors import UserError

from .promises import promise
from .writers import WRITERS

OLD = b"from a run before"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, bytes]:
    """What each file holds that is written on a disk with room."""
    folder = tmp_path_factory.mktemp("whole")
    for name, write in WRITERS.items():
        write(folder / name)
    return {name: (folder / name).read_bytes() for name in WRITERS}


def sentence_of(write, path) -> str | None:
    """Write, and return how that is refused."""
    try:
        write(path)
    except UserError as error:
        return str(error)
    return None


def write_twice(name, folder, size, prepare):
    """Write over a file where there is no room, then with room; return what is said and what is there each time."""
    disk = Disk(folder, size)
    path = folder / name
    path.write_bytes(OLD)
    prepare(disk)
    said = sentence_of(WRITERS[name], path)
    kept = {each: (folder / each).read_bytes() for each in os.listdir(folder) if each != "filler"}
    disk.make_larger()
    return said, kept, sentence_of(WRITERS[name], path), path.read_bytes()


needs_disk = pytest.mark.skipif(not can_mount(), reason="only root may mount a disk, and not everywhere")


@needs_disk
@promise(
    "a disk without room for a result, or with room for half of it",
    "one sentence; what was there before is kept, nothing else is left, and with room it is written",
    {
        f"{name}, {room}": (name, room == "half of it")
        for name in WRITERS
        for room in ("no room", "half of it")
    },
)
def test_a_full_disk(case, whole, tmp_path):
    name, half = case
    size = len(whole[name]) // 2 if half else 2**16
    prepare = (lambda disk: None) if half else Disk.fill
    code, (said, kept, again, written) = in_child(write_twice, name, tmp_path, size, prepare)
    assert code == 0
    assert said == (
        f"cannot write {tmp_path / name}: No space left on device; nothing was left half-written, so free some space "
        "or choose another folder and run again"
    )
    assert kept == {name: OLD}
    assert again is None
    assert written == whole[name]
    assert os.listdir(tmp_path) == []


def no_more_files(folder):
    Disk(folder, 2**20, files=1)
    (folder / "one").touch()
    return sentence_of(WRITERS["report.html"], folder / "report.html"), os.listdir(folder)


def read_only(folder):
    disk = Disk(folder, 2**20)
    (folder / "one").touch()
    disk.make_read_only()
    return sentence_of(WRITERS["dataset.h5"], folder / "new/dataset.h5"), os.listdir(folder)


@needs_disk
@promise(
    "a disk that takes no more files, or none at all",
    "one sentence; nothing is left",
    {
        "no more files": (
            no_more_files,
            "cannot write {}/report.html: No space left on device; nothing was left",
        ),
        "read-only": (read_only, "cannot write {}/new/dataset.h5: Read-only file system; nothing was left"),
    },
)
def test_a_disk_that_takes_nothing(case, tmp_path):
    work, sentence = case
    code, (said, left) = in_child(work, tmp_path)
    assert code == 0
    assert said.startswith(sentence.format(tmp_path))
    assert left == ["one"]


def job(folder, name, log=()):
    return SimpleNamespace(log=log, threads=1, params={}, input={}, output={"output": str(folder / name)})


def full_log(folder):
    Disk(folder, 2**16).fill()

    def main(*, output: str):
        print("how far it is")
        raise UserError("what is wrong")

    screen = io.StringIO()
    with contextlib.redirect_stderr(screen):
        try:
            from_snakemake(main, job(folder, "a", [str(folder / "log")]))
        except SystemExit as end:
            return end.code, screen.getvalue()


@needs_disk
@promise("a full disk where the log should go", "what is wrong is said on the screen", 1)
def test_a_log_on_a_full_disk(tmp_path):
    assert in_child(full_log, tmp_path) == (0, (1, "error: what is wrong\n"))


def write_and_die(name, folder, half_of):
    """Write until half of the bytes are there, or all but the new name."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if half_of:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (half_of // 2, half_of // 2))
    else:
        os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
    WRITERS[name](folder / name)


@promise(
    "a process that is killed in the midst of a write, or right before the file gets its name",
    "what was there before is kept; what is left is hidden, and cleared by the next run, which writes the same bytes",
    {f"{name}, {when}": (name, when == "half") for name in WRITERS for when in ("half", "all but its name")},
)
def test_a_killed_write(case, whole, tmp_path):
    name, half = case
    path = tmp_path / name
    path.write_bytes(OLD)
    code, _ = in_child(write_and_die, name, tmp_path, len(whole[name]) if half else 0)
    assert code == -(signal.SIGXFSZ if half else signal.SIGKILL)
    assert path.read_bytes() == OLD
    (left,) = set(os.listdir(tmp_path)) - {name}
    assert left.startswith(".")
    assert 0 < (tmp_path / left).stat().st_size < len(whole[name]) + (not half)
    from_snakemake(lambda: WRITERS[name](path), job(tmp_path, name))
    assert os.listdir(tmp_path) == [name]
    assert path.read_bytes() == whole[name]
