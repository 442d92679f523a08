"""Which layers of a network a combination of activations concerns, and what jobs are told of it."""

import pytest
from motifcnn.adapters.code_digest import digests_of_network, function_digest
from motifcnn.experiment.lookup import look_up
from repository import ROOT
from toys.plan_builder import plan
from toys.refusals import refused

LAYERS = [
    {"type": "conv", "filters": 3, "size": 5, "activation": "studied"},
    {"type": "conv", "filters": 3, "size": 5},
    {"type": "conv", "filters": 3, "size": 5, "activation": "linear"},
    {"type": "dense", "units": 4},
]
STEEP = {"function": "exponential", "parameters": {"scale": 2.0}}


def told(combination, layers=LAYERS, name="both"):
    """Return the activations of a network's layers and the studied one, as a job is told."""
    made = plan(
        define={
            "activations": {
                "both": combination,
                "steep": {"function": "exponential", "parameters": {"scale": 2}},
            },
            "architectures": {"net": {"layers": layers}},
        },
        grid=[{"architectures": ["net"], "activations": ["relu", "both"]}],
    )
    names = {"architecture": "net", "activation": name}
    layers = look_up(made, "declaration", **names)["layers"]
    return [layer["activation"] for layer in layers], look_up(made, "activation_spec", **names)


@pytest.mark.parametrize(
    ("combination", "layers", "first"),
    [
        (
            {"first": "exponential", "deeper": "steep"},
            ["studied", STEEP, "linear", "relu"],
            {"function": "exponential", "parameters": {}},
        ),
        ({"first": "steep", "dense": "silu"}, ["studied", "relu", "linear", "silu"], STEEP),
        (
            {"first": "my.net:Soft", "deeper": "tanh", "dense": "my.net:Soft"},
            ["studied", "tanh", "linear", "my.net:Soft"],
            "my.net:Soft",
        ),
    ],
)
def test_each_part_has_its_layers_and_layers_without_activation_stay_so(combination, layers, first):
    assert told(combination) == (layers, first)
    # Other runs of the network are told what they would be told without the combination.
    assert told(combination, name="relu") == (["studied", "relu", "linear", "relu"], "relu")


def test_residual_blocks_are_among_the_deeper_convolutions():
    inner = [{"size": 3, "activation_before_norm": "relu"}, {"size": 3, "activation": "linear"}]
    layers = [LAYERS[0], {"type": "residual", "convolutions": inner}]
    made = plan(
        define={
            "activations": {"both": {"first": "relu", "deeper": "tanh"}},
            "architectures": {"net": {"layers": layers}},
        },
        grid=[{"architectures": ["net"], "activations": ["both"]}],
    )
    block = look_up(made, "declaration", architecture="net", activation="both")["layers"][1]
    first, second = block["convolutions"]
    assert (first["activation_before_norm"], first["activation"]) == ("tanh", "tanh")
    # Nothing is to come before the sum.
    assert (second["activation"], block["activation"]) == ("linear", "tanh")


def test_an_edit_of_any_of_its_functions_counts():
    layers, first = told({"first": "exponential", "deeper": "tanh", "dense": "silu"})
    digests = digests_of_network({"layers": [{"activation": name} for name in layers]}, first, ROOT)
    assert digests == [function_digest(name) for name in ("exponential", "tanh", "linear", "silu")]


def test_a_network_of_ones_own_takes_one_activation():
    both = {"first": "relu", "deeper": "tanh"}
    define = {"activations": {"both": both}, "architectures": {"net": {"module": "my.net:Net"}}}
    with refused(start="the network my.net:Net of your own takes one activation, but the grid has"):
        plan(define=define, grid=[{"architectures": ["net"], "activations": ["both"]}])


def test_a_layer_has_one_activation():
    layers = [LAYERS[0], LAYERS[1] | {"activation": "both"}]
    with refused(start="layer 2 of the architecture 'net' has the activation 'both', which is a combination"):
        told({"first": "relu", "deeper": "tanh"}, layers)


def test_a_theoretical_reference_concerns_the_first_part():
    activations = {"fine": {"first": "relu", "deeper": "silu"}, "not": {"first": "silu", "deeper": "relu"}}
    blocks = {name: [{"architectures": ["cnn-2"], "activations": [name]}] for name in activations}
    common = {"define": {"activations": activations}, "protocol__filters__reference": "theoretical"}
    plan(grid=blocks["fine"], **common)
    with refused("theoretical is not defined for silu"):
        plan(grid=blocks["not"], **common)
