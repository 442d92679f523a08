"""Its being here puts this folder on the path: tests of every kind can import the builders beside it."""

import os

# Before anything imports PyTorch: tests run side by side, and sums do not depend on the number of cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")
