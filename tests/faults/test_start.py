"""Starting a run"""

import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import prepare_run
import pytest
from infrastructure.stand_in_tools import UV, copy_run, program, run
from motifcnn.core import processes, working_folder
from repository import ROOT
from toys.refusals import refused

from .promises import promise

CONFIG = "experiment: a\ndatasets: [synthetic]\ngrid: [{architectures: [cnn-2], activations: [relu]}]\n"
PYTHON = f'#!/usr/bin/env bash\nexec "{sys.executable}" "$@"\n'


def make_clone(folder: Path) -> Path:
    """Make a clone whose Python is real, and whose Snakemake only says how it is called."""
    copy_run(folder)
    shutil.copytree(ROOT / "workflow", folder / "workflow", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "resources", folder / "resources")
    (folder / "config").mkdir()
    for name in ("a.yaml", "b.yaml", "config/config.yaml"):
        (folder / name).write_text(CONFIG)
    program(folder, "uv", UV)
    run(folder, "-n")
    program(folder / ".venv", "python", PYTHON)
    return folder


@pytest.fixture
def clone():
    # Not below pytest's own folder, which other users may not enter.
    with tempfile.TemporaryDirectory() as path:
        os.chmod(path, 0o755)
        yield make_clone(Path(path))


def write(content: bytes):
    return lambda clone: (clone / "a.yaml").write_bytes(content)


MINE = ("--cores", "1", "--configfile", "a.yaml")


@promise(
    "`./run` with a configuration or arguments on which Snakemake ends in a traceback",
    "one sentence; Snakemake is not even started",
    {
        "a missing file": (
            ("--configfile", "my.yaml"),
            None,
            "cannot read my.yaml: No such file or directory",
        ),
        "a folder as file": (
            ("--configfile", "envs"),
            None,
            "envs is not an ordinary file; give a YAML file",
        ),
        "Latin-1": (
            MINE,
            write(b"title: caf\xe9"),
            "a.yaml is not text in UTF-8 (byte 11); save it as UTF-8",
        ),
        "UTF-16": (MINE, write("title: x".encode("utf-16")), "a.yaml is not text in UTF-8 (byte 1); save it"),
        "gzip": (
            MINE,
            write(b"\x1f\x8b\x08\0"),
            "a.yaml is not text in UTF-8 (byte 2); save it as UTF-8, or unpack",
        ),
        "60 levels": (MINE, write(b"a: " + b"[" * 60 + b"]" * 60), "a.yaml nests more than 50 levels deep"),
        "5,000 digits": (
            MINE,
            write(b"seeds: " + b"9" * 5000),
            "a.yaml has a value that YAML cannot read (Exceeds",
        ),
        "an alias in itself": (
            MINE,
            write(b"a: &a [*a]"),
            "a.yaml, line 1, has an alias that contains itself",
        ),
        "a template that runs code": (
            MINE,
            write(b"__use_yte__: true"),
            "a.yaml, line 1, asks Snakemake to run code",
        ),
        "a target behind --configfile": (
            (*MINE, "results/a/report.html"),
            None,
            "'results/a/report.html' stands behind --configfile, which takes all that follows for configurations; "
            "write targets first: ./run results/a/report.html --configfile a.yaml",
        ),
        "a rule behind --configfile": ((*MINE, "all"), None, "'all' stands behind --configfile"),
    },
)
def test_arguments(case, clone):
    arguments, prepare, sentence = case
    if prepare:
        prepare(clone)
    done = run(clone, *arguments, status=1)
    assert done.stderr.startswith(f"error: {sentence}")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_good_arguments_reach_snakemake(clone):
    for arguments in (
        ("--configfile", "a.yaml", "b.yaml"),
        ("all", "--configfile=a.yaml"),
        ("--config", "seeds=2"),
    ):
        assert (
            run(clone, *arguments).stdout
            == f"snakemake --cores all --logger=progress {' '.join(arguments)}; 1 thread\n"
        )


@promise("a clone whose path has braces", "one sentence", 1)
def test_a_path_that_snakemake_would_fill_in(tmp_path):
    (tmp_path / "{x}").mkdir()
    clone = make_clone(tmp_path / "{x}")
    said = run(clone, "--cores", "1", status=1).stderr
    assert said == f"error: the path {clone} has braces, which Snakemake fills in; rename the folder\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@promise(
    "a user who is not root, in a clone with an environment that works",
    "one sentence",
    {"an unwritable clone": "", "unwritable results": "results", "an unwritable .snakemake": ".snakemake"},
)
def test_a_clone_that_cannot_be_written_to(case, clone):
    if case:
        clone.chmod(0o777)
        (clone / case).mkdir()
    as_nobody = {
        "initializer": os.setuid,
        "initargs": (65534,),
        "mp_context": multiprocessing.get_context("fork"),
    }
    with (
        refused(
            f"{clone / case} is not yours to write to; work in a clone of your own, or name one with --directory"
        ),
        ProcessPoolExecutor(1, **as_nobody) as executor,
    ):
        executor.submit(prepare_run.check_folder, clone).result()


def leave_lock(clone, holder):
    (clone / ".snakemake/locks").mkdir(parents=True)
    (clone / ".snakemake/locks/0.input.lock").write_text("x\n")
    if holder:
        (clone / ".snakemake/holder.json").write_text(json.dumps(holder))


def killed() -> int:
    """Return the number of a process that is no more."""
    process = subprocess.Popen(["sleep", "60"])
    process.send_signal(signal.SIGKILL)
    process.wait()
    return process.pid


HERE = socket.gethostname()
KILLED = "the last run in {} was killed and left its lock; no process holds it any more: run './run --unlock'"


@promise(
    "the lock of a run that was killed",
    "`./run` says that no process holds it, and what removes it",
    {
        "no such process": lambda: [HERE, killed(), ""],
        "another process with its number": lambda: [HERE, os.getpid(), "1"],
    },
)
def test_the_lock_of_a_killed_run(case, clone):
    leave_lock(clone, case())
    assert run(clone, *MINE, status=1).stderr.startswith(f"error: {KILLED.format(clone)}")
    assert (clone / ".snakemake/locks").exists()
    assert run(clone, "--unlock").stdout == "snakemake --cores all --logger=progress --unlock; 1 thread\n"


@promise(
    "the lock of a run that may still be there",
    "it is left to Snakemake, which refuses",
    {
        "it runs": lambda: [HERE, os.getpid(), processes.start_of(os.getpid())],
        "on another machine": lambda: ["another", 1, ""],
        "unknown": lambda: None,
    },
)
def test_a_lock_that_may_be_held(case, clone):
    leave_lock(clone, case())
    assert run(clone, *MINE).stdout.startswith("snakemake")
    assert (clone / ".snakemake/locks").exists()


@promise(
    "an answer to whether to remove the lock",
    "it is removed after a yes, and only then",
    {"yes": True, "Y": True, "": False, "no": False},
)
def test_the_lock_is_removed_after_a_yes(case, request, clone, monkeypatch):
    leave_lock(clone, [HERE, killed(), ""])
    answer = request.node.callspec.id
    terminal = type("Terminal", (), {"isatty": lambda self: True, "readline": lambda self: f"{answer}\n"})
    monkeypatch.setattr(working_folder.sys, "stdin", terminal())
    monkeypatch.setattr(working_folder.sys.stderr, "isatty", lambda: True, raising=False)
    if case:
        working_folder.take_over(clone / ".snakemake", 1)
        assert not (clone / ".snakemake/locks").exists()
        return
    with refused("the lock is left as it is; ./run --unlock removes it"):
        working_folder.take_over(clone / ".snakemake", 1)
    assert (clone / ".snakemake/locks").exists()


def test_the_process_that_becomes_snakemake_is_noted(clone):
    run(clone, "--cores", "1")
    host, process, _ = json.loads((clone / ".snakemake/holder.json").read_text())
    assert (host, process > 1) == (HERE, True)
