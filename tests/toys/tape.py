"""What a CUDA graph does, on the CPU: operations are recorded without being done, and then replayed.

As in a CUDA graph, Python does not run again: numbers that a step took from Python stay as they were
when it was recorded, and results appear in the tensors of the recording. To make the CPU wait for a
value is refused.
"""

import contextlib

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

_WAITING = {"aten::_local_scalar_dense", "aten::nonzero", "aten::masked_select"}


def _tensors(tree):
    return [leaf for leaf in tree_flatten(tree)[0] if isinstance(leaf, torch.Tensor)]


class _RefuseToWait(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function._schema.name in _WAITING:
            raise RuntimeError(f"{function._schema.name} makes the CPU wait for the device")
        return function(*args, **(kwargs or {}))


class _Recording(_RefuseToWait):
    def __init__(self):
        super().__init__()
        self.operations = []
        self._before = {}
        self._made = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        given = _tensors((args, kwargs))
        for tensor in given:
            if id(tensor) not in self._made | self._before.keys():
                self._before[id(tensor)] = (tensor, tensor.detach().clone())
        results = super().__torch_dispatch__(function, types, args, kwargs)
        places = {tensor.untyped_storage().data_ptr() for tensor in given}
        fresh = [r for r in _tensors(results) if r.untyped_storage().data_ptr() not in places]
        self._made |= {id(result) for result in _tensors(results)}
        # Under no_grad an operation sees the tensors alone, and not whose gradient they are.
        self.operations.append((function, args, kwargs or {}, results, fresh))
        return results

    @torch.no_grad()
    def undo(self):
        for tensor, before in self._before.values():
            # Tables that were first made for a prediction are never changed, and cannot be written.
            if not tensor.is_inference():
                tensor.copy_(before)


class Tape:
    """`captured_step.Recorder` of the CPU."""

    def __init__(self, device):
        self.replays = 0

    def aside(self):
        return contextlib.nullcontext()

    def without_waiting(self):
        return _RefuseToWait()

    def record(self, work):
        with torch.random.fork_rng(devices=[]), _Recording() as recording:
            work()
        recording.undo()

        @torch.no_grad()
        def replay():
            self.replays += 1
            for function, args, kwargs, results, fresh in recording.operations:
                again = function(*args, **kwargs)
                kept = {id(tensor) for tensor in fresh}
                for place, value in zip(_tensors(results), _tensors(again), strict=True):
                    if id(place) in kept:
                        place.copy_(value)

        return replay
