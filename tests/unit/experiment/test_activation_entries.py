"""What a configuration can define as an activation, what a plan makes of it, and what is refused."""

import pytest
from motifcnn.experiment.activation_entries import check_never_decreases, complete_activations
from toys.plan_builder import plan
from toys.refusals import refused

ENTRY = {"monotone": True, "formula": "x", "source": "here"}
LIMITS = {"default": 1, "exclusiveMinimum": 0, "description": "steepness"}


GRID = {"architectures": ["cnn-2"], "activations": ["relu"]}


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
    layers = [layer["activation"] for layer in made.architectures["net"]["layers"]]
    assert layers == ["studied", steep, "relu"]
    # What is left out is filled in.
    made = planned({"function": "exponential"})
    assert made.activations["mine"] == {"function": "exponential", "parameters": {"scale": 1.0}}


def test_learnable_parameters():
    made = planned({"function": "exponential", "parameters": {"scale": 2}, "learnable": ["scale"]})
    assert made.activations["mine"] == {
        "function": "exponential",
        "parameters": {"scale": 2.0},
        "learnable": {"scale": "positive"},
    }
    made = planned({"function": "shift_scale_sigmoid", "learnable": ["shift", "scale"]})
    assert made.activations["mine"]["learnable"] == {"shift": "real", "scale": "positive"}


def test_modules_of_ones_own():
    made = planned({"module": "my.net:Soft"})
    assert made.activations["mine"] == "my.net:Soft"
    assert made.architectures["net"]["layers"][1]["activation"] == "my.net:Soft"


MINE = "define.activations.mine"
EXPONENTIAL = {"function": "exponential"}


@pytest.mark.parametrize(
    ("defined", "sentence"),
    [
        (
            {"function": "exponentail"},
            f"{MINE}.function is 'exponentail'; did you mean 'exponential'? write ",
        ),
        (
            EXPONENTIAL | {"parameters": {"scal": 2}},
            f"there is no key 'scal' in {MINE}.parameters; did you mean",
        ),
        (
            EXPONENTIAL | {"parameters": {"scale": "2"}},
            f"{MINE}.parameters.scale is the text '2', but must be a",
        ),
        (
            EXPONENTIAL | {"parameters": {"scale": -1}},
            f"{MINE}.parameters.scale is -1, but must be more than 0",
        ),
        (
            {"function": "relu", "parameters": {"scale": 2}},
            f"{MINE}.parameters: the function 'relu' has no parameters; take it out",
        ),
        (
            {"module": "a.b:C", "parameters": {"scale": 2}},
            f"{MINE}.parameters does not go with module; take it out",
        ),
        (
            {"module": "a.b:C", "learnable": ["scale"]},
            f"{MINE}.learnable does not go with module; take it out",
        ),
        (
            EXPONENTIAL | {"learnable": ["scal"]},
            f"{MINE}.learnable, item 1 is 'scal'; did you mean 'scale'?",
        ),
        (
            {"function": "relu", "learnable": ["scale"]},
            f"{MINE}.learnable: the function 'relu' has no parameters; take it out",
        ),
        (
            {"function": "shift_scale_relu", "learnable": ["power"]},
            f"{MINE}.learnable: shift_scale_relu cannot learn 'power', whose limits are others than above 0 or",
        ),
        ({"module": "a.b:C", "function": "relu"}, f"{MINE} must have one of the keys function, module"),
        ({}, f"{MINE} must have one of the keys function, module and first (for a combination)"),
        ({"dense": "relu"}, f"{MINE} must have one of the keys function, module and first"),
        ({"first": "relu"}, f"{MINE} has only first; add deeper or dense, or write relu in the grid"),
        ({"first": "relu", "deeper": "rleu"}, f"there is no activation 'rleu' ({MINE}.deeper); did you mean"),
        ({"first": "mine", "deeper": "relu"}, f"there is no activation 'mine' ({MINE}.first); "),
        (
            {"function": "relu", "deeper": "exponential"},
            f"{MINE}.deeper does not go with function; take it out",
        ),
        (
            {"first": "relu", "dense": "relu", "parameters": {}},
            f"{MINE}.parameters does not go with first; take it out",
        ),
        (
            {"function": "relu", "paramters": {}},
            f"there is no key 'paramters' in {MINE}; did you mean 'parameters'?",
        ),
    ],
)
def test_each_mistake_has_its_sentence(defined, sentence):
    with refused(start=sentence):
        planned(defined)


def test_a_layer_that_names_no_activation():
    with refused("no activation 'exponentail' (layer 2 of the architecture 'net'); did you mean"):
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
    with refused(start=sentence):
        complete_activations({"f": entry, "relu": ENTRY}, "r")


def test_the_registry_can_hold_variants():
    entries = {
        "f": ENTRY | {"parameters": {"scale": LIMITS}},
        "steep": {"function": "f", "parameters": {"scale": 3}},
    }
    known = complete_activations(entries, "r")
    assert known["steep"] == {"function": "f", "parameters": {"scale": 3.0}, "source": ""}
    own = complete_activations({"mine": {"function": "f"}}, "define", known)
    assert own["mine"]["parameters"] == {"scale": 1.0}
    both = complete_activations(entries | {"both": {"first": "f", "deeper": "steep"}}, "r")["both"]
    assert both == {"first": "f", "deeper": "steep", "source": ""}
    with refused("mine.function is 'steep'"):
        complete_activations({"mine": {"function": "steep"}}, "define", known)


def test_a_theoretical_reference_needs_an_activation_that_never_decreases():
    entries = {"up": ENTRY, "hill": ENTRY | {"monotone": False}}
    bent = {"function": "hill", "parameters": {}}
    studied, fixed = ({"layers": [{"activation": name}]} for name in ("studied", "up"))
    own = {"module": "my.net:Net"}
    check_never_decreases(studied, "up", entries)
    check_never_decreases(fixed, "hill", entries)
    check_never_decreases(own, "up", entries)
    check_never_decreases({"layers": [{"activation": "my.net:Soft"}]}, "hill", entries)
    for architecture, activation in ((studied, "hill"), (studied, bent), (own, "hill")):
        with refused("theoretical is not defined for hill, which decreases somewhere"):
            check_never_decreases(architecture, activation, entries)
    plan(protocol__filters__reference="theoretical")
    with refused("theoretical is not defined for silu"):
        plan(protocol__filters__reference="theoretical", grid=[GRID | {"activations": ["relu", "silu"]}])
