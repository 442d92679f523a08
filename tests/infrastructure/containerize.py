"""Prints the Dockerfile: `python tests/infrastructure/containerize.py >Dockerfile`. Needs no conda and no network."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from infrastructure import stand_in_conda

# Snakemake takes whatever is the latest; this version's manifest is for both x86-64 and ARM.
LATEST = "FROM condaforge/miniforge3:latest\n"
BASE = (
    "FROM condaforge/miniforge3:26.7.2-0"
    "@sha256:eeb947cc87d61d46820b123bd7c26e1cbdc4b182ff7d0331e501a32a936b82e3\n"
)
# Docker hands a --build-arg on to RUN only if the file declares it.
BEFORE = "LABEL io.github.snakemake.conda_env_hash"
ARGUMENT = """# For an image with PyTorch's build for CUDA: docker build --build-arg CONDA_OVERRIDE_CUDA=12.9 …
ARG CONDA_OVERRIDE_CUDA
"""
# Apptainer runs the image as whoever starts it.
USER = "\n# Nothing in the image needs root once it is made.\nUSER 1000:1000\n"


def dockerfile(repository: Path) -> str:
    """Return what `snakemake --containerize` prints, of a fixed base, for a CUDA that can be chosen, without root."""
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
    if not done.stdout.startswith(LATEST) or BEFORE not in done.stdout:
        raise RuntimeError(f"Snakemake's output does not have the lines {LATEST}and {BEFORE}: {done.stdout}")
    made = BASE + done.stdout.removeprefix(LATEST).replace(BEFORE, ARGUMENT + BEFORE, 1)
    return made.rstrip("\n") + "\n" + USER


if __name__ == "__main__":
    print(dockerfile(Path(__file__).parents[2]), end="")
