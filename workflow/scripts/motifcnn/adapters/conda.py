"""What conda is told about the machines that jobs will run on."""

from collections.abc import Mapping

OVERRIDE = "CONDA_OVERRIDE_CUDA"
# The newest CUDA 12. Builds for it run under any driver since 525 (2022), newer ones included, while CUDA 13 needs
# one of 2025 and has dropped the GPUs before Turing.
# https://docs.nvidia.com/deploy/cuda-compatibility/ and CUDA 13's release notes.
NEWEST_CUDA_12 = "12.9"


def cuda_override(device: str, gpu_is_here: bool, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variable that makes conda choose builds for CUDA, or nothing if it finds out or needs none.

    Conda asks the driver of the machine that it runs on which CUDA version it supports, and without an
    answer chooses builds for the CPU. On a login node without a GPU the variable answers instead.

    Parameters
    ----------
    device
        Where jobs run, `compute: device` of the configuration.
    gpu_is_here
        Whether this machine has an NVIDIA GPU.
    environment
        The variables that are set; the user's own value stays, even an empty one.
    """
    needed = device.partition(":")[0] == "cuda" and not gpu_is_here and OVERRIDE not in environment
    return {OVERRIDE: NEWEST_CUDA_12} if needed else {}
