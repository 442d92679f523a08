"""The `run` script, with stand-ins for Python and uv that only write down how they are called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

TOOLS = ("bash", "cat", "cksum", "dirname", "rm", "tail", "mkdir", "chmod", "cp")
GOOD_PYTHON = "#!/usr/bin/env bash\nexit 0\n"
OLD_PYTHON = "#!/usr/bin/env bash\nexit 1\n"
NO_VENV = '#!/usr/bin/env bash\n[[ "$*" != *venv* ]]\n'
# Makes a .venv whose programs print their names and arguments.
UV = """#!/usr/bin/env bash
echo "uv $*; UV_FIND_LINKS=${UV_FIND_LINKS:-}" >>calls
[[ -e uv-fails ]] && { echo "no such package"; exit 2; }
if [[ $1 == venv ]]; then
    mkdir -p .venv/bin
    printf '#!/usr/bin/env bash\\nexit 0\\n' >.venv/bin/python
    printf '#!/usr/bin/env bash\\necho "snakemake $*; $OMP_NUM_THREADS thread"\\n' >.venv/bin/snakemake
    chmod +x .venv/bin/*
fi
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    # `env bash` of the stand-ins and of `run` itself.
    (tmp_path / "bin/env").symlink_to(shutil.which("env"))
    (tmp_path / "envs").mkdir()
    (tmp_path / "envs/venv.txt").write_text("numpy==1\n")
    shutil.copy(ROOT / "run", tmp_path)
    return tmp_path


def program(folder, name, text):
    path = folder / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


def run(folder, *arguments, status=0, **variables):
    environment = {"PATH": str(folder / "bin"), "HOME": os.environ.get("HOME", "/")} | variables
    done = subprocess.run(
        [folder / "run", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == status, done.stderr
    return done


def calls(folder):
    path = folder / "calls"
    return path.read_text().splitlines() if path.exists() else []


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
    assert first.stdout == "snakemake --cores 1; 1 thread\n"
    assert "Making .venv with the versions in envs/venv.txt" in first.stderr
    assert calls(folder) == [
        "uv venv --quiet --python >=3.11,<3.14 .venv; UV_FIND_LINKS=wheels",
        "uv pip install --python .venv/bin/python -r envs/venv.txt; UV_FIND_LINKS=wheels",
    ]

    second = run(folder, "-n")
    assert second.stdout == "snakemake -n; 1 thread\n"
    assert second.stderr == ""
    assert len(calls(folder)) == 2

    (folder / "envs/venv.txt").write_text("numpy==2\n")
    assert "Updating .venv to the versions in envs/venv.txt" in run(folder, "-n").stderr
    assert calls(folder)[2:] == [
        "uv pip install --python .venv/bin/python -r envs/venv.txt --torch-backend=auto; UV_FIND_LINKS="
    ]
    run(folder, "-n")
    assert len(calls(folder)) == 3


def test_no_arguments_run_the_default_on_all_cores(folder):
    program(folder, "uv", UV)
    assert run(folder, OMP_NUM_THREADS="4").stdout == "snakemake --cores all; 4 thread\n"


def test_an_estimate_gets_the_arguments_of_a_run(folder):
    program(folder, "uv", UV)
    run(folder, "-n")
    program(folder / ".venv", "python", '#!/usr/bin/env bash\n[[ $1 == -c ]] || echo "python $*"\n')
    told = run(folder, "estimate", "--cores", "8", "--config", "seeds=2").stdout
    assert told == "python workflow/scripts/estimate_cost.py -- --cores 8 --config seeds=2\n"


def test_a_failed_installation_is_told_and_tried_again(folder):
    program(folder, "uv", UV)
    run(folder, "-n")
    (folder / "envs/venv.txt").write_text("numpy==2\n")
    (folder / "uv-fails").touch()
    failed = run(folder, "-n", status=1)
    assert "no such package" in failed.stderr
    assert "there is no C compiler" in failed.stderr
    (folder / "uv-fails").unlink()
    assert run(folder, "-n").stdout == "snakemake -n; 1 thread\n"


def test_the_scripts_are_good_bash():
    for script in ("run", ".ci/run"):
        subprocess.run(["bash", "-n", ROOT / script], check=True)
        assert os.access(ROOT / script, os.X_OK)
