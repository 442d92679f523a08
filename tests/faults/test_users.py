"""Users who are not root"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from repository import ROOT
from workflow.conftest import environment, mortal

from .promises import promise
from .test_kills import make_clone

NOBODY = 65534
# Python may lie in a folder of root's: this nobody can read everything, but writes only where nobody may.
AS_NOBODY = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)  # fmt: skip


def can_be_nobody() -> bool:
    tools = shutil.which("setpriv") and os.geteuid() == 0
    return (
        bool(tools)
        and not subprocess.run([*AS_NOBODY, sys.executable, "-c", ""], capture_output=True).returncode
    )


pytestmark = pytest.mark.skipif(not can_be_nobody(), reason="only root can become another user, with setpriv")


@pytest.fixture
def home():
    # Not below pytest's own folder, which other users may not enter.
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)
        yield give_to_nobody(Path(path) / "home")


@pytest.fixture
def clone(home) -> Path:
    """A clone of root's with an environment that works."""
    folder = make_clone(home.parent / "clone")
    shutil.copy(ROOT / "run", folder)
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    for name, arguments in {"python": "", "snakemake": "-m snakemake "}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}"$@"\n')
        (programs / name).chmod(0o755)
    # What ./run compares, to see whether the environment has the versions that it should have.
    pins = sorted(path.relative_to(folder) for path in (folder / "envs").glob("venv.*"))[::-1]
    stamp = subprocess.run(["cksum", *pins], cwd=folder, capture_output=True, check=True).stdout
    (folder / ".venv/.pins").write_bytes(stamp)
    return folder


def run_as_nobody(clone: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess:
    """Run `run` as nobody, whose home is `home`."""
    return subprocess.run(
        [*AS_NOBODY, *mortal(clone / "run", *arguments)],
        env=environment(home) | {"HOME": str(home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )


def give_to_nobody(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    return folder


def listing(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


ARGUMENTS = ("--cores", "1", "--configfile", "killed.yaml")


@pytest.mark.workflow
@promise("a run in the clone of another user", "one sentence; nothing is written there", 1)
def test_the_clone_of_another_user(clone, home):
    before = listing(clone)
    done = run_as_nobody(clone, home, *ARGUMENTS)
    assert done.returncode == 1
    assert done.stderr == (
        f"error: {clone} is not yours to write to; work in a clone of your own, or name one with --directory\n"
    )
    assert listing(clone) == before


@pytest.mark.workflow
@promise(
    "a run in the clone of another user, with a folder of one's own",
    "it runs; nothing is written there",
    1,
    heavy=True,
)
def test_a_folder_of_ones_own(clone, home):
    before = listing(clone)
    done = run_as_nobody(clone, home, "--cores", "1", "--directory", str(home), "--configfile", "killed.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (home / "results/tiny/report.html").exists()
    assert listing(clone) == before


@pytest.mark.workflow
@promise(
    "a run in a clone of one's own", "it runs to the report; all that it makes is one's own", 1, heavy=True
)
def test_a_clone_of_ones_own(clone, home):
    give_to_nobody(clone)
    done = run_as_nobody(clone, home, *ARGUMENTS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (clone / "results/tiny/report.html").exists()
    assert {path.stat().st_uid for path in (clone / "results").rglob("*")} == {NOBODY}
