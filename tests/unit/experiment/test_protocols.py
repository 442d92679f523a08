"""Protocols by name: what the registry holds, and what a configuration makes of them."""

import pytest
from motifcnn.experiment.protocols import read_protocols
from motifcnn.experiment.schema import complete
from repository import RESOURCES
from toys.plan_builder import plan
from toys.refusals import refused

ENTRY = "source: here\ntraining: {epochs: 7, schedule: {factor: 0.5}}\n"


def test_the_shipped_protocol():
    # Every key that the authors' code sets differently from the first two papers', or Keras does.
    made = plan(protocol={"like": "koo_ploenzke_2021"}).config["protocol"]
    training = made["training"]
    assert training["optimizer"] == {
        "name": "adam", "lr": 0.001, "betas": [0.9, 0.999], "eps": 1e-7, "momentum": 0
    }  # fmt: skip
    assert (training["epochs"], training["batch_size"], training["keep"]) == (100, 100, "last")
    assert training["stop"] == {"monitor": "val_aupr_micro", "patience": 20}
    assert training["schedule"] == {
        "monitor": "val_aupr_micro", "factor": 0.2, "patience": 5, "floor": 1e-7, "min_delta": 1e-4
    }  # fmt: skip
    assert training["order"] == ["dropout", "pool"]
    assert training["l2"] == {"weight": 1e-6, "scope": "kernels_but_output"}
    assert training["batch_norm"] == {"eps": 1e-3, "momentum": 0.99}
    assert (training["initialisation"], training["output_bias"]) == ("glorot_uniform", 0)
    filters = made["filters"]
    assert (filters["window"], filters["weighting"], filters["ends"]) == (20, "uniform", "drop")
    assert filters["min_sites"] == 2
    assert made["matching"]["drop"] == ["MA0615.1"]


def test_a_named_protocol_is_the_same_as_one_spelled_out():
    entry = read_protocols(RESOURCES)["koo_ploenzke_2021"]
    assert repr(plan(protocol={"like": "koo_ploenzke_2021"}).config) == repr(plan(protocol=entry).config)


def test_own_keys_count_more():
    own = {
        "like": "koo_ploenzke_2021",
        "training": {"optimizer": {"lr": 0.01}, "stop": {"monitor": "val_auroc_micro"}, "schedule": None},
        "matching": {"drop": []},
        "controls": ["untrained"],
    }
    made = plan(protocol=own).config["protocol"]
    assert made["training"]["optimizer"]["lr"] == 0.01
    assert made["training"]["optimizer"]["betas"] == [0.9, 0.999]
    assert made["training"]["stop"] == {"monitor": "val_auroc_micro", "patience": 20}
    assert made["training"]["schedule"] is None
    assert made["matching"]["drop"] == []
    assert made["controls"] == ["untrained"]


def test_settings_change_a_named_protocol():
    he = {"training": {"first_layer": {"initialisation": {"normal": 0.05}}}}
    penalised = {"training": {"first_layer": {"l2": 0.1}}}
    block = {"architectures": ["cnn-2"], "activations": ["relu"], "settings": {"he": he, "l2": penalised}}
    made = plan(grid=[block], protocol={"like": "koo_ploenzke_2021"})
    base = made.settings[""].training
    assert made.settings["he"].training == base | {"first_layer": {"initialisation": {"normal": 0.05}}}
    assert made.settings["l2"].training == base | {"first_layer": {"l2": 0.1}}
    assert "first_layer" not in base


def test_mistakes(tmp_path):
    with refused("there is no protocol 'koo_2021' (protocol.like); did you mean 'koo_ploenzke_2021'?"):
        plan(protocol={"like": "koo_2021"})
    path = tmp_path / "protocols.yaml"
    path.write_text(f"one:\n  {ENTRY.replace(chr(10), chr(10) + '  ')}")
    assert read_protocols(tmp_path) == {"one": {"training": {"epochs": 7, "schedule": {"factor": 0.5}}}}
    for entry, sentence in [
        ("{source: x, training: {epoch: 7}}", "there is no key 'epoch' in"),
        ("{training: {epochs: 7}}", ".one must have a source"),
        ("{source: x, like: other}", ".one must have a source, and cannot be like another protocol"),
    ]:
        path.write_text(f"one: {entry}\n")
        with refused(sentence):
            read_protocols(tmp_path)


@pytest.mark.parametrize("name", read_protocols(RESOURCES))
def test_the_registry_is_good(name):
    assert complete(read_protocols(RESOURCES)[name], "protocol")
