"""The `run` script, with stand-ins for Python and uv that only write down how they are called."""

import os
import shutil
import subprocess
from pathlib import Path

import prepare_run
import pytest
from infrastructure.stand_in_tools import NO_VENV, OLD_PYTHON, UV, calls, copy_run, program, run
from repository import ROOT
from toys.refusals import refused


@pytest.fixture
def folder(tmp_path) -> Path:
    return copy_run(tmp_path)


def test_help_needs_nothing(folder):
    assert "./run demo" in run(folder, "--help").stdout
    assert not (folder / ".venv").exists()


@pytest.mark.parametrize("python", [None, OLD_PYTHON])
def test_without_a_new_enough_python(folder, python):
    if python:
        program(folder, "python3", python)
    assert "error: Python 3.11 or newer is needed" in run(folder, "demo", status=1).stderr
    assert not (folder / ".venv").exists()


def test_without_venv(folder):
    program(folder, "python3", NO_VENV)
    assert "error: python3 lacks the modules venv and ensurepip" in run(folder, "demo", status=1).stderr


def test_the_environment_is_made_once_and_again_when_the_pins_change(folder):
    program(folder, "uv", UV)
    first = run(folder, "--cores", "1", PIP_FIND_LINKS="wheels")
    assert first.stdout == "snakemake --logger=progress --cores 1; 1 thread\n"
    assert "Making .venv with the versions in envs/venv.txt" in first.stderr
    assert calls(folder) == [
        "uv venv --quiet --python >=3.11,<3.14 .venv; UV_FIND_LINKS=wheels",
        "uv pip install --python .venv/bin/python --no-deps --require-hashes -r envs/venv.lock; UV_FIND_LINKS=wheels",
        "uv pip install --python .venv/bin/python torch==1; UV_FIND_LINKS=wheels",
    ]

    second = run(folder, "-n")
    assert second.stdout == "snakemake --cores all --logger=progress -n; 1 thread\n"
    assert second.stderr == ""
    assert len(calls(folder)) == 3

    (folder / "envs/venv.txt").write_text("torch==2\n")
    assert "Updating .venv to the versions in envs/venv.txt" in run(folder, "-n").stderr
    assert calls(folder)[3:] == [
        "uv pip install --python .venv/bin/python --no-deps --require-hashes -r envs/venv.lock; UV_FIND_LINKS=",
        "uv pip install --python .venv/bin/python --torch-backend=auto torch==2; UV_FIND_LINKS=",
    ]
    run(folder, "-n")
    assert len(calls(folder)) == 5

    (folder / "envs/venv.lock").write_text("numpy==1 --hash=sha256:1\n")
    assert "Updating .venv" in run(folder, "-n").stderr
    assert len(calls(folder)) == 7


def test_no_arguments_run_the_default_on_all_cores(folder):
    program(folder, "uv", UV)
    assert run(folder, OMP_NUM_THREADS="4").stdout == "snakemake --cores all --logger=progress; 4 thread\n"


@pytest.mark.parametrize(
    "arguments", ["-c4 -n", "--cores=4", "-j 9 -e slurm", "--workflow-profile profiles/slurm", "--jobs 9"]
)
def test_who_says_where_to_run_is_not_overruled(folder, arguments):
    program(folder, "uv", UV)
    assert run(folder, *arguments.split()).stdout == f"snakemake --logger=progress {arguments}; 1 thread\n"


def test_a_logger_of_the_users_choice(folder):
    program(folder, "uv", UV)
    for arguments in ("--logger rich", "--logger=rich"):
        assert run(folder, "-c1", *arguments.split()).stdout == f"snakemake -c1 {arguments}; 1 thread\n"


def test_clean_asks_before_it_deletes(folder):
    for tool in ("du", "rm"):
        (folder / "bin" / tool).unlink(missing_ok=True)
        (folder / "bin" / tool).symlink_to(shutil.which(tool))
    assert "There are no results" in run(folder, "clean").stderr
    for name in ("one", "other"):
        (folder / "results" / name).mkdir(parents=True)
    assert {line.split()[1] for line in run(folder, "clean").stdout.splitlines()} == {"one/", "other/"}
    # Nobody answers.
    assert "nothing was deleted" in run(folder, "clean", "one", status=1).stderr
    for wrong in ("three", "../results/one", "."):
        assert "there is no experiment" in run(folder, "clean", wrong, status=1).stderr
    assert sorted(path.name for path in (folder / "results").iterdir()) == ["one", "other"]
    run(folder, "clean", "one", input="y\n")
    assert [path.name for path in (folder / "results").iterdir()] == ["other"]
    assert not (folder / ".venv").exists()


def test_reports_are_listed(folder):
    assert "there is no report in results/" in run(folder, "report", status=1).stderr
    for name in ("one", "other/chip"):
        (folder / "results" / name).mkdir(parents=True)
        (folder / "results" / name / "report.html").touch()
    listed = run(folder, "report").stdout.splitlines()
    assert listed == [f"{folder}/results/{name}/report.html" for name in ("one", "other/chip")]
    assert run(folder, "report", "other").stdout == f"{folder}/results/other/chip/report.html\n"
    assert "there is no report of 'three'" in run(folder, "report", "three", status=1).stderr
    assert not (folder / ".venv").exists()


def test_an_estimate_gets_the_arguments_of_a_run(folder):
    program(folder, "uv", UV)
    run(folder, "-n")
    program(folder / ".venv", "python", '#!/usr/bin/env bash\n[[ $1 == -c ]] || echo "python $*"\n')
    told = run(folder, "estimate", "--cores", "8", "--config", "seeds=2").stdout
    assert told == "python workflow/scripts/estimate_cost.py -- --cores 8 --config seeds=2\n"


def test_mutants_are_tried_with_packages_of_their_own(folder):
    program(folder, "uv", UV)
    run(folder, "-n")
    (folder / "envs/mutants.lock").write_text("mutmut==1 --hash=sha256:0\n")
    program(
        folder / ".venv",
        "python",
        '#!/usr/bin/env bash\n[[ $1 == -c ]] || echo "python $*; ${PYTHONPATH#"$PWD"/}"\n',
    )
    for _ in range(2):
        told = run(folder, "test", "--mutants", "training.loop", "--sample", "9").stdout
        assert told == (
            "python tests/infrastructure/mutants.py training.loop --sample 9; .mutants/packages\n"
        )
    assert calls(folder)[3:] == [
        "uv pip install --python .venv/bin/python --quiet --no-deps --require-hashes --target .mutants/packages"
        " -r envs/mutants.lock; UV_FIND_LINKS="
    ]


def test_a_failed_installation_is_told_and_tried_again(folder):
    program(folder, "uv", UV)
    run(folder, "-n")
    (folder / "envs/venv.txt").write_text("torch==2\n")
    (folder / "uv-fails").write_text("no such package\n")
    failed = run(folder, "-n", status=1)
    assert "no such package" in failed.stderr
    assert "there is no C compiler" in failed.stderr
    assert len(calls(folder)) == 4, "PyTorch is not installed where the rest was not"
    (folder / "uv-fails").unlink()
    assert run(folder, "-n").stdout == "snakemake --cores all --logger=progress -n; 1 thread\n"


@pytest.mark.parametrize(
    "said",
    [
        "error: Failed to download `iniconfig==2.3.1`\n  cause: Hash mismatch for `iniconfig==2.3.1`\n",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated\n"
        "    iniconfig==2.3.1 from file:///a.whl (from -r envs/venv.lock (line 829)):\n"
        "    six==1.0 from file:///b.whl (from -r envs/venv.lock (line 1829)):\n",
    ],
    ids=["uv", "pip"],
)
def test_a_file_with_another_hash_is_refused(folder, said):
    program(folder, "uv", UV)
    run(folder, "-n")
    (folder / "envs/venv.txt").write_text("torch==2\n")
    (folder / "uv-fails").write_text(said)
    error = run(folder, "-n", status=1).stderr.splitlines()[-1]
    assert error.startswith(
        "error: the file offered for iniconfig==2.3.1 is not the one that envs/venv.lock is"
    )


@pytest.mark.parametrize(("typed", "meant"), [("estimat", "estimate"), ("tests", "test"), ("deom", "demo")])
def test_a_misspelt_command(typed, meant):
    with refused(f"./run has no command '{typed}'; did you mean ./run {meant}?"):
        prepare_run.main(typed, process=1)


def test_the_scripts_are_good_bash():
    for script in ("run", ".ci/run"):
        subprocess.run(["bash", "-n", ROOT / script], check=True)
        assert os.access(ROOT / script, os.X_OK)
