import json

import pandas as pd
import pytest
from motifcnn.core.run_key import RunKey
from motifcnn.interpretation.filter_tables import LOCALISATION_COLUMNS, write_localisation
from motifcnn.results.first_layer_scans import read_first_layer_scans
from toys.refusals import refused


def scans(auroc):
    """A table whose other rows and columns have numbers of their own."""
    rows = [
        (scan, bounds, buffer, 9, 0.1, 0.2, 0.3, 0.4)
        for scan in ("first_layer", "pwm")
        for bounds in ("whole", "published")
        for buffer in (5, 10)
    ]
    table = pd.DataFrame(rows, columns=list(LOCALISATION_COLUMNS))
    wanted = (table["scan"] == "first_layer") & (table["bounds"] == "whole") & (table["buffer"] == 10)
    table.loc[wanted, "auroc"] = auroc
    return table


@pytest.fixture
def file(tmp_path):
    def write(seed, setting, model):
        folder = tmp_path / f"{setting}-{seed}"
        folder.mkdir()
        key = {"dataset": "d", "architecture": "a", "activation": "relu", "setting": setting, "seed": seed, "layer": 1}
        (folder / "summary.json").write_text(json.dumps(key))
        write_localisation(tmp_path / f"{model}.tsv", scans({"one": 0.6, "two": 0.8}[model]))
        return folder / "summary.json", tmp_path / f"{model}.tsv"

    return write


def test_settings_that_share_a_model_share_its_number(file):
    summaries, tables = zip(file(1, "", "one"), file(2, "", "two"), file(2, "low", "two"), strict=True)
    whole, low = RunKey("d", "a", "relu"), RunKey("d", "a", "relu", "low")
    assert read_first_layer_scans([*summaries, *tables]) == {whole: [0.6, 0.8], low: [0.8]}


def test_there_may_be_none_but_not_half_of_them(file):
    assert read_first_layer_scans([]) == {}
    summary, table = file(1, "", "one")
    for paths in ([summary], [table], [summary, table, table]):
        with refused("give one of each per run, in the same order"):
            read_first_layer_scans(paths)
