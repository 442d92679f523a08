"""Snakemake, started in copies of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TextIO

import pytest
from repository import ROOT

TINY = "tests/workflow/config-tiny.yaml"
PARTS = ("Snakefile", "workflow", "config", "resources", "profiles", "envs", TINY)


def copy_repository(folder: Path) -> Path:
    """Copy what Snakemake needs of the repository, without any results."""
    for part in PARTS:
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, target)
    return folder


@pytest.fixture
def repository(tmp_path) -> Path:
    return copy_repository(tmp_path / "repository")


def environment(folder: Path) -> dict[str, str]:
    """Variables for a Snakemake that knows no profile, and leaves nothing behind outside of `folder`."""
    kept = {name: value for name, value in os.environ.items() if name != "SNAKEMAKE_PROFILE"}
    return kept | {
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(folder / ".cache"),
        # As ./run has it, for --logger=progress.
        "PYTHONPATH": str(folder / "workflow/scripts"),
    }


def snakemake(folder: Path, *arguments: str, good: bool = True) -> str:
    """Run Snakemake in `folder` on one core and return what it prints; check its exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert (done.returncode == 0) == good, done.stdout
    return done.stdout


def mortal(*command: str | os.PathLike) -> list[str | os.PathLike]:
    """Return a command that is killed when the tests are, where there is setpriv."""
    return ["setpriv", "--pdeathsig", "KILL", *command] if shutil.which("setpriv") else [*command]


def launch(folder: Path, *arguments: str, output: TextIO | int = subprocess.DEVNULL) -> subprocess.Popen:
    """Start Snakemake in `folder`, in a session of its own so that all of it can be killed, and do not wait."""
    return subprocess.Popen(
        mortal(sys.executable, "-m", "snakemake", *arguments),
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def planned(output: str) -> dict[str, int]:
    """Return how many jobs of each rule a dry run lists."""
    table = re.search(r"^Job stats:\njob +count\n[- ]+\n(.*?)^total", output, re.M | re.S)
    return (
        {name: int(count) for name, count in re.findall(r"^(\w+) +(\d+)$", table[1], re.M)} if table else {}
    )


def reasons(output: str) -> dict[str, set[str]]:
    """Return the rules for each reason that a dry run gives."""
    block = re.search(r"^Reasons:\n.*?\n((?: {4}.*\n)+)", output, re.M)
    found = re.findall(r"^ {4}(\S.*):\n {8}(\S.*)$", block[1], re.M) if block else []
    return {reason: set(rules.split(", ")) for reason, rules in found}
