"""The device that a network runs on, and its precision."""

import contextlib
import ctypes
import os
import platform
import re
from collections.abc import Iterator

import torch

from ..core.errors import UserError

PRECISIONS = {"fp32": torch.float32, "tf32": torch.float32, "bf16": torch.bfloat16}


def choose_device(name: str) -> torch.device:
    """Return the device called `auto`, `cpu`, `cuda` (or `cuda:1`, ...) or `mps`.

    `auto` is the first available of cuda, mps and cpu.

    Raises
    ------
    UserError
        The device is not available; there is no silent fallback to the CPU.
    """
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, available in there.items() if available))
    kind = name.partition(":")[0]
    if kind not in there:
        raise UserError(f"compute: device: {name!r} is unknown; use auto, cpu, cuda or mps")
    if not there[kind]:
        raise UserError(
            f"compute: device: {name} was asked for, but PyTorch {torch.__version__} sees none here; "
            "install a PyTorch built for it, or set device: auto or cpu"
        )
    return torch.device(name)


def set_precision(name: str, threads: int) -> torch.dtype:
    """Set PyTorch up for a precision and a number of threads; return the dtype of matrix products.

    Parameters
    ----------
    name
        `fp32`; `tf32`, which keeps 10 bits of mantissa in matrix products on GPUs that support it;
        or `bf16`, with bfloat16 operands in matrix products, and float32 parameters and statistics.
    threads
        Number of CPU threads.
    """
    torch.set_num_threads(threads)
    _keep_freed_memory()
    # Reproducible algorithms, where a GPU has them. cuBLAS reads the variable on first use.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.backends.cudnn.deterministic = True
    torch.use_deterministic_algorithms(torch.cuda.is_available(), warn_only=True)
    # Otherwise PyTorch also fills every new tensor, to expose reads of uninitialised memory, which
    # costs a kernel each.
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = name == "tf32"
    return PRECISIONS[name]


def _keep_freed_memory() -> None:
    """Make glibc keep freed memory for the next allocation; without glibc, do nothing.

    A training step allocates and frees the same megabytes over and over. Returning them to the system
    each time costs thousands of page faults per step, a quarter of CNN-2's time.
    """
    try:
        allocator = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    m_trim_threshold, m_mmap_threshold = -1, -3
    allocator(m_mmap_threshold, 1 << 29)
    allocator(m_trim_threshold, 1 << 30)


@contextlib.contextmanager
def enough_memory(device: torch.device, advice: str) -> Iterator[None]:
    """Turn a lack of memory into a `UserError` with advice, a sentence in the imperative."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        # On the CPU, PyTorch raises a plain RuntimeError.
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if not known and not re.search(
            "can't allocate memory|Storage size calculation overflowed", str(error)
        ):
            raise
        raise UserError(
            f"{device} ran out of memory; {advice}, or let fewer jobs run at once (--cores 1, or --resources gpu=1; "
            "see docs/gpu.md)"
        ) from error


def device_name(device: torch.device) -> str:
    """Return the product name of a device, as far as the system reveals it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
