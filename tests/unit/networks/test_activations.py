"""Every activation of the registry: its function, its parameters, and whether it never decreases."""

import ast
import inspect
import math
from pathlib import Path

import pytest
import torch
import yaml
from motifcnn.core.errors import OwnCodeError, UserError
from motifcnn.networks import activation_functions
from motifcnn.networks.activations import make_activation
from repository import RESOURCES
from torch import nn
from toys.networks import shipped_activations

ENTRIES = shipped_activations()
REGISTRY = yaml.safe_load((RESOURCES / "activations.yaml").read_text())
FUNCTIONS = {name: entry for name, entry in REGISTRY.items() if "function" not in entry}
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
    *ENTRIES.values(),
    *(
        {"function": name, "parameters": {parameter: value}}
        for name, entry in FUNCTIONS.items()
        for parameter, limits in entry.get("parameters", {}).items()
        for value in values(limits)
    ),
]


@pytest.mark.parametrize("entry", CASES, ids=str)
def test_monotone_functions_never_decrease_and_the_others_do(entry):
    activation = make_activation(entry)
    steps = activation(DENSE).diff()
    name = entry if isinstance(entry, str) else entry["function"]
    assert activation.monotone is FUNCTIONS[name]["monotone"]
    assert bool((steps >= 0).all()) is activation.monotone


LN2, LN3, E = math.log(2), math.log(3), math.e
# With exp(ln 3) = 3, the sigmoid of ln 3 is 3/4; with exp(±ln 2) = 2 and 1/2, tanh(ln 2) is (2 - 1/2)/(2 + 1/2).
VALUES = {
    "relu": {-1: 0, 0: 0, 2: 2},
    "exponential": {-1: 1 / E, 0: 1, LN3: 3},
    "sigmoid": {-LN3: 0.25, 0: 0.5, LN3: 0.75},
    "tanh": {-LN2: -0.6, 0: 0, LN2: 0.6},
    "softplus": {-LN3: LN2 + LN2 - LN3, 0: LN2, LN3: 2 * LN2},
    "linear": {-1: -1, 0: 0, 2: 2},
    "elu": {-LN2: -0.5, 0: 0, 2: 2},
    "shift_scale_relu": {-2: 0, 0.2: 0, 1.2: 1, 2.2: 8},
    "shift_relu": {-2: 0, 0.1: 0, 1.2: 1, 2.2: 2},
    "scale_relu": {-2: 0, 0.1: 0.001, 1: 1, 2: 8},
    "shift_scale_sigmoid": {8 - LN3: 1000, 8: 2000, 8 + LN3: 3000},
    "shift_sigmoid": {8 - LN3: 0.25, 8: 0.5, 8 + LN3: 0.75},
    "scale_sigmoid": {-LN3: 1000, 0: 2000, LN3: 3000},
    "shift_scale_tanh": {6 - LN2: 200, 6: 500, 6 + LN2: 800},
    "shift_tanh": {6 - LN2: -0.6, 6: 0, 6 + LN2: 0.6},
    "scale_tanh": {-LN2: 200, 0: 500, LN2: 800},
    "exp_relu": {-5: 0, 0: 0, 10 * LN2: 1, 10 * LN3: 2},
    "log": {-E: 1, -1 / E: -1, 0: -10 * math.log(10), 1: 0, E: 1},
    "log_relu": {-E: 1, 0: 0, 0.5: 0, E: 1},
    # The normal distribution function of 1 and 2 is 0.84134475 and 0.97724987.
    "gelu": {-1: -0.15865525, 0: 0, 1: 0.84134475, 2: 2 * 0.97724987},
    "silu": {-LN3: -0.25 * LN3, 0: 0, LN3: 0.75 * LN3},
    "squared_relu": {-2: 0, 0.5: 0.25, 3: 9},
    "learnable_exponential": {-1: 1 / E, 0: 1, LN3: 3},
}


@pytest.mark.parametrize("name", ENTRIES)
def test_values_worked_out_by_hand(name):
    x = torch.tensor([*VALUES[name]], dtype=torch.float64)
    expected = torch.tensor([*VALUES[name].values()], dtype=torch.float64)
    found = make_activation(ENTRIES[name])(x)
    torch.testing.assert_close(found, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(
    ("both", "shift_only", "scale_only", "shift", "scale"),
    [
        ("shift_scale_relu", "shift_relu", "scale_relu", 0.2, lambda y: y**3),
        ("shift_scale_sigmoid", "shift_sigmoid", "scale_sigmoid", 8, lambda y: 4000 * y),
        ("shift_scale_tanh", "shift_tanh", "scale_tanh", 6, lambda y: 500 * y + 500),
    ],
)
def test_the_shift_comes_before_the_scale(both, shift_only, scale_only, shift, scale):
    both, shift_only, scale_only = (make_activation(ENTRIES[name]) for name in (both, shift_only, scale_only))
    torch.testing.assert_close(both(DENSE), scale(shift_only(DENSE)))
    torch.testing.assert_close(both(DENSE), scale_only(DENSE - shift))
    assert not torch.allclose(both(DENSE), scale_only(DENSE) - shift)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", ENTRIES)
def test_values_and_gradients_are_finite(name, dtype):
    x = torch.cat([DENSE, torch.tensor([0.0, -0.0, 1e-30, -1e-30])]).to(dtype).requires_grad_()
    y = make_activation(ENTRIES[name])(x)
    y.sum().backward()
    assert y.dtype == dtype
    assert y.isfinite().all()
    assert x.grad.isfinite().all()
    assert x.grad.any()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_the_exponential_overflows_to_infinity_and_nowhere_before(scale, dtype):
    """Both types have the exponents of single precision, whose largest number is exp(88.7)."""
    activation = make_activation({"function": "exponential", "parameters": {"scale": scale}})
    x = torch.linspace(-80, 88, 1000).to(dtype)
    y = activation(x / scale)
    exact = torch.exp((scale * (x / scale)).double())
    torch.testing.assert_close(y.double(), exact, rtol=2**-8 if dtype == torch.bfloat16 else 2e-5, atol=0)
    assert activation(torch.tensor([90 / scale], dtype=dtype)).isinf().all()


def test_the_logarithm_near_zero():
    x = torch.tensor([0.0, 1e-12, 1e-10, 1e-5, -1e-5], requires_grad=True)
    y = make_activation("log")(x)
    torch.testing.assert_close(y, torch.tensor([1e-10, 1.01e-10, 2e-10, 1e-5 + 1e-10, 1e-5 + 1e-10]).log())
    y.sum().backward()
    # The slope sign(x) / (|x| + 1e-10), which is 0 at 0.
    torch.testing.assert_close(
        x.grad, torch.tensor([0, 1 / 1.01e-10, 1 / 2e-10, 1e5, -1e5]), rtol=2e-5, atol=0
    )


def test_parameters():
    x = torch.tensor([-1.0, 0.0, 2.0])
    assert torch.equal(make_activation("exponential")(DENSE.float()), torch.exp(DENSE.float()))
    steep = make_activation({"function": "exponential", "parameters": {"scale": 0.5}})
    torch.testing.assert_close(steep(x), torch.tensor([0.60653066, 1.0, 2.7182818]))
    assert str(steep) == "Activation(exponential, scale=0.5)"


def test_the_gradient_of_the_exponential_is_scaled_too():
    x = torch.tensor([0.5], requires_grad=True)
    make_activation({"function": "exponential", "parameters": {"scale": 2.0}})(x).backward()
    torch.testing.assert_close(x.grad, torch.tensor([2 * 2.7182818]))


def test_a_parameter_that_is_learned_and_stays_positive():
    activation = make_activation(
        {"function": "exponential", "parameters": {"scale": 2.0}, "learnable": {"scale": "positive"}}
    )
    assert str(activation) == "Activation(exponential, scale=2, learned)"
    assert [name for name, _ in activation.named_parameters()] == ["log_scale"]
    x = torch.tensor([0.5], requires_grad=True)
    activation(x).backward()
    torch.testing.assert_close(x.grad, torch.tensor([2 * 2.7182818]))
    # With s the scale, the slope of exp(s·x) along log s is s · x · exp(s·x).
    torch.testing.assert_close(activation.log_scale.grad, torch.tensor(2 * 0.5 * 2.7182818))
    with torch.no_grad():
        activation.log_scale.fill_(-50)
    assert activation.learned()["scale"] > 0
    assert (activation(DENSE).diff() >= 0).all()


def test_parameters_that_may_have_either_sign_are_learned_as_they_are():
    activation = make_activation(
        {
            "function": "shift_scale_sigmoid",
            "parameters": {"shift": 8.0, "scale": 4000.0},
            "learnable": {"shift": "real"},
        }
    )
    activation(torch.tensor([8.0])).backward()
    assert {name: p.item() for name, p in activation.named_parameters()} == {"shift": 8}
    assert activation.shift.grad.item() == -4000 / 4


def test_functions_refer_to_nothing_outside_of_their_module_but_pytorch():
    tree = ast.parse(Path(activation_functions.__file__).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}
    # `./run test --mutants` puts an import of its own into the module.
    assert {name.partition(".")[0] for name in names} - {"mutmut"} == {"torch"}


class Own(nn.Module):
    """What a user might bring."""

    def forward(self, x):
        return x**3


class NeedsMore(nn.Module):
    def __init__(self, slope):
        super().__init__()


class Raises(nn.Module):
    def __init__(self):
        raise KeyError("slope")


def test_an_own_activation(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    first, second = (make_activation("test_activations:Own") for _ in range(2))
    assert first(torch.tensor([-2.0, 3.0])).tolist() == [-8, 27]
    assert first is not second


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("no_such_module:Own", UserError),
        ("test_activations:NoSuchClass", UserError),
        ("test_activations:Own:forward", UserError),
        ("test_activations:make_activation", UserError),
        ("test_activations:Path", UserError),
        ("test_activations:NeedsMore", UserError),
        ("test_activations:Raises", OwnCodeError),
        ("raises_at_import:Own", OwnCodeError),
    ],
)
def test_an_own_activation_that_cannot_be_made(path, kind, tmp_path, monkeypatch):
    (tmp_path / "raises_at_import.py").write_text("raise SystemExit(3)")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with pytest.raises(UserError) as caught:
        make_activation(path)
    assert caught.type is kind
    assert str(caught.value).startswith(f"the activation {path!r} ")


def test_an_unknown_function_is_named_with_the_nearest():
    with pytest.raises(UserError, match="no activation function 'exponentail'; did you mean 'exponential'"):
        make_activation({"function": "exponentail", "parameters": {}})
