# Where jobs run: on a GPU or a CPU, with how many threads.

import os

from motifcnn.adapters.conda import cuda_override
from motifcnn.experiment.config import nvidia_gpu_is_here

COMPUTE = PLAN.config["compute"]
# Environments are solved where Snakemake runs, which may be a login node without a GPU (docs/conda.md).
os.environ.update(cuda_override(COMPUTE["device"], nvidia_gpu_is_here(), os.environ))


def compute(wildcards, threads):
    """Where to train. Since it takes `threads`, Snakemake sees no reason to train again when it changes."""
    return {**COMPUTE, "threads": threads}


def device(wildcards, threads):
    """The device alone; see `compute`."""
    return COMPUTE["device"]


def gpus():
    """GPUs per job. With `device: auto`, one if the machine that plans has an NVIDIA GPU."""
    asked = COMPUTE["device"]
    return int(asked == "cuda" or (asked == "auto" and nvidia_gpu_is_here()))
