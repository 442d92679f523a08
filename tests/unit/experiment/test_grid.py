"""What a grid unfolds to, and which layers and sheets are refused."""

import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from repository import ROOT
from toys.plan_builder import MINIMAL, plan


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_a_count_of_seeds_starts_at_one():
    assert plan(seeds=3).runs == tuple(RunKey("synthetic", "cnn-2", "relu", seed=seed) for seed in (1, 2, 3))


def test_the_grid_is_ragged():
    made = plan(
        datasets=["synthetic", "few"],
        seeds=2,
        define={"datasets": {"few": {"type": "simulate", "motifs": ["MAX"]}}},
        grid=[
            {"architectures": ["cnn-2", "cnn-50"], "activations": ["relu"], "datasets": ["synthetic"]},
            {"architectures": ["cnn-2"], "activations": ["exponential"], "seeds": [7]},
        ],
    )
    assert made.runs == (
        RunKey("synthetic", "cnn-2", "relu", seed=1),
        RunKey("synthetic", "cnn-2", "relu", seed=2),
        RunKey("synthetic", "cnn-50", "relu", seed=1),
        RunKey("synthetic", "cnn-50", "relu", seed=2),
        RunKey("synthetic", "cnn-2", "exponential", seed=7),
        RunKey("few", "cnn-2", "exponential", seed=7),
    )
    assert list(made.architectures) == ["cnn-2", "cnn-50"]
    assert made.activations == {"relu": "relu", "exponential": "exponential"}


def test_a_sheet_is_made_for_each_dataset_that_has_all_of_its_networks():
    few = {"few": {"type": "simulate", "motifs": ["MAX"]}}
    made = plan(
        datasets=["synthetic", "few"],
        define={"datasets": few},
        grid=[
            {"architectures": ["cnn-2"], "activations": ["relu"], "seeds": [4, 2]},
            {"architectures": ["cnn-50"], "activations": ["relu"], "datasets": ["few"], "seeds": 1},
        ],
        report={
            "sheets": [
                {"title": "One", "panels": [["cnn-2", "relu"]]},
                {"title": "Two", "panels": [["cnn-50", "relu"], ["cnn-2", "relu"]]},
            ]
        },
    )
    assert made.sheets == {
        ("synthetic", 1): ("One", (RunKey("synthetic", "cnn-2", "relu", seed=4),)),
        ("few", 1): ("One", (RunKey("few", "cnn-2", "relu", seed=4),)),
        ("few", 2): (
            "Two",
            (RunKey("few", "cnn-50", "relu", seed=1), RunKey("few", "cnn-2", "relu", seed=4)),
        ),
    }


def test_the_first_layer_and_those_that_are_asked_for():
    made = plan(
        grid=[
            {"architectures": ["cnn-1-1-100"], "activations": ["relu"], "seeds": [3], "layers": [3, 2]},
            {"architectures": ["cnn-1"], "activations": ["relu"], "seeds": [3]},
        ],
        report={"sheets": [{"title": "Deep", "panels": [["cnn-1", "relu"], ["cnn-1-1-100", "relu", 3]]}]},
    )
    deep = [RunKey("synthetic", "cnn-1-1-100", "relu", seed=3, layer=layer) for layer in (1, 2, 3)]
    assert made.convolutions == (*deep, RunKey("synthetic", "cnn-1", "relu", seed=3))
    assert made.runs == (deep[0].run, made.convolutions[3].run)
    assert deep[2].label == "cnn-1-1-100 relu, layer 3, seed 3"
    assert made.sheets["synthetic", 1].panels == (made.convolutions[3], deep[2])


def test_a_sheet_for_one_dataset_only():
    few = {"few": {"type": "simulate", "motifs": ["MAX"]}}
    sheet = {"title": "One", "panels": [["cnn-2", "relu"]], "datasets": ["few"]}
    define, report = {"datasets": few}, {"sheets": [sheet]}
    assert set(plan(datasets=["synthetic", "few"], define=define, report=report).sheets) == {("few", 1)}
    # Left out at the top, with its sheet.
    assert plan(define=define, report=report).sheets == {}


def test_a_sheet_that_no_dataset_can_have_is_an_error():
    few = {"few": {"type": "simulate", "motifs": ["MAX"]}}
    with pytest.raises(UserError, match=r"report\.sheets, item 1, shows networks that no dataset has all of"):
        plan(
            datasets=["synthetic", "few"],
            define={"datasets": few},
            grid=[
                {"architectures": ["cnn-2"], "activations": ["relu"], "datasets": ["synthetic"]},
                {"architectures": ["cnn-50"], "activations": ["relu"], "datasets": ["few"]},
            ],
            report={"sheets": [{"title": "One", "panels": [["cnn-50", "relu"], ["cnn-2", "relu"]]}]},
        )


def test_a_dataset_that_no_block_uses_is_an_error():
    define = {"datasets": {"few": {"type": "simulate", "motifs": ["MAX"]}}}
    block = MINIMAL["grid"][0] | {"datasets": ["synthetic"]}
    with pytest.raises(
        UserError, match="the dataset 'few' is listed under datasets, but no block of the grid"
    ):
        plan(datasets=["synthetic", "few"], define=define, grid=[block])


def test_a_receptive_field_within_the_sequence_is_no_mistake():
    # 518 of DeepSEA's 1,000 nt.
    grid = [{"architectures": ["cnn-100"], "activations": ["relu"], "layers": [2]}]
    made = plan(datasets=["deepsea"], grid=grid, protocol__filters__window="receptive_field")
    assert made.convolutions[1].layer == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"report__sheets": [{"title": "x", "panels": [["cnn-2", "relu", 2]]}]},
            "report.sheets, item 1, shows cnn-2 relu, layer 2, which the grid does not train",
        ),
        (
            {"report__sheets": [{"title": "x", "panels": [["cnn-2", "relu", "low"]]}]},
            "report.sheets, item 1, shows cnn-2 relu, low, which the grid does not train",
        ),
        (
            {"report__sheets": [{"title": "x", "panels": [["cnn-2", "relu", 2, "low"]]}]},
            "report.sheets, item 1: panels: ['cnn-2', 'relu', 2, 'low'] is no network; write [architecture",
        ),
        (
            {"report__sheets": [{"title": "x", "panels": [["cnn-2", "relu"]], "datasets": ["synthetc"]}]},
            "there is no dataset 'synthetc' (report.sheets, item 1: datasets); did you mean 'synthetic'?",
        ),
        (
            {"grid": [{"architectures": ["cnn-1"], "activations": ["relu"], "layers": [3]}]},
            "cnn-1 on synthetic: grid: layers: there is no convolution 3; the network has 2, counted from 1",
        ),
        (
            {"grid": [{"architectures": ["cnn-25"], "activations": ["relu"], "layers": [2]}]},
            "cnn-25 on synthetic: filters: window: 19 is not defined for layer 2: its positions are 25 nt apart",
        ),
        (
            {
                "grid": [{"architectures": ["cnn-50"], "activations": ["relu"], "layers": [2]}],
                "protocol__filters__window": "receptive_field",
            },
            "cnn-50 on synthetic: filters: window: receptive_field is not defined for layer 2: each of its "
            "positions sees 268 nt, more than the 200 nt of a sequence",
        ),
        (
            {
                "datasets": ["deepsea"],
                "grid": [{"architectures": ["cnn-50"], "activations": ["relu"], "layers": [2]}],
            },
            "cnn-50 on deepsea: filters: window: 19 is not defined for layer 2: its positions are 50 nt apart",
        ),
        (
            {
                "datasets": ["irf1"],
                "grid": [{"architectures": ["cnn-25"], "activations": ["relu"], "layers": [2]}],
            },
            "cnn-25 on irf1: filters: window: 19 is not defined for layer 2: its positions are 25 nt apart",
        ),
        (
            {
                "grid": [{"architectures": ["cnn-1"], "activations": ["relu"], "layers": [2]}],
                "protocol__filters__reference": "theoretical",
            },
            "cnn-1 on synthetic: filters: reference: theoretical is not defined for layer 2",
        ),
        (
            {
                "define__architectures": {"own": {"module": "my.net:Net"}},
                "grid": [{"architectures": ["own"], "activations": ["relu"]}],
                "protocol__filters__window": "receptive_field",
            },
            "own on synthetic: filters: window: receptive_field is not known for layer 1 of this network",
        ),
        (
            {
                "define__architectures": {"own": {"module": "my.net:Net"}},
                "grid": [{"architectures": ["own"], "activations": ["relu"], "layers": [2]}],
            },
            "own on synthetic: grid: layers: of a network of your own only the first layer can be turned",
        ),
    ],
)
def test_each_mistake_has_its_sentence(changes, sentence):
    with pytest.raises(UserError) as caught:
        plan(**changes)
    assert str(caught.value).startswith(sentence)
