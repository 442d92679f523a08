"""Files appear whole or not at all."""

import os
import subprocess
import sys

import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.files import read_json, whole_file, write_json, write_text
from toys.refusals import refused


def test_nothing_is_left_of_a_failed_write(tmp_path):
    target = tmp_path / "table.tsv"
    target.write_text("old")

    def write_half():
        with whole_file(target) as temporary:
            temporary.write_text("new, but not")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write_half()
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.tsv"]


def test_who_reads_the_old_file_goes_on_with_it(tmp_path):
    target = tmp_path / "table.tsv"
    write_text(target, "old")
    with target.open() as reader:
        write_text(target, "new and longer")
        assert reader.read() == "old"
    assert target.read_text() == "new and longer"


def test_folders_are_made_and_others_may_read(tmp_path):
    target = tmp_path / "a" / "b.txt"
    write_text(target, "x")
    assert target.read_text() == "x"
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask


def test_json_that_nests_too_deep_is_refused(tmp_path):
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000)
    with refused(f"{deep} is not valid JSON (maximum recursion depth", "; delete it and run again"):
        read_json(deep)


def test_a_folder_in_place_of_json_is_refused(tmp_path):
    with refused(f"{tmp_path} cannot be read (Is a directory)"):
        read_json(tmp_path)


# A limit on the size of files stops a write as a full disk does: OSError in the middle of it.
FULL_DISK = """
import resource, signal, sys
sys.path.insert(0, "workflow/scripts")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
from motifcnn.core.errors import UserError
import numpy as np
{prepare}
try:
    {write}
except UserError as error:
    print(error)
"""
WRITERS = {
    "text": ("from motifcnn.core.files import write_text", "write_text(sys.argv[1], 'x' * 100_000)"),
    "dataset": (
        "from motifcnn.data.dataset import *\n"
        "rng = np.random.default_rng(0)\n"
        "split = Split(rng.integers(0, 4, (5000, 200), np.uint8), np.zeros((5000, 1), np.uint8))\n"
        "data = Dataset(split, split, split, ('a',), 'name')",
        "write_dataset(sys.argv[1], data)",
    ),
    "model": (
        "import torch\nfrom motifcnn.networks.model_file import save_tensors",
        "save_tensors(sys.argv[1], {'w': torch.zeros(100_000)}, {})",
    ),
}


@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_is_one_sentence_and_leaves_nothing(kind, tmp_path):
    prepare, write = WRITERS[kind]
    target = tmp_path / "result"
    target.write_text("old")
    command = [sys.executable, "-c", FULL_DISK.format(prepare=prepare, write=write), str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "cannot write" in done.stdout, done.stderr
    assert "free some space" in done.stdout
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["result"]


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot write .*file/x\.txt"):
        write_text(tmp_path / "file" / "x.txt", "x")


def test_only_ordinary_files_are_replaced(tmp_path):
    """As root one would put a file in the place of a device."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    # As /dev/stdout is with `>redirected`: it leads to an ordinary file.
    with (tmp_path / "redirected").open("w") as redirected:
        (tmp_path / "stdout").symlink_to(f"/proc/self/fd/{redirected.fileno()}")
        for name in ("pipe", "folder", "stdout"):
            with pytest.raises(UserError, match=f"{name} is not an ordinary file; name a file to write"):
                write_text(tmp_path / name, "x")
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "folder").is_dir()
    assert (tmp_path / "stdout").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["folder", "pipe", "redirected", "stdout"]


def test_json_is_sorted_and_refuses_nan(tmp_path):
    write_json(tmp_path / "a.json", {"b": 1, "a": [0.1]})
    assert (tmp_path / "a.json").read_text() == '{\n  "a": [\n    0.1\n  ],\n  "b": 1\n}\n'
    with pytest.raises(ValueError):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert read_json(tmp_path / "a.json") == {"a": [0.1], "b": 1}


def test_json_that_cannot_be_read(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        read_json(tmp_path / "none.json")
    (tmp_path / "cut.json").write_text('{"a": ')
    with pytest.raises(UserError, match="not valid JSON"):
        read_json(tmp_path / "cut.json")
