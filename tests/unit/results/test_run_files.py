import json

import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from motifcnn.results.run_files import by_network, read_run_filters, read_run_tables
from toys.run_files import FACTORS, network, two, write_run

COLUMNS = ("epoch", "loss")


def training(folder, seed, dataset="d", text="epoch\tloss\n1\t0.5\n2\t\n"):
    folder = folder / f"{dataset}-{seed}"
    folder.mkdir(parents=True)
    key = {"dataset": dataset, "architecture": "cnn-2", "activation": "relu", "seed": seed}
    (folder / "metrics.json").write_text(json.dumps(key))
    if text is not None:
        (folder / "history.tsv").write_text(text)
    return folder


def pairs(*folders):
    return [[folder / name for folder in folders] for name in ("metrics.json", "history.tsv")]


def test_tables_with_the_keys_of_their_runs(tmp_path):
    runs = read_run_tables(*pairs(training(tmp_path, 12), training(tmp_path, 1)), COLUMNS)
    assert [run.key for run in runs] == [RunKey("d", "cnn-2", "relu", seed=seed) for seed in (12, 1)]
    assert runs[0].table["epoch"].tolist() == [1, 2]
    assert runs[0].table["loss"].isna().tolist() == [False, True]


def test_a_target_may_be_called_na(tmp_path):
    folder = training(tmp_path, 1, text="target\trecall\nNA\t0.5\n")
    (run,) = read_run_tables(*pairs(folder), ("target", "recall"))
    pd.testing.assert_frame_equal(run.table, pd.DataFrame({"target": ["NA"], "recall": [0.5]}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "does not exist"),
        ("", "is not a table"),
        ("epoch\n1\n", "lacks the column loss"),
        ("epoch\tloss\n1\tlow\n", "has a cell that is no number"),
    ],
)
def test_bad_tables(tmp_path, text, words):
    with pytest.raises(UserError, match=words):
        read_run_tables(*pairs(training(tmp_path, 1, text=text)), COLUMNS)


def test_trainings_that_do_not_belong_together(tmp_path):
    one, other = training(tmp_path, 1), training(tmp_path, 1, dataset="e")
    with pytest.raises(UserError, match="several datasets"):
        read_run_tables(*pairs(one, other), COLUMNS)
    with pytest.raises(UserError, match="there are 0 and 0 files"):
        read_run_tables([], [], COLUMNS)


def test_networks_of_an_architecture_stand_together():
    runs = [*network("a", "relu", [0, 1]), *network("b", "relu", [2]), *network("a", "elu", [3])]
    found = {network.parts: [run.table for run in members] for network, members in by_network(runs).items()}
    assert list(found.items()) == [(("a", "relu"), [0, 1]), (("a", "elu"), [3]), (("b", "relu"), [2])]


def test_filters_of_runs(tmp_path):
    runs = read_run_filters(*two(*(write_run(tmp_path, seed) for seed in (2, 1))))
    assert [(run.network, run.key.seed) for run in runs] == [("cnn-2 · relu", 2), ("cnn-2 · relu", 1)]
    assert runs[0].factors == ("SP1", "MAX", "YY1")
    # Of the trained filters alone.
    assert list(runs[0].matches["relevant_tf"]) == FACTORS


def test_filters_that_do_not_belong_together(tmp_path):
    one, other = (write_run(tmp_path, seed) for seed in (1, 2))
    elsewhere = write_run(tmp_path, 1, dataset="other")
    summaries, tables = two(one, other)
    with pytest.raises(UserError, match="are of different runs"):
        read_run_filters(summaries, tables[::-1])
    with pytest.raises(UserError, match="there are 2 and 1 files"):
        read_run_filters(summaries, tables[:1])
    with pytest.raises(UserError, match="several datasets"):
        read_run_filters(*two(one, elsewhere))
