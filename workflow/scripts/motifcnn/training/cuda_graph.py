"""A training step, which on a GPU is recorded once as a CUDA graph and then replayed.

A step of these networks consists of a hundred small kernels, and launching them one by one takes the
CPU longer than running them takes the GPU. A CUDA graph launches all of them with a single call. A
recorded step reads from and writes to fixed addresses, so rows, learning rate, weights and optimiser
state are tensors that are updated in place.
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

# Steps before recording, in which libraries choose and load their kernels, as PyTorch's guide to CUDA
# graphs asks for.
_STEPS_BEFORE = 3
# Relative tolerance between the losses of recorded and unrecorded steps. Deterministic kernels agree to
# the last bit; a user's own modules may not, but other dropout masks or a missing update differ by more.
_TOLERANCE = 1e-3

# Takes rows of the data, int64 (batch,); returns the loss of the batch, float32 (), without waiting
# for it to be computed.
Step = Callable[[Tensor], Tensor]


class Recorder(Protocol):
    """Records work on a device so that it can be replayed."""

    def __init__(self, device: torch.device): ...

    def aside(self) -> contextlib.AbstractContextManager:
        """Run the body on a side stream, in order with the device's main stream."""

    def without_waiting(self) -> contextlib.AbstractContextManager:
        """Raise RuntimeError if the body makes the CPU wait for the device."""

    def record(self, work: Callable[[], None]) -> Callable[[], None]:
        """Record `work` without executing it; return a function that executes it."""


class CudaGraphs:
    """`Recorder` for a CUDA device."""

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
        # Dropout draws from the default generator, which a replay advances just as the kernels would.
        graph = torch.cuda.CUDAGraph()
        with self.aside(), torch.cuda.graph(graph, stream=self._stream):
            work()
        return graph.replay


_RECORDERS: dict[str, type[Recorder]] = {"cuda": CudaGraphs}


def is_recorded(device: torch.device) -> bool:
    """Tell whether steps are recorded on a device, which requires the learning rate to be a tensor."""
    return device.type in _RECORDERS


def training_step(
    network: nn.Module, codes: Tensor, label: Tensor, optimizer: torch.optim.Optimizer, batch_size: int
) -> Step:
    """Return a function that takes one training step on given rows of the data.

    The call leaves the network, its running statistics and the optimiser unchanged, but uses the
    global random generators and those of dropout: seed them before the first step.

    Parameters
    ----------
    network
        On the device; it is put into training mode.
    codes, label
        uint8 (N, L) and (N, T), on the device.
    optimizer
        With any checkpoint already loaded. Its learning rates must be tensors if `is_recorded`.
    batch_size
        Number of rows in a recorded step. Other batches, such as the last of an epoch, run kernel by
        kernel.
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
    # Batches of different rows, to expose a recorded step that always reads the same ones.
    some = [
        (torch.arange(batch_size, device=codes.device) + i * batch_size) % len(codes)
        for i in range(_STEPS_BEFORE)
    ]
    try:
        expected = _steps_before(kernel_by_kernel, recorder, network, some)
        before.restore()
        recorded = _record(kernel_by_kernel, recorder, some[0])
        seed_draws(network, 0)
        found = torch.stack([recorded(rows) for rows in some])
        if not torch.allclose(found, expected, rtol=_TOLERANCE, equal_nan=True):
            raise RuntimeError(f"its losses were {found.tolist()} instead of {expected.tolist()}")
    except RuntimeError as error:
        first = _first_cause(error)
        if isinstance(first, torch.OutOfMemoryError):
            raise first from None
        reason = str(first).partition("\n")[0]
        print(f"training kernel by kernel, because the step cannot be recorded: {reason}", file=sys.stderr)
        return kernel_by_kernel
    finally:
        before.restore()
    return recorded


def _record(step: Step, recorder: Recorder, example: Tensor) -> Step:
    """Record a step for batches of the size of an example; other batches go to the unrecorded step."""
    recorded_rows, loss = example.clone(), torch.zeros((), device=example.device)
    replay = recorder.record(lambda: loss.copy_(step(recorded_rows)))

    def recorded(rows: Tensor) -> Tensor:
        if len(rows) != len(recorded_rows):
            return step(rows)
        recorded_rows.copy_(rows)
        replay()
        # A copy, since the next replay overwrites it.
        return loss.clone()

    return recorded


class _Before:
    """A snapshot of weights, running statistics and optimiser state that can be restored in place."""

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
                # State created by the first steps starts at zero, for Adam and SGD with momentum alike.
                if parameter in self._state and name in self._state[parameter]:
                    value.copy_(self._state[parameter][name])
                else:
                    value.zero_()
        self._optimizer.zero_grad()


def _steps_before(step: Step, recorder: Recorder, network: nn.Module, some: list[Tensor]) -> Tensor:
    """Take a few steps and return their losses; the last step must not make the CPU wait."""
    seed_draws(network, 0)
    with recorder.aside(), warnings.catch_warnings():
        # Adam warns that it is not being recorded although it could be.
        warnings.filterwarnings("ignore", message=".*capturable=True")
        losses = [step(rows) for rows in some[:-1]]
        with recorder.without_waiting():
            losses.append(step(some[-1]))
    return torch.stack(losses)


def _first_cause(error: BaseException) -> BaseException:
    """Return the original error: ending a broken recording raises another one."""
    while error.__context__:
        error = error.__context__
    return error
