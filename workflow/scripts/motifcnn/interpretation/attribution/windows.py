"""Pass changes of a single position through a network by windows.

A letter changes only that part of each map that sees it. The maps of the sequences as they are are kept, and
only windows of them are computed again, up to the dense part (the idea of fastISM, Nair et al. 2022, doi
10.1093/bioinformatics/btac135, and of yuzu, Schreiber et al. 2022, doi 10.1101/2022.01.12.475946).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...networks.plain import SkipConnection
from .explained import is_elementwise


@dataclass
class _Local:
    """A layer that looks at `size` positions at a time.

    Attributes
    ----------
    apply
        The layer without its padding.
    size, stride
        How many positions it looks at, and by how many it moves on.
    left, fill
        Positions that it pads on the left, and with what; the right is padded as far as needed.
    """

    apply: Callable[[Tensor], Tensor]
    size: int = 1
    stride: int = 1
    left: int = 0
    fill: float = 0.0

    def keep(self, maps: Tensor, positions: int) -> None:
        """Keep the layer's input for the sequences as they are, (n, channels, …), given its positions of output."""
        self.positions = positions
        right = (positions - 1) * self.stride + self.size - self.left - maps.shape[2]
        self.maps = functional.pad(maps, (self.left, max(0, right)), value=self.fill)

    def pass_on(self, changed: Tensor, start: int) -> tuple[Tensor, int] | None:
        """Return what becomes of a changed window of the input, and where; None if no position sees it.

        `changed`, (k · n, channels, width), begins at `start`.
        """
        start += self.left
        if self.size == self.stride == 1:
            return self.apply(changed), start
        end = start + changed.shape[2]
        first = max(0, -(-(start - self.size + 1) // self.stride))
        last = min(self.positions - 1, (end - 1) // self.stride)
        if last < first:
            return None
        begin, stop = first * self.stride, last * self.stride + self.size
        around = self.maps[:, :, begin:stop].repeat(len(changed) // len(self.maps), 1, 1)
        # The ends of what has changed may lie where no position of the output looks.
        low, high = max(start, begin), min(end, stop)
        around[:, :, low - begin : high - begin] = changed[:, :, low - start : high - start]
        return self.apply(around), first


class _Skip:
    """A sum of a layer's input and what a path of layers of the same positions makes of it."""

    def __init__(self, path: "_Path"):
        self.path = path

    def keep(self, maps: Tensor, positions: int) -> None:
        """As `_Local.keep`."""
        self.maps = maps

    def pass_on(self, changed: Tensor, start: int) -> tuple[Tensor, int] | None:
        """As `_Local.pass_on`."""
        passed = self.path.pass_on(changed, start)
        if passed is None:
            return None
        values, first = passed
        around = self.maps[:, :, first : first + values.shape[2]].repeat(len(changed) // len(self.maps), 1, 1)
        around[:, :, start - first : start - first + changed.shape[2]] = changed
        return around + values, first


class _Path:
    """The layers at the beginning of a network that windows can pass, at some sequences.

    Attributes
    ----------
    maps
        What leaves them for the sequences as they are, (n, channels, …).
    passed
        Their number.
    """

    def __init__(self, layers: Iterable[nn.Module], maps: Tensor):
        self.steps: list[_Local | _Skip] = []
        for layer in layers:
            if (step := _step(layer, maps)) is None:
                break
            after = layer(maps)
            step.keep(maps, after.shape[2])
            self.steps.append(step)
            maps = after
        self.maps, self.passed = maps, len(self.steps)

    def pass_on(self, changed: Tensor, start: int) -> tuple[Tensor, int] | None:
        """As `_Local.pass_on`, through all of them."""
        passed = changed, start
        for step in self.steps:
            if passed is not None:
                passed = step.pass_on(*passed)
        return passed


class Windows:
    """A network at some sequences, through which changes of single positions are passed.

    By windows go the convolutions, max-pooling, padding, residual blocks and elementwise layers that an
    `nn.Sequential` begins with; the rest is computed as a whole, as is every other network.

    Parameters
    ----------
    network
        A plain network in eval mode.
    one_hot
        The sequences as they are, (n, 4, L).
    """

    def __init__(self, network: nn.Module, one_hot: Tensor):
        is_sequential = isinstance(network, nn.Sequential)
        self.path = _Path(network if is_sequential else (), one_hot)
        self.rest = network[self.path.passed :] if is_sequential else network

    def logits(self, letters: Tensor, position: int) -> Tensor:
        """Return the logits, (k · n, targets), with `letters`, one-hot (k · n, 4), at a position.

        The sequences come k times, one after another.
        """
        maps = self.path.maps.repeat(len(letters) // len(self.path.maps), 1, 1)
        if passed := self.path.pass_on(letters[:, :, None], position):
            values, start = passed
            maps[:, :, start : start + values.shape[2]] = values
        return self.rest(maps)


def _step(layer: nn.Module, maps: Tensor) -> _Local | _Skip | None:
    """Return how windows pass a layer, whose input is `maps`; None if they cannot."""
    match layer:
        case nn.Conv1d(padding=(left,), padding_mode="zeros", dilation=(dilation,), stride=(stride,)):
            weights = layer.weight, layer.bias, stride, 0, dilation, layer.groups
            size = dilation * (layer.kernel_size[0] - 1) + 1
            return _Local(lambda maps: functional.conv1d(maps, *weights), size, stride, left)
        case nn.MaxPool1d(kernel_size=int(size), stride=int(stride), padding=int(left), dilation=1):
            return _Local(
                lambda maps: functional.max_pool1d(maps, size, stride), size, stride, left, -torch.inf
            )
        case nn.ConstantPad1d(padding=(left, right)) if min(left, right) >= 0:
            return _Local(lambda maps: maps, left=left)
        case SkipConnection(path=nn.Sequential() as path):
            inside = _Path(path, maps)
            return _Skip(inside) if inside.passed == len(path) else None
    return _Local(layer) if maps.dim() == 3 and is_elementwise(layer, maps) else None
