"""The key of a run: what it is read from, and what it is called."""

import pandas as pd
import pytest
from motifcnn.core.run_key import RunKey

PATTERN = "{dataset}/{architecture}/{activation}/{setting}seed-{seed}/{layer}summary.json"
PLAIN = RunKey("d", "cnn-1", "relu", seed=3)
DEEP = RunKey("d", "cnn-1", "relu", "low", 3, 2)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        (PLAIN, "d/cnn-1/relu/seed-3/summary.json"),
        (PLAIN._replace(layer=2), "d/cnn-1/relu/seed-3/layer-2/summary.json"),
        (PLAIN._replace(setting="low"), "d/cnn-1/relu/low/seed-3/summary.json"),
        (DEEP, "d/cnn-1/relu/low/seed-3/layer-2/summary.json"),
    ],
)
def test_a_folder_for_a_setting_and_a_deeper_layer_alone(key, path):
    assert key.fill_in(PATTERN) == path


@pytest.mark.parametrize("key", [PLAIN, DEEP, DEEP.run, DEEP.over_seeds])
def test_wildcards_and_back(key):
    assert RunKey.of_wildcards({k: str(v) for k, v in key.wildcards.items() if v is not None}) == key


def test_wildcards_of_a_rule_about_runs_name_no_layer():
    wildcards = {"dataset": "d", "architecture": "cnn-1", "activation": "relu", "seed": "3"}
    assert RunKey.of_wildcards(wildcards) == PLAIN


def test_a_row_of_a_table_or_a_summary():
    assert RunKey.of(DEEP._asdict()) == DEEP
    cells = {"dataset": "d", "architecture": "cnn-1", "activation": "relu", "setting": "", "layer": 2}
    row = pd.DataFrame([cells]).iloc[0]
    assert RunKey.of(row) == RunKey("d", "cnn-1", "relu", layer=2)
    truth = {"dataset": "d", "architecture": "ground_truth", "activation": None, "seed": 0}
    assert RunKey.of(truth) == RunKey("d", "ground_truth", "", seed=0)


def test_what_people_call_it():
    assert DEEP.parts == ("cnn-1", "relu", "low", "layer 2")
    assert DEEP.network == "cnn-1 relu, low, layer 2"
    assert DEEP.network_without_activation == "cnn-1, low, layer 2"
    assert (DEEP.label, PLAIN.label) == ("cnn-1 relu, low, layer 2, seed 3", "cnn-1 relu, seed 3")


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (["cnn-1", "relu"], RunKey("d", "cnn-1", "relu")),
        (["cnn-1", "relu", 2], RunKey("d", "cnn-1", "relu", layer=2)),
        (["cnn-1", "relu", "low"], RunKey("d", "cnn-1", "relu", "low")),
        (["cnn-1", "relu", "low", 2], RunKey("d", "cnn-1", "relu", "low", layer=2)),
    ],
)
def test_a_network_as_people_write_it(parts, key):
    assert RunKey.of_network("d", parts) == key


BAD_LISTS = (["cnn-1"], ["cnn-1", 2], [1, "relu"], ["cnn-1", "relu", 0], ["cnn-1", "relu", True])


@pytest.mark.parametrize("parts", ["cnn-1", 3, *BAD_LISTS, ["cnn-1", "relu", 2, "low"]])
def test_what_is_no_network(parts):
    with pytest.raises(ValueError, match="is not a network"):
        RunKey.of_network("d", parts)
