"""Makes envs/venv.lock of envs/venv.txt: `python tests/infrastructure/lock_packages.py [--upgrade]`. Needs uv.

Packages keep the versions that the lock has, unless envs/venv.txt or `--upgrade` asks for others. The lock holds for
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
HEADER = """# Every package that `./run` installs but PyTorch and its CUDA libraries, with the SHA-256 of its files.
# Made of venv.txt by: python tests/infrastructure/lock_packages.py
"""


def without_torch(lock: str) -> str:
    """Return a lock without the packages that no hash can stand for."""
    packages = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)
    return "".join(text for text in packages if not WITHOUT_HASH.fullmatch(text.partition("==")[0]))


def main(*options: str) -> None:
    """Write the lock; `options` are for `uv pip compile`."""
    lock = ENVS / "venv.lock"
    with tempfile.TemporaryDirectory() as folder:
        # uv takes the versions that stand in its output.
        made = Path(folder) / lock.name
        if lock.exists():
            shutil.copy(lock, made)
        how = ["--universal", "--python-version", PYTHON, "--generate-hashes", "--no-annotate", "--no-header"]
        subprocess.run(
            ["uv", "pip", "compile", "--quiet", *how, *options, ENVS / "venv.txt", "-o", made], check=True
        )
        lock.write_text(HEADER + without_torch(made.read_text()))


if __name__ == "__main__":
    main(*sys.argv[1:])
