"""Prints the Dockerfile: `python tests/infrastructure/containerize.py >Dockerfile`. Needs no conda and no network."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infrastructure import stand_in_conda

# Docker hands a --build-arg on to RUN only if the file declares it.
BEFORE = "LABEL io.github.snakemake.conda_env_hash"
ARGUMENT = """# For an image with PyTorch's build for CUDA: docker build --build-arg CONDA_OVERRIDE_CUDA=12.9 …
ARG CONDA_OVERRIDE_CUDA
"""


def dockerfile(repository: Path) -> str:
    """Return what `snakemake --containerize` prints, with a way to say for which CUDA the image is."""
    with tempfile.TemporaryDirectory() as folder:
        # Snakemake asks conda for the platform only: a file of pins for it would belong to the environment.
        conda = stand_in_conda.install(Path(folder) / "base", Path(folder))
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "--containerize", "--cores", "1"],
            cwd=repository,
            env=os.environ | conda | {"XDG_CACHE_HOME": f"{folder}/cache"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise RuntimeError(done.stderr)
    first, label, rest = done.stdout.partition(BEFORE)
    if not label:
        raise RuntimeError(f"Snakemake's output has no line {BEFORE}: {done.stdout}")
    return first + ARGUMENT + label + rest


if __name__ == "__main__":
    print(dockerfile(Path(__file__).parents[2]), end="")
