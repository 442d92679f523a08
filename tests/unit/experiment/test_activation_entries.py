"""What a configuration can define as an activation, what a plan makes of it, and what is refused."""

import pytest
from motifcnn.core.errors import UserError
from motifcnn.experiment.activation_entries import check_never_decreases, complete_activations
from repository import ROOT
from toys.plan_builder import plan

ENTRY = {"monotone": True, "formula": "x", "source": "here"}
LIMITS = {"default": 1, "exclusiveMinimum": 0, "description": "steepness"}


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def planned(defined, name="mine"):
    layers = [
        {"type": "conv", "filters": 3, "size": 5, "activation": "studied"},
        {"type": "conv", "filters": 3, "size": 5, "activation": name},
        {"type": "dense", "units": 4},
    ]
    return plan(
        define={"activations": {"mine": defined}, "architectures": {"net": {"layers": layers}}},
        grid=[{"architectures": ["net"], "activations": ["mine", "relu"]}],
    )


def test_parameters_reach_the_studied_activation_and_the_layers():
    steep = {"function": "exponential", "parameters": {"scale": 2.0}}
    made = planned({"function": "exponential", "parameters": {"scale": 2}})
    assert made.activations == {"mine": steep, "relu": "relu"}
    assert [layer["activation"] for layer in made.architectures["net"]["layers"]] == [
        "studied",
        steep,
        "relu",
    ]


def test_parameters_that_are_left_out_are_filled_in():
    made = planned({"function": "exponential"})
    assert made.activations["mine"] == {"function": "exponential", "parameters": {"scale": 1.0}}


def test_modules_of_ones_own():
    made = planned({"module": "my.net:Soft"})
    assert made.activations["mine"] == "my.net:Soft"
    assert made.architectures["net"]["layers"][1]["activation"] == "my.net:Soft"


@pytest.mark.parametrize(
    ("defined", "sentence"),
    [
        (
            {"function": "exponentail"},
            "define.activations.mine.function is 'exponentail'; did you mean 'exponential'? write 'relu', ",
        ),
        (
            {"function": "exponential", "parameters": {"scal": 2}},
            "there is no key 'scal' in define.activations.mine.parameters; did you mean 'scale'?",
        ),
        (
            {"function": "exponential", "parameters": {"scale": "2"}},
            "define.activations.mine.parameters.scale is the text '2', but must be a number; write 2 without",
        ),
        (
            {"function": "exponential", "parameters": {"scale": -1}},
            "define.activations.mine.parameters.scale is -1, but must be more than 0",
        ),
        (
            {"function": "relu", "parameters": {"scale": 2}},
            "define.activations.mine.parameters: the function 'relu' takes none; take them out",
        ),
        (
            {"module": "a.b:C", "parameters": {"scale": 2}},
            "define.activations.mine has parameters, which only a function takes; set them in a.b:C",
        ),
        (
            {"module": "a.b:C", "function": "relu"},
            "define.activations.mine must have either function or module",
        ),
        ({}, "define.activations.mine must have either function or module, package.module:Class"),
        (
            {"function": "relu", "paramters": {}},
            "there is no key 'paramters' in define.activations.mine; did you mean 'parameters'?",
        ),
    ],
)
def test_each_mistake_has_its_sentence(defined, sentence):
    with pytest.raises(UserError) as caught:
        planned(defined)
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value).splitlines()) == 1


def test_a_layer_that_names_no_activation():
    with pytest.raises(
        UserError, match=r"no activation 'exponentail' \(layer 2 of an architecture in use\); did you mean"
    ):
        planned({"function": "relu"}, name="exponentail")


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ({"monotone": True, "formula": "x"}, "r.f lacks the key 'source'"),
        (ENTRY | {"monotone": "yes"}, "r.f.monotone is 'yes', but must be true or false"),
        (
            ENTRY | {"parameters": {"scale": {"default": 1}}},
            "r.f.parameters.scale lacks the key 'description'",
        ),
        (ENTRY | {"parameters": {"scale": 1}}, "r.f.parameters.scale is 1, but must be a group of keys"),
        ({"function": "g"}, "r.f.function is 'g'"),
    ],
)
def test_mistakes_in_the_registry(entry, sentence):
    with pytest.raises(UserError) as caught:
        complete_activations({"f": entry, "relu": ENTRY}, "r")
    assert str(caught.value).startswith(sentence)


def test_the_registry_can_hold_variants():
    entries = {
        "f": ENTRY | {"parameters": {"scale": LIMITS}},
        "steep": {"function": "f", "parameters": {"scale": 3}},
    }
    known = complete_activations(entries, "r")
    assert known["steep"] == {"function": "f", "parameters": {"scale": 3.0}, "source": ""}
    own = complete_activations({"mine": {"function": "f"}}, "define", known)
    assert own["mine"]["parameters"] == {"scale": 1.0}
    with pytest.raises(UserError, match=r"mine\.function is 'steep'"):
        complete_activations({"mine": {"function": "steep"}}, "define", known)


def test_a_theoretical_reference_needs_an_activation_that_never_decreases():
    entries = {
        "up": ENTRY,
        "hill": ENTRY | {"monotone": False},
        "bent": {"function": "hill", "parameters": {}},
    }
    studied, fixed = ({"layers": [{"activation": name}]} for name in ("studied", "up"))
    check_never_decreases(studied, "up", entries)
    check_never_decreases(fixed, "hill", entries)
    check_never_decreases({"module": "my.net:Net"}, "up", entries)
    check_never_decreases({"layers": [{"activation": "my.net:Soft"}]}, "hill", entries)
    for architecture, activation in (
        (studied, "hill"),
        (studied, "bent"),
        ({"module": "my.net:Net"}, "hill"),
    ):
        with pytest.raises(UserError, match="theoretical is not defined for hill, which decreases somewhere"):
            check_never_decreases(architecture, activation, entries)


def test_a_plan_asks_for_it():
    plan(protocol__filters__reference="theoretical")
