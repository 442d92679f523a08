"""Every activation of the registry: its function, its parameters, and whether it never decreases."""

import ast
import inspect
from pathlib import Path

import pytest
import torch
import yaml
from motifcnn.core.errors import UserError
from motifcnn.networks import activation_functions
from motifcnn.networks.activations import Activation, make_activation
from repository import RESOURCES

ENTRIES = yaml.safe_load((RESOURCES / "activations.yaml").read_text())
FUNCTIONS = {name: entry for name, entry in ENTRIES.items() if "function" not in entry}
DENSE = torch.linspace(-20, 20, 40_001, dtype=torch.float64)


def values(limits):
    """A parameter's default, and values towards either end of what its limits allow."""
    low = limits.get("minimum", limits.get("exclusiveMinimum", -3) + 1e-3)
    high = limits.get("maximum", limits.get("exclusiveMaximum", low + 6) - 1e-3)
    return [limits["default"], low, (low + high) / 2, high]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_function_has_the_parameters_of_its_entry(name):
    signature = inspect.signature(getattr(activation_functions, name))
    keywords = {key: p.default for key, p in signature.parameters.items() if p.kind is p.KEYWORD_ONLY}
    about = FUNCTIONS[name].get("parameters", {})
    assert keywords == {key: limits["default"] for key, limits in about.items()}
    assert len(signature.parameters) == 1 + len(keywords)


CASES = [
    (name, parameter, value)
    for name, entry in FUNCTIONS.items()
    for parameter, limits in [(None, None), *entry.get("parameters", {}).items()]
    for value in ([None] if parameter is None else values(limits))
]


@pytest.mark.parametrize(("name", "parameter", "value"), CASES)
def test_monotone_functions_never_decrease_and_the_others_do(name, parameter, value):
    activation = Activation(name, {} if parameter is None else {parameter: value})
    steps = activation(DENSE).diff()
    assert activation.monotone is FUNCTIONS[name]["monotone"]
    assert bool((steps >= 0).all()) is activation.monotone


def test_values():
    x = torch.tensor([-1.0, 0.0, 2.0])
    assert make_activation("relu")(x).tolist() == [0, 0, 2]
    assert make_activation("linear")(x).tolist() == [-1, 0, 2]
    assert torch.equal(make_activation("exponential")(DENSE.float()), torch.exp(DENSE.float()))
    steep = make_activation({"function": "exponential", "parameters": {"scale": 0.5}})
    torch.testing.assert_close(steep(x), torch.tensor([0.60653066, 1.0, 2.7182818]))
    assert str(steep) == "Activation(exponential, scale=0.5)"


def test_the_gradient_of_the_exponential_is_scaled_too():
    x = torch.tensor([0.5], requires_grad=True)
    make_activation({"function": "exponential", "parameters": {"scale": 2.0}})(x).backward()
    torch.testing.assert_close(x.grad, torch.tensor([2 * 2.7182818]))


def test_functions_refer_to_nothing_outside_of_their_module_but_pytorch():
    tree = ast.parse(Path(activation_functions.__file__).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert {name.partition(".")[0] for name in names} == {"torch"}


def test_an_unknown_function_is_named_with_the_nearest():
    with pytest.raises(UserError, match="no activation function 'exponentail'; did you mean 'exponential'"):
        make_activation({"function": "exponentail", "parameters": {}})
