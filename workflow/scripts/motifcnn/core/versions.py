"""Record what a result was made with: package versions and the state of the repository."""

import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = ("torch", "numpy", "h5py", "scikit-learn", "pandas", "safetensors", "snakemake")


def versions(*others: str) -> dict[str, str]:
    """Return the versions of Python and of those of `PACKAGES` and `others` that are installed."""
    found = {"python": platform.python_version()}
    for package in (*PACKAGES, *others):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def git_state() -> dict[str, str | bool | None]:
    """Return the commit and whether tracked files differ from it; None for both outside a git checkout."""

    def git(*arguments: str) -> str | None:
        command = ["git", "-C", str(Path(__file__).parent), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    status = git("status", "--porcelain", "--untracked-files=no")
    return {"commit": git("rev-parse", "HEAD"), "dirty": None if status is None else bool(status)}
