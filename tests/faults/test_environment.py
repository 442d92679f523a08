"""`./run` and its environment"""

import os
import tempfile
from pathlib import Path

import pytest
from infrastructure.stand_in_tools import UV, calls, copy_run, program, run

from .promises import promise

BROKEN = "#!/usr/bin/env bash\nexit 126\n"
# Makes half of an environment and fails.
HALF = "#!/usr/bin/env bash\n[[ $1 == venv ]] && mkdir -p .venv/bin && exit 2\nexit 0\n"
NOBODY = 65534


@pytest.fixture
def folder():
    # Not below pytest's own folder, which other users may not enter.
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)
        yield copy_run(Path(path))


def own_environment(folder, python=None):
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/precious").touch()
    if python:
        program(folder / ".venv", "python", python)


@promise(
    "a `.venv` whose Python does not start, as in another user's clone",
    "one sentence that says where; nothing is deleted",
    {
        "it does not start": lambda folder: own_environment(folder, BROKEN),
        "there is none": own_environment,
        "a broken link": lambda folder: (folder / ".venv").symlink_to("nowhere"),
        "a file in its place": lambda folder: (folder / ".venv").touch(),
    },
)
def test_an_environment_that_cannot_be_used_is_left_alone(case, folder):
    program(folder, "uv", UV)
    case(folder)
    before = sorted(path.name for path in folder.rglob("*"))
    said = run(folder, "-n", status=1).stderr
    assert said.startswith(
        f"error: the Python in {folder}/.venv does not start for you, or is older than 3.11;"
    )
    assert "nothing was changed: if .venv is yours, delete it and run again" in said
    assert sorted(path.name for path in folder.rglob("*")) == before
    assert calls(folder) == []


@promise("a `.venv` that could be made in part only", "a sentence, and the next run makes it again", 1)
def test_half_an_environment_is_removed(folder):
    program(folder, "uv", HALF)
    assert "error: uv could not make .venv; see its message above" in run(folder, "-n", status=1).stderr
    assert not (folder / ".venv").exists()
    program(folder, "uv", UV)
    assert run(folder, "-n").stdout == "snakemake --cores all --logger=progress -n; 1 thread\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@promise(
    "a user who is not root, in a clone that is another user's",
    "one sentence; nothing is changed",
    {
        "without a .venv": (
            None,
            "is not yours to change, so .venv cannot be made there; work in a clone of",
        ),
        "with old versions": ("torch==2\n", "/.venv is not yours to change, and lacks the versions in envs/"),
    },
)
def test_the_clone_of_another_user(case, folder):
    pins, sentence = case
    program(folder, "uv", UV)
    if pins:
        run(folder, "-n")
        (folder / "envs/venv.txt").write_text(pins)
        (folder / "calls").unlink()
    said = run(folder, "-n", status=1, user=NOBODY).stderr
    assert said.startswith(f"error: {folder}")
    assert sentence in said
    assert said.count("\n") == 1
    assert calls(folder) == []
