"""Makes envs/*.lock of envs/*.txt: `python tests/infrastructure/lock_packages.py [--upgrade]`. Needs uv.

Packages keep the versions that the lock has, unless the .txt or `--upgrade` asks for others. A lock holds for
every platform and version of Python that `run` works with.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ENVS = Path(__file__).parents[2] / "envs"
PYTHON = "3.11"
# PyTorch comes from PyPI, from its own index or from a folder of wheels, each with a build of its own, and brings
# the CUDA libraries that its build needs. So no hash can stand for it, and `run` installs it by version.
WITHOUT_HASH = re.compile(r"torch|triton|(nvidia|cuda)-.*")
HEADER = """# Every package that {source} needs but PyTorch and its CUDA libraries, with the SHA-256 of its files.
# Made by: python tests/infrastructure/lock_packages.py
"""


def without_torch(lock: str) -> str:
    """Return a lock without the packages that no hash can stand for."""
    packages = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)
    return "".join(text for text in packages if not WITHOUT_HASH.fullmatch(text.partition("==")[0]))


def main(*options: str) -> None:
    """Write the locks; `options` are for `uv pip compile`."""
    lock_of("venv", *options)
    # These are used beside those of .venv, so what both need has one version.
    lock_of("mutants", *options, "-c", ENVS / "venv.lock")


def lock_of(name: str, *options: str | Path) -> None:
    """Write one lock."""
    source, lock = ENVS / f"{name}.txt", ENVS / f"{name}.lock"
    with tempfile.TemporaryDirectory() as folder:
        # uv takes the versions that stand in its output.
        made = Path(folder) / lock.name
        if lock.exists():
            shutil.copy(lock, made)
        how = ["--universal", "--python-version", PYTHON, "--generate-hashes", "--no-annotate", "--no-header"]
        subprocess.run(["uv", "pip", "compile", "--quiet", *how, *options, source, "-o", made], check=True)
        lock.write_text(HEADER.format(source=source.name) + without_torch(made.read_text()))


if __name__ == "__main__":
    main(*sys.argv[1:])
