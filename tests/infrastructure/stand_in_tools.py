"""The `run` script in a folder where the only programs are stand-ins that write down how they are called."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from repository import ROOT

TOOLS = ("bash", "cat", "cksum", "dirname", "grep", "rm", "sed", "tail", "mkdir", "chmod", "cp", "which")
GOOD_PYTHON = "#!/usr/bin/env bash\nexit 0\n"
OLD_PYTHON = "#!/usr/bin/env bash\nexit 1\n"
NO_VENV = '#!/usr/bin/env bash\n[[ "$*" != *venv* ]]\n'
# Makes a .venv whose programs print their names and arguments.
UV = """#!/usr/bin/env bash
echo "uv $*; UV_FIND_LINKS=${UV_FIND_LINKS:-}" >>calls
[[ -e uv-fails ]] && { cat uv-fails; exit 2; }
[[ "$*" == *--target* ]] && mkdir -p .mutants/packages
if [[ $1 == venv ]]; then
    mkdir -p .venv/bin
    printf '#!/usr/bin/env bash\\nexit 0\\n' >.venv/bin/python
    printf '#!/usr/bin/env bash\\necho "snakemake $*; $OMP_NUM_THREADS thread"\\n' >.venv/bin/snakemake
    chmod +x .venv/bin/*
fi
"""


def copy_run(folder: Path) -> Path:
    """Put `run` and the tools that it needs into a folder."""
    (folder / "bin").mkdir()
    for tool in TOOLS:
        (folder / "bin" / tool).symlink_to(shutil.which(tool))
    # `env bash` of the stand-ins and of `run` itself.
    (folder / "bin/env").symlink_to(shutil.which("env"))
    (folder / "envs").mkdir()
    (folder / "envs/venv.txt").write_text("numpy==1\ntorch==1\n")
    (folder / "envs/venv.lock").write_text("numpy==1 --hash=sha256:0\n")
    shutil.copy(ROOT / "run", folder)
    return folder


def program(folder: Path, name: str, text: str) -> None:
    """Make a program of this name and text."""
    path = folder / "bin" / name
    path.write_text(text)
    path.chmod(0o755)


def run(
    folder: Path, *arguments: str, status: int = 0, user: int | None = None, input: str = "", **variables: Any
):
    """Run `run`, perhaps as another user, with an `input`, and check its exit status."""
    environment = {"PATH": str(folder / "bin"), "HOME": os.environ.get("HOME", "/")} | variables
    done = subprocess.run(
        [folder / "run", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        input=input,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    assert done.returncode == status, done.stderr
    return done


def calls(folder: Path) -> list[str]:
    """Return how uv was called, call by call."""
    path = folder / "calls"
    return path.read_text().splitlines() if path.exists() else []
