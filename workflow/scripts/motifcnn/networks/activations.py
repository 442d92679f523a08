"""Activations as modules, each of which a network uses in one place, so that hooks see one place at a time."""

import difflib
import functools
import importlib.util
import inspect
from collections.abc import Mapping
from typing import Any

import torch
import yaml
from torch import Tensor, nn

from ..core.errors import OwnCodeError, UserError
from ..core.resources import RESOURCES
from . import activation_functions

REGISTRY = RESOURCES / "activations.yaml"


@functools.cache
def known_functions() -> dict[str, bool]:
    """Return the functions of the registry, and whether each never decreases."""
    entries = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    return {name: entry["monotone"] for name, entry in entries.items() if "monotone" in entry}


class Activation(nn.Module):
    """A function of `activation_functions` with keyword arguments, applied to each element.

    Parameters
    ----------
    function
        Its name.
    parameters
        Values of its keyword arguments; those left out keep their defaults.
    learnable
        Those of `parameters` that are learned, where the values are what they start from: name to
        `real`, or to `positive` for one that must stay above zero. For such a one the parameter of the
        module is its logarithm, `log_<name>`: no step of an optimiser makes it zero or less, which would
        take from the function that it never decreases, and steps are relative to its size. Parameters
        have no dimensions, so that neither initialisation nor the L2 penalty, which are for kernels,
        concern them.

    Attributes
    ----------
    name : str
        The function and the parameters that are set, for people to read.
    monotone : bool
        Whether the function never decreases. Such a function commutes with max-pooling, and the
        network then applies it to the pooled values only.
    """

    def __init__(
        self,
        function: str,
        parameters: Mapping[str, float] | None = None,
        learnable: Mapping[str, str] | None = None,
    ):
        super().__init__()
        fixed, self._learnable = dict(parameters or {}), dict(learnable or {})
        values = [f"{key}={value:g}{', learned' * (key in self._learnable)}" for key, value in fixed.items()]
        self.name = ", ".join([function, *values])
        self.monotone = known_functions()[function]
        for key, kind in self._learnable.items():
            start = torch.tensor(fixed.pop(key), dtype=torch.float32)
            if kind == "positive":
                self.register_parameter(f"log_{key}", nn.Parameter(start.log()))
            else:
                self.register_parameter(key, nn.Parameter(start))
        apply = getattr(activation_functions, function)
        self._apply_function = functools.partial(apply, **fixed) if fixed else apply

    def forward(self, x: Tensor) -> Tensor:
        return self._apply_function(x, **self.learned())

    def learned(self) -> dict[str, Tensor]:
        """Return the present values of the parameters that are learned, by name."""
        return {
            key: getattr(self, f"log_{key}").exp() if kind == "positive" else getattr(self, key)
            for key, kind in self._learnable.items()
        }

    def extra_repr(self) -> str:
        return self.name


def learned_parameters(network: nn.Module) -> dict[str, float]:
    """Return what the activations of a network have learned, by the path of each module and parameter."""
    return {
        f"{name}.{key}": value.item()
        for name, module in network.named_modules()
        if isinstance(module, Activation)
        for key, value in module.learned().items()
    }


def make_activation(activation: str | Mapping[str, Any]) -> nn.Module:
    """Return a fresh activation module.

    Parameters
    ----------
    activation
        Name of a function in resources/activations.yaml; or such a function with parameters,
        `{"function": "exponential", "parameters": {"scale": 2.0}}`, and perhaps `learnable` ones among
        them (see `Activation`); or `package.module:Class` for a user's own module, which is made without
        arguments and may declare `monotone = True`.

    Raises
    ------
    UserError
        There is no such activation.
    """
    if isinstance(activation, str) and ":" in activation:
        found = import_module_class(activation, "activation")
        return make_own(found, activation, "activation", "its class must need no arguments")
    given = {"function": activation} if isinstance(activation, str) else activation
    name, known = given["function"], known_functions()
    if name not in known:
        nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
        raise UserError(
            f"there is no activation function {name!r}; did you mean {nearest!r}? Known: {', '.join(known)}, "
            "or package.module:Class for your own nn.Module"
        )
    return Activation(**given)


def make_own(found: type[nn.Module], path: str, what: str, needs: str, **arguments: Any) -> nn.Module:
    """Return an object of a user's own class; `path`, `what` it is for and what it `needs` are named in errors.

    Raises
    ------
    UserError
        The class does not take the arguments, or raises.
    """
    try:
        inspect.signature(found).bind(**arguments)
    except TypeError as error:
        raise UserError(f"the {what} {path!r} could not be made ({error}); {needs}") from error
    try:
        return found(**arguments)
    except (Exception, SystemExit) as error:
        raise OwnCodeError(
            f"the {what} {path!r} could not be made, since its class raises {type(error).__name__}; from your code:"
        ) from error


def import_module_class(path: str, what: str) -> type[nn.Module]:
    """Import `package.module:Class` and check that it is an `nn.Module`.

    Its package must be importable, for example through PYTHONPATH; `what` it is for is named in errors.

    Raises
    ------
    UserError
        It cannot be imported or is not an `nn.Module`.
    """
    module_name, _, class_name = path.partition(":")
    try:
        if not all(part.isidentifier() for part in module_name.split(".")):
            raise ImportError(f"{module_name!r} is not the name of a module")
        if importlib.util.find_spec(module_name) is None:
            raise ImportError(f"there is no module {module_name!r}")
    except (ImportError, ValueError) as error:
        raise UserError(
            f"the {what} {path!r} cannot be imported ({error}); write package.module:Class "
            "and make the package importable, for example with PYTHONPATH"
        ) from error
    try:
        module = importlib.import_module(module_name)
    except (Exception, SystemExit) as error:
        raise OwnCodeError(
            f"the {what} {path!r} cannot be imported, since its module raises {type(error).__name__}; from your code:"
        ) from error
    found = getattr(module, class_name, None)
    if found is None:
        raise UserError(f"the {what} {path!r} cannot be imported: its module has no {class_name!r}")
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise UserError(f"the {what} {path!r} is not a subclass of torch.nn.Module")
    return found
