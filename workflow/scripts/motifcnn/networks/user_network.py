"""A user's own `nn.Module` in place of a declared network."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..core.errors import OwnCodeError, UserError
from ..core.receptive_field import ReceptiveFields
from .activations import import_module_class, make_activation, make_own
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
        needs = "its class must take length, targets and activation"
        given = {"length": length, "targets": targets, "activation": self._studied[0]}
        self.network = make_own(network, path, "architecture", needs, **given)
        self._path, self._targets = path, targets

    def forward(self, codes: Tensor) -> Tensor:
        """Return logits, float32 (batch, targets), of codes, uint8 (batch, length)."""
        lower = self.precision != torch.float32
        with torch.autocast(codes.device.type, self.precision if lower else None, enabled=lower):
            return self.network(one_hot_maps(codes).squeeze(2)).float()

    def try_out(self, codes: Tensor, label: Tensor) -> None:
        """Do what training and reading of filters will do with the user's module, and leave it as it is.

        Parameters
        ----------
        codes, label
            uint8 (n, length) and uint8 (n, targets), of at least two sequences.

        Raises
        ------
        UserError
            The module has nothing to train, does not return logits of the right shape that depend on its parameters,
            or does not apply its activation as it must; or it raises.
        """
        state = {name: tensor.clone() for name, tensor in self.state_dict().items()}
        was_training, what = self.training, f"the architecture {self._path!r}"
        devices = [codes.device] if codes.is_cuda else []
        try:
            with torch.random.fork_rng(devices), torch.enable_grad():
                self._try_out(codes, label, what)
                self.eval()
                with torch.no_grad():
                    self.activation_maps(codes)
        except UserError:
            raise
        except (Exception, SystemExit) as error:
            raise OwnCodeError(
                f"{what} raises {type(error).__name__} in a forward and backward pass of {len(codes)} sequences; from "
                "your code:"
            ) from error
        finally:
            self.train(was_training)
        self.load_state_dict(state)
        self.zero_grad(set_to_none=True)

    def _try_out(self, codes: Tensor, label: Tensor, what: str) -> None:
        if not any(parameter.requires_grad for parameter in self.parameters()):
            raise UserError(f"{what} has no parameters to train; make its layers attributes of the module")
        self.train()
        logits, shape = self.network(one_hot_maps(codes).squeeze(2)), (len(codes), self._targets)
        if not isinstance(logits, Tensor):
            raise UserError(
                f"{what} returns {type(logits).__name__} from forward; for {len(codes)} sequences it must return "
                f"logits, a tensor of shape {shape}"
            )
        if logits.shape != shape or not logits.is_floating_point():
            raise UserError(
                f"{what} returns {str(logits.dtype).removeprefix('torch.')} of shape {tuple(logits.shape)} for "
                f"{len(codes)} sequences; it must return logits, float32 of shape {shape}, a column per target"
            )
        learns = logits.requires_grad
        if learns:
            functional.binary_cross_entropy_with_logits(logits.float(), label.float()).backward()
            learns = any(parameter.grad is not None for parameter in self.parameters())
        if not learns:
            raise UserError(
                f"{what} returns logits that do not depend on its parameters, so that nothing can be learned; leave "
                "out detach(), no_grad() and the like"
            )

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
