"""Runs that are killed"""

import os
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import yaml
from repository import ROOT
from workflow.conftest import TINY, copy_repository, launch

from .promises import promise

KILLS = 20
ARGUMENTS = ("--configfile", "killed.yaml", "--nolock")
# What differs from run to run: times and the record of how it was made.
NOT_THE_SAME = ("logs", "benchmarks", "record.json", "report.html")


def make_clone(folder: Path) -> Path:
    """Copy the repository, with the tiny experiment cut down to one network."""
    copy_repository(folder)
    config = yaml.safe_load((ROOT / TINY).read_text())
    config |= {"grid": [{"architectures": ["shallow"], "activations": ["relu"]}], "seeds": 1, "report": {}}
    config["protocol"]["controls"] = []
    (folder / "killed.yaml").write_text(yaml.safe_dump(config))
    return folder


def start(folder: Path) -> subprocess.Popen:
    return launch(folder, "--cores", "1", *ARGUMENTS)


def results(folder: Path) -> dict[str, bytes]:
    """Return what a run has made, but times."""
    made = folder / "results/tiny"
    found = {
        str(path.relative_to(made)): path.read_bytes()
        for path in sorted(made.rglob("*"))
        if path.is_file() and not any(name in path.parts for name in NOT_THE_SAME)
    }
    page = (made / "report.html").read_text()
    before, _, after = page.partition('<h2 id="run">')
    return found | {"report.html": (before + after.partition('<h2 id="meaning">')[2]).encode()}


@pytest.mark.workflow
@promise(
    "SIGKILL at random moments of a run, in turn to Snakemake alone and to its jobs as well",
    "started again, it ends in the same bytes of models, tables, figures and report (but times)",
    KILLS,
    heavy=True,
)
def test_a_run_that_is_killed_again_and_again(tmp_path):
    whole, killed = (make_clone(tmp_path / name) for name in ("whole", "killed"))
    began = time.monotonic()
    assert start(whole).wait() == 0
    share = (time.monotonic() - began) / KILLS
    rng, sessions = np.random.default_rng(0), []
    for number in range(KILLS):
        run = start(killed)
        sessions.append(run.pid)
        try:
            # Long enough for some progress each time.
            run.wait(timeout=2 + share * rng.uniform(0.5, 2))
        except subprocess.TimeoutExpired:
            if number % 2:
                os.killpg(run.pid, signal.SIGKILL)
            else:
                run.kill()
            run.wait()
        else:
            # It has ended before: begin with another network's training.
            for path in (killed / "results/tiny").rglob("model.safetensors"):
                path.unlink()
                break
    assert start(killed).wait() == 0
    assert results(killed) == results(whole)
    left = [path for path in (killed / "results").rglob(".*") if path.is_file()]
    assert len(left) <= KILLS
