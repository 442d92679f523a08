# Environments are solved where Snakemake runs, which may be a login node without a GPU; see docs/conda.md.

import os

from motifcnn.conda import cuda_override

os.environ.update(cuda_override(COMPUTE["device"], nvidia_gpu_is_here(), os.environ))
