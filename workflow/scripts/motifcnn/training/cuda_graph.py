"""One training step, on a GPU recorded once and replayed.

A step of these networks is a hundred small kernels, and starting them one by one takes the CPU longer
than the GPU needs to run them. A CUDA graph starts all of them with one call. What a recorded step
reads must lie where it lay when it was recorded: rows, learning rate, weights and the optimiser's
state are tensors that are changed in place.
"""

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..networks.fast_layers import seed_draws

# PyTorch's guide to CUDA graphs asks for a few steps beforehand, in which libraries choose and load
# their kernels.
_STEPS_BEFORE = 3
# Deterministic kernels give the same losses again, to the last bit. This leaves room for a user's own
# modules, and none for other dropout masks or weights that are not updated.
_TOLERANCE = 1e-3

# Rows of the data, int64 (batch,), to the loss of the batch, float32 (), not yet waited for.
Step = Callable[[Tensor], Tensor]


class Recorder(Protocol):
    """What records a step and plays it again."""

    def __init__(self, device: torch.device): ...

    def aside(self) -> contextlib.AbstractContextManager:
        """Run what is inside away from the device's main queue, but in order with it."""

    def without_waiting(self) -> contextlib.AbstractContextManager:
        """Raise RuntimeError where what is inside makes the CPU wait for the device."""

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Record `work` without doing it; return what does it."""


class CudaGraphs:
    """`Recorder` of a CUDA device."""

    def __init__(self, device: torch.device):
        self._device = device
        self._stream = torch.cuda.Stream(device)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        self._stream.wait_stream(torch.cuda.current_stream(self._device))
        try:
            with torch.cuda.stream(self._stream):
                yield
        finally:
            torch.cuda.current_stream(self._device).wait_stream(self._stream)

    @contextlib.contextmanager
    def without_waiting(self) -> Iterator[None]:
        before = torch.cuda.get_sync_debug_mode()
        torch.cuda.set_sync_debug_mode("error")
        try:
            yield
        finally:
            torch.cuda.set_sync_debug_mode(before)

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        # Dropout draws from the default generator, which every graph advances as the kernels one by
        # one would.
        graph = torch.cuda.CUDAGraph()
        with self.aside(), torch.cuda.graph(graph, stream=self._stream):
            work()
        return graph.replay


_RECORDERS: dict[str, type[Recorder]] = {"cuda": CudaGraphs}


def is_recorded(device: torch.device) -> bool:
    """Tell whether steps on a device are recorded, so that the learning rate must be a tensor there."""
    return device.type in _RECORDERS


def training_step(
    network: nn.Module, codes: Tensor, label: Tensor, optimizer: torch.optim.Optimizer, batch_size: int
) -> Step:
    """Return what takes one training step on some rows of the data.

    The network, its running statistics and the optimiser are as they were before the call. The global
    random generators and those of dropout are not: seed them before the first step.

    Parameters
    ----------
    network
        On the device; it is put into training mode.
    codes, label
        uint8 (N, L) and (N, T), on the device.
    optimizer
        After a checkpoint was loaded into it, if there is one. Where `is_recorded`, its learning
        rates are tensors.
    batch_size
        Rows of a recorded step. Other numbers of rows, such as an epoch's last, are done one kernel
        at a time.
    """

    def kernel_by_kernel(rows: Tensor) -> Tensor:
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(network(codes[rows]), label[rows].float())
        loss.backward()
        optimizer.step()
        return loss.detach()

    network.train()
    if not is_recorded(codes.device) or not 1 < batch_size <= len(codes):
        return kernel_by_kernel
    recorder = _RECORDERS[codes.device.type](codes.device)
    before = _Before(network, optimizer)
    # Batches of different rows, so that a step that always takes the same ones is found out.
    some = [
        (torch.arange(batch_size, device=codes.device) + i * batch_size) % len(codes)
        for i in range(_STEPS_BEFORE)
    ]
    try:
        expected = _steps_before(kernel_by_kernel, recorder, network, some)
        before.restore()
        recorded = _Recorded(kernel_by_kernel, recorder, some[0])
        seed_draws(network, 0)
        found = torch.stack([recorded(rows) for rows in some])
        if not torch.allclose(found, expected, rtol=_TOLERANCE, equal_nan=True):
            raise RuntimeError(f"its losses are {found.tolist()} instead of {expected.tolist()}")
    except RuntimeError as error:
        first = _first_cause(error)
        if isinstance(first, torch.OutOfMemoryError):
            raise first from None
        reason = str(first).partition("\n")[0]
        print(f"training kernel by kernel, since the step cannot be recorded: {reason}", file=sys.stderr)
        return kernel_by_kernel
    finally:
        before.restore()
    return recorded


class _Recorded:
    """A step recorded for a number of rows; others are handed on."""

    def __init__(self, step: Step, recorder: Recorder, rows: Tensor):
        self._step = step
        self._rows = rows.clone()
        self._loss = torch.zeros((), device=rows.device)
        self._replay = recorder.record(lambda: self._loss.copy_(step(self._rows)))

    def __call__(self, rows: Tensor) -> Tensor:
        if len(rows) != len(self._rows):
            return self._step(rows)
        self._rows.copy_(rows)
        self._replay()
        # The next replay writes into the same place.
        return self._loss.clone()


class _Before:
    """Weights, running statistics and the optimiser's state, to go back to in place, without gradients."""

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer):
        self._optimizer = optimizer
        self._tensors = [*network.parameters(), *network.buffers()]
        self._copies = [tensor.detach().clone() for tensor in self._tensors]
        self._state = {
            parameter: {name: value.clone() for name, value in slots.items()}
            for parameter, slots in optimizer.state.items()
        }

    @torch.no_grad()
    def restore(self) -> None:
        for tensor, copy in zip(self._tensors, self._copies, strict=True):
            tensor.copy_(copy)
        for parameter, slots in self._optimizer.state.items():
            for name, value in slots.items():
                # What the first steps made anew begins as zeros, in Adam as in SGD with momentum.
                if parameter in self._state and name in self._state[parameter]:
                    value.copy_(self._state[parameter][name])
                else:
                    value.zero_()
        self._optimizer.zero_grad()


def _steps_before(step: Step, recorder: Recorder, network: nn.Module, some: list[Tensor]) -> Tensor:
    """Take a few steps; return their losses. The last must not make the CPU wait for the device."""
    seed_draws(network, 0)
    with recorder.aside(), warnings.catch_warnings():
        # Adam that can be recorded says that it is not.
        warnings.filterwarnings("ignore", message=".*capturable=True")
        losses = [step(rows) for rows in some[:-1]]
        with recorder.without_waiting():
            losses.append(step(some[-1]))
    return torch.stack(losses)


def _first_cause(error: BaseException) -> BaseException:
    """Return the error that was there first: ending a broken recording raises another one."""
    while error.__context__:
        error = error.__context__
    return error
