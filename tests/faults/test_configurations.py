"""What a configuration says"""

import contextlib

import numpy as np
import yaml
from motifcnn.core.errors import UserError
from motifcnn.experiment.config import make_plan
from repository import ROOT
from toys.plan_builder import plan
from toys.refusals import refused
from workflow.conftest import TINY

from .promises import promise
from .tampering import tampered

CONV = {"type": "conv", "filters": 3, "size": 5, "activation": "studied"}


def layers(*declared):
    """A configuration whose only network has these layers."""
    grid = [{"architectures": ["own"], "activations": ["relu"]}]
    return {"define__architectures": {"own": {"layers": list(declared)}}, "grid": grid}


def simulated(**keys):
    """A configuration whose only dataset is simulated with these keys."""
    few = {"type": "simulate", "motifs": ["SRF"], **keys}
    return {"datasets": ["few"], "define__datasets": {"few": few}}


def block(**keys):
    return {"grid": [{"architectures": ["cnn-2"], "activations": ["relu"], **keys}]}


def adam(lr):
    return {"protocol__training__optimizer": {"name": "adam", "lr": lr}}


@promise(
    "a value of the wrong kind, or one that nothing can be made of",
    "one sentence that names the key and says what to write",
    {
        "nothing for the grid": ({"grid": None}, "grid is empty, but must be a list"),
        "no block": ({"grid": []}, "grid is an empty list, but must have at least 1"),
        "a word for a list": ({"datasets": "synthetic"}, "datasets is 'synthetic', but must be a list; write [synthet"),
        "a truth value for a name": ({"datasets": [False]}, "YAML reads yes, no, on, off, true and false as truth val"),
        "a number for a name": ({"datasets": [2019]}, "item 1 is the number 2019, but must be text; put it in quotes:"),
        "a number for a key": ({"define__datasets": {1: {}}}, "define.datasets has the key 1, which YAML does not rea"),
        "a bell in a title": ({"title": "a\a"}, r"title is 'a\x07', which has a character that no report can show"),
        "half a letter in a title": ({"title": "\ud800"}, r"title is '\ud800', which has a character that no"),
        "a list for a title": ({"title": ["a"]}, 'title is ["a"], but must be text'),
        "no seeds": ({"seeds": 0}, "seeds is 0, but must be at least 1"),
        "half a seed": ({"seeds": 1.5}, "seeds is 1.5, but must be a whole number or a list"),
        "yes for seeds": ({"seeds": True}, "seeds is true, but must be a whole number or a list"),
        "seeds in quotes": ({"seeds": "5"}, "seeds is the text '5', but must be a whole number or a list; write 5 wit"),
        "seeds of 400 digits": ({"seeds": 10**400}, "seeds is a number of 401 digits, too large to compute with; writ"),
        "a seed of 31 digits": (simulated(seed=10**30), "few.seed is a number of 31 digits, too large to compute with"),
        "a rate without a dot": (adam("1e-6"), "optimizer.lr is the text '1e-6', but must be a number; write 1.0e-6 w"),
        "a rate of NaN": (adam(np.nan), "optimizer.lr is NaN, but must be a number, for example 0.001"),
        "an infinite rate": (adam(np.inf), "optimizer.lr is Infinity, but must be a number, for example 0.001"),
        "a negative rate": (adam(-1), "optimizer.lr is -1, but must be more than 0"),
        "a rate of 400 digits": (adam(10**400), "optimizer.lr is a number of 401 digits, too large to compute with"),
        "a share of two": ({"protocol__filters__threshold": 2}, "protocol.filters.threshold is 2, but must be at most"),
        "a dropout of one": (layers(CONV | {"dropout": 1}), "item 1: dropout is 1, but must be less than 1"),
        "a stride of zero": (layers(CONV | {"pool": {"size": 4, "stride": 0}}), "pool.stride is 0, but must be at lea"),
        "batches of one": ({"protocol__training__batch_size": 1}, "batch_size is 1, but must be at least 2"),
        "negative E-values": ({"protocol__matching__evalue": -1}, "protocol.matching.evalue is -1, but must be more t"),
    },
)  # fmt: skip
def test_values(case):
    changes, sentence = case
    with refused(sentence):
        plan(**changes)


@promise(
    "a name that stands for nothing, or not there",
    "one sentence with the nearest name, or the place it belongs to",
    {
        "a dataset": ({"datasets": ["sintetic"]}, "there is no dataset 'sintetic' (datasets); did you mean 'synthetic"),
        "an activation": (block(activations=["reul"]), "there is no activation 'reul' (grid, item 1: activations); di"),
        "a network": (block(architectures=["cnn2"]), "there is no architecture 'cnn2' (grid, item 1: architectures); "),
        "a database": ({"protocol__matching__database": "jaspar"}, "'jaspar' is neither a file nor a known database; "),
        "a protocol": ({"protocol__like": "nature"}, "there is no protocol 'nature' (protocol.like); known:"),
        "published values": ({"published": "koo_2019"}, "there is no file of published numbers 'koo_2019' (published)"),
        "a path to published values": ({"published": "../../etc/passwd"}, "there is no file of published numbers '../"),
        "a motif to plant": (simulated(motifs=["NOSUCH"]), "dataset 'few': motifs has 'NOSUCH', which is not in"),
        "a motif to drop": ({"protocol__matching__drop": ["MA9999.9"]}, "protocol.matching.drop has 'MA9999.9', which"),
        "a control": ({"protocol__controls": ["shuffle"]}, "protocol.controls, item 1 is 'shuffle'; did you mean 'shu"),
        "a device": ({"compute__device": "gpu0"}, "compute.device is 'gpu0'; write 'auto', 'cpu', 'cuda' or 'mps'"),
        "a word for a width": ({"protocol__filters__window": "receptive"}, "did you mean 'receptive_field'? write 're"),
        "a type of layer": (layers({"type": "lstm"}), "layers, item 1: type is 'lstm'; write 'conv', 'residual' or 'd"),
        "a type of dataset": (simulated(type="fastq"), "few.type is 'fastq'; write 'simulate', 'deepsea', 'peaks' or"),
        "a misspelt key": ({"sead": 1}, "there is no key 'sead' in the configuration; did you mean 'seeds'?"),
        "a key elsewhere": ({"epochs": 3}, "there is no key 'epochs' in the configuration; it belongs to protocol.tra"),
        "what no setting changes": (block(settings={"x": {"controls": []}}), "it belongs to protocol.controls"),
        "a panel that is not trained": (
            {"report__sheets": [{"title": "x", "panels": [["a", "b"]]}]}, "shows a b, which the grid does not train; ad"
        ),
    },
)  # fmt: skip
def test_names(case):
    changes, sentence = case
    with refused(sentence):
        plan(**changes)


@promise(
    "an experiment that contradicts itself",
    "one sentence at planning",
    {
        "a dataset twice": ({"datasets": ["synthetic", "synthetic"]}, "datasets lists 'synthetic' twice; write it onc"),
        "a name that is taken": (
            {"define__datasets": {"Synthetic": {"type": "simulate", "motifs": ["SRF"]}}},
            "'Synthetic' clashes with the built-in 'synthetic' (upper and lower case count as one)",
        ),
        "a network like itself": (
            {"define__architectures": {"a": {"like": "a"}}}, "there is no network with layers 'a' (define.architectures"
        ),
        "two like each other": (
            {"define__architectures": {"a": {"like": "b"}, "b": {"like": "a"}}}, "there is no network with layers 'b'"
        ),
        "a dense layer first": (layers({"type": "dense", "units": 3}), "the first layer must be of type conv, and all"),
        "nothing to study": (layers(CONV | {"activation": "relu"}), "has no layer with 'activation: studied', so the"),
        "filters beyond the sequence": (
            layers(CONV | {"size": 1000, "padding": "valid"}), "filters of 1000, but only 200 positions are left of 200"
        ),
        "a layer that is not there": (block(layers=[9]), "there is no convolution 9; the network has 2, counted from"),
        "chances that add up to 1.1": (simulated(p_motifs=[0.5, 0.6]), "p_motifs adds up to 1.1, but must add up to 1"),
        "two shares of three": (simulated(split=[0.5, 0.5]), "few.split has 2 items, but must have 3 items, for examp"),
        "a folder as a setting": (
            block(settings={"a/b": {"training": {"epochs": 3}}}), "the name 'a/b' (grid, item 1: settings) becomes part"
        ),
        "a function as an activation": (
            block(activations=["os:system"]), "the name 'os:system' (grid, item 1: activations, item 1) becomes part of"
        ),
    },
)  # fmt: skip
def test_contradictions(case):
    changes, sentence = case
    with refused(sentence):
        plan(**changes)


@promise("something else in place of anything in a configuration", "a plan, or sentences", 150)
def test_anything_in_place_of_anything():
    whole = yaml.safe_load((ROOT / TINY).read_text(encoding="utf-8"))
    for changed in tampered(whole, 150):
        with contextlib.suppress(UserError):
            make_plan(changed)
