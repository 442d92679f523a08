"""A user's own `nn.Module` in place of a declared network."""

import torch
from torch import Tensor, nn

from ..core.errors import UserError
from ..core.receptive_field import ReceptiveFields
from .activations import import_module_class, make_activation
from .fast_layers import one_hot_maps


class UserNetwork(nn.Module):
    """A user's own `nn.Module` with the interface of `Network`.

    Parameters
    ----------
    path
        The class, as `package.module:Class`. It is called as `Class(length=, targets=, activation=)`
        and maps one-hot sequences, float32 (batch, 4, length), to logits, (batch, targets).
        `activation` is a fresh module for it to use after its first convolution. Filters are read
        off the output of that module, (batch, filters, length), whose positions must be those of the
        sequence.
    activation, length, targets
        As for `Network`.

    Attributes
    ----------
    network : nn.Module
        The user's module.
    precision : torch.dtype
        float32, or the lower precision under which autocast runs the user's module.

    Raises
    ------
    UserError
        The class cannot be imported or constructed, or there is no such activation.
    """

    def __init__(self, path: str, activation: str, length: int, targets: int):
        super().__init__()
        self.precision = torch.float32
        self.length = length
        # In a tuple, so that the activation is registered as a module of the user's network alone.
        self._studied = (make_activation(activation),)
        network = import_module_class(path, "architecture")
        try:
            self.network = network(length=length, targets=targets, activation=self._studied[0])
        except Exception as error:
            raise UserError(
                f"the architecture {path!r} could not be made ({error}); its class must take length, "
                "targets and activation"
            ) from error

    def forward(self, codes: Tensor) -> Tensor:
        """Return logits, float32 (batch, targets), of codes, uint8 (batch, length)."""
        lower = self.precision != torch.float32
        with torch.autocast(codes.device.type, self.precision if lower else None, enabled=lower):
            return self.network(one_hot_maps(codes).squeeze(2)).float()

    def activation_maps(self, codes: Tensor, layer: int = 1) -> Tensor:
        """As `Network.activation_maps`; only layer 1 is known."""
        if layer != 1:
            raise UserError("only the first layer of a user's own network can be turned into motifs")
        caught: list[Tensor] = []
        hook = self._studied[0].register_forward_hook(lambda _, __, output: caught.append(output.clone()))
        try:
            self.forward(codes)
        finally:
            hook.remove()
        if not caught or caught[0].dim() != 3 or caught[0].shape[2] != self.length:
            raise UserError(
                "the architecture must apply the activation it is given to maps of shape "
                f"(batch, filters, {self.length}), after its first convolution"
            )
        return caught[0].transpose(1, 2).float()

    def receptive_fields(self, layer: int = 1) -> ReceptiveFields:
        """As `Network.receptive_fields`; the width of the first filters is unknown."""
        return ReceptiveFields(start=0, step=1, width=None, positions=self.length)

    def first_maps(self, codes: Tensor) -> Tensor:
        """Return the output of the user's activation, (batch, filters, length)."""
        return self.activation_maps(codes).transpose(1, 2)

    def after_first(self, maps: Tensor, codes: Tensor) -> Tensor:
        """Return the logits of codes, with `maps` in place of the activation's first output."""
        waiting = [maps]
        hook = self._studied[0].register_forward_hook(lambda _, __, output: (waiting or [output]).pop())
        try:
            return self.forward(codes)
        finally:
            hook.remove()
