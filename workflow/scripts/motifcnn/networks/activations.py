"""Activation functions, by the names used in the configuration.

Each use in a network is a module of its own, so that hooks see one place at a time. To add one:
write a function, enter it in `ACTIVATIONS` with whether it never decreases, and it can be named
in a config. A user's own `nn.Module` is named as `package.module:Class` instead.
"""

import difflib
import importlib
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..core.errors import UserError


@dataclass(frozen=True)
class _Function:
    apply: Callable[[Tensor], Tensor]
    monotone: bool  # never decreases, so that it commutes with max-pooling


ACTIVATIONS: dict[str, _Function] = {
    "relu": _Function(functional.relu, True),
    "exponential": _Function(torch.exp, True),
    "linear": _Function(lambda x: x, True),
}


class Activation(nn.Module):
    """A named activation function, applied to each element.

    Parameters
    ----------
    name
        A key of `ACTIVATIONS`.

    Attributes
    ----------
    monotone : bool
        Whether the function never decreases. Such a function commutes with max-pooling, and the
        network then applies it to the pooled values only.
    """

    def __init__(self, name: str):
        super().__init__()
        self.name = name
        self.monotone = ACTIVATIONS[name].monotone
        self._apply_function = ACTIVATIONS[name].apply

    def forward(self, x: Tensor) -> Tensor:
        return self._apply_function(x)

    def extra_repr(self) -> str:
        return self.name


def make_activation(name: str) -> nn.Module:
    """Return a fresh activation module.

    Parameters
    ----------
    name
        A key of `ACTIVATIONS`, or `package.module:Class` for a user's own module, which is made
        without arguments and may declare `monotone = True`.

    Raises
    ------
    UserError
        There is no such activation.
    """
    if name in ACTIVATIONS:
        return Activation(name)
    if ":" in name:
        found = import_module_class(name, "activation")
        try:
            return found()
        except Exception as error:
            raise UserError(
                f"the activation {name!r} could not be made ({error}); its class must need no arguments"
            ) from error
    nearest = difflib.get_close_matches(name, ACTIVATIONS, n=1, cutoff=0)[0]
    raise UserError(
        f"there is no activation {name!r}; did you mean {nearest!r}? Known: {', '.join(ACTIVATIONS)}, "
        "or package.module:Class for your own nn.Module"
    )


def import_module_class(path: str, what: str) -> type[nn.Module]:
    """Import `package.module:Class` and check that it is an `nn.Module`.

    Parameters
    ----------
    path
        Where the class is; its package must be importable (for example through PYTHONPATH).
    what
        What it is for, in words, for the error.

    Raises
    ------
    UserError
        It cannot be imported or is no `nn.Module`.
    """
    module_name, _, class_name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), class_name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(
            f"the {what} {path!r} cannot be imported ({error}); write package.module:Class "
            "and make the package importable, for example with PYTHONPATH"
        ) from error
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise UserError(f"the {what} {path!r} is not a subclass of torch.nn.Module")
    return found
