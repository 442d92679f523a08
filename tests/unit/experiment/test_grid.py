"""What a grid unfolds to, and which layers and sheets are refused."""

import pytest
from motifcnn.core.run_key import RunKey
from toys.plan_builder import plan
from toys.refusals import refused

FEW = {"few": {"type": "simulate", "motifs": ["MAX"]}}


def of(*networks, **keys):
    """A block of the grid with ReLU."""
    return {"architectures": list(networks), "activations": ["relu"], **keys}


def sheet(*panels, **keys):
    return {"title": "x", "panels": [list(panel) for panel in panels], **keys}


def test_a_count_of_seeds_starts_at_one():
    assert plan(seeds=3).runs == tuple(RunKey("synthetic", "cnn-2", "relu", seed=seed) for seed in (1, 2, 3))


def test_the_grid_is_ragged():
    made = plan(
        datasets=["synthetic", "few"],
        seeds=2,
        define={"datasets": FEW},
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
    sheets = [{"title": "One", "panels": [["cnn-2", "relu"]]}]
    sheets.append({"title": "Two", "panels": [["cnn-50", "relu"], ["cnn-2", "relu"]]})
    made = plan(
        datasets=["synthetic", "few"],
        define={"datasets": FEW},
        grid=[of("cnn-2", seeds=[4, 2]), of("cnn-50", datasets=["few"], seeds=1)],
        report={"sheets": sheets},
    )
    few, other = RunKey("few", "cnn-2", "relu", seed=4), RunKey("few", "cnn-50", "relu", seed=1)
    assert made.sheets == {
        ("synthetic", 1): ("One", (few._replace(dataset="synthetic"),)),
        ("few", 1): ("One", (few,)),
        ("few", 2): ("Two", (other, few)),
    }


def test_the_first_layer_and_those_that_are_asked_for():
    made = plan(
        grid=[of("cnn-1-1-100", seeds=[3], layers=[3, 2]), of("cnn-1", seeds=[3])],
        report={"sheets": [sheet(["cnn-1", "relu"], ["cnn-1-1-100", "relu", 3])]},
    )
    deep = [RunKey("synthetic", "cnn-1-1-100", "relu", seed=3, layer=layer) for layer in (1, 2, 3)]
    assert made.convolutions == (*deep, RunKey("synthetic", "cnn-1", "relu", seed=3))
    assert made.runs == (deep[0].run, made.convolutions[3].run)
    assert deep[2].label == "cnn-1-1-100 relu, layer 3, seed 3"
    assert made.sheets["synthetic", 1].panels == (made.convolutions[3], deep[2])


def test_a_sheet_for_one_dataset_only():
    define, report = {"datasets": FEW}, {"sheets": [sheet(["cnn-2", "relu"], datasets=["few"])]}
    assert set(plan(datasets=["synthetic", "few"], define=define, report=report).sheets) == {("few", 1)}
    # Left out at the top, with its sheet.
    assert plan(define=define, report=report).sheets == {}


def test_a_sheet_that_no_dataset_can_have_is_an_error():
    with refused("report.sheets, item 1, shows networks that no dataset has all of"):
        plan(
            datasets=["synthetic", "few"],
            define={"datasets": FEW},
            grid=[of("cnn-2", datasets=["synthetic"]), of("cnn-50", datasets=["few"])],
            report={"sheets": [sheet(["cnn-50", "relu"], ["cnn-2", "relu"])]},
        )


def test_a_dataset_that_no_block_uses_is_an_error():
    with refused("the dataset 'few' is listed under datasets, but no block of the grid"):
        plan(
            datasets=["synthetic", "few"],
            define={"datasets": FEW},
            grid=[of("cnn-2", datasets=["synthetic"])],
        )


def test_a_receptive_field_within_the_sequence_is_no_mistake():
    # 518 of DeepSEA's 1,000 nt.
    grid = [of("cnn-100", layers=[2])]
    made = plan(datasets=["deepsea"], grid=grid, protocol__filters__window="receptive_field")
    assert made.convolutions[1].layer == 2


OWN = {"define__architectures": {"own": {"module": "my.net:Net"}}}
WHOLE_FIELD = {"protocol__filters__window": "receptive_field"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"report__sheets": [sheet(["cnn-2", "relu", 2])]},
            "report.sheets, item 1, shows cnn-2 relu, layer 2, which the grid does not train",
        ),
        (
            {"report__sheets": [sheet(["cnn-2", "relu", "low"])]},
            "report.sheets, item 1, shows cnn-2 relu, low, which the grid does not train",
        ),
        (
            {"report__sheets": [sheet(["cnn-2", "relu", 2, "low"])]},
            "report.sheets, item 1: panels: ['cnn-2', 'relu', 2, 'low'] is not a network; write [architecture",
        ),
        (
            {"report__sheets": [sheet(["cnn-2", "relu"], datasets=["synthetc"])]},
            "there is no dataset 'synthetc' (report.sheets, item 1: datasets); did you mean 'synthetic'?",
        ),
        (
            {"grid": [of("cnn-1", layers=[3])]},
            "cnn-1 on synthetic: grid: layers: there is no convolution 3; the network has 2, counted from 1",
        ),
        (
            {"grid": [of("cnn-25", layers=[2])]},
            "cnn-25 on synthetic: filters: window: 19 is not defined for layer 2: its positions are 25 nt apart",
        ),
        (
            {"grid": [of("cnn-50", layers=[2])], **WHOLE_FIELD},
            "cnn-50 on synthetic: filters: window: receptive_field is not defined for layer 2: each of its "
            "positions sees 268 nt, more than the 200 nt of a sequence",
        ),
        # Also where the length of the sequences is known once they are there.
        (
            {"datasets": ["irf1"], "grid": [of("cnn-25", layers=[2])]},
            "cnn-25 on irf1: filters: window: 19 is not defined for layer 2: its positions are 25 nt apart",
        ),
        (
            {"grid": [of("cnn-1", layers=[2])], "protocol__filters__reference": "theoretical"},
            "cnn-1 on synthetic: filters: reference: theoretical is not defined for layer 2",
        ),
        (
            {"grid": [of("own")], **OWN, **WHOLE_FIELD},
            "own on synthetic: filters: window: receptive_field is not known for layer 1 of this network",
        ),
        (
            {"grid": [of("own", layers=[2])], **OWN},
            "own on synthetic: grid: layers: of a network of your own only the first layer can be turned",
        ),
    ],
)
def test_each_mistake_has_its_sentence(changes, sentence):
    with refused(start=sentence):
        plan(**changes)


def names_and_datasets(**changes):
    made = plan(datasets=["few", "synthetic"], define={"datasets": FEW}, **changes)
    return [(table.name, table.datasets) for table in made.tables]


def test_tables_hold_the_datasets_that_are_not_left_out():
    assert names_and_datasets() == [("table1", ("few", "synthetic"))]
    tables = [
        {"name": "one", "title": "One", "datasets": ["synthetic"]},
        {"name": "both", "title": "Both", "datasets": ["synthetic", "few"], "side_by_side": True},
        {"name": "other", "title": "Other", "datasets": ["deepsea"]},
    ]
    assert names_and_datasets(report={"tables": tables}) == [
        ("one", ("synthetic",)),
        ("both", ("synthetic", "few")),
    ]
    assert [
        table.side_by_side for table in plan(report={"tables": tables}, define={"datasets": FEW}).tables
    ] == [False, True]


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (
            [{"name": "a", "title": "A"}, {"name": "a", "title": "B"}],
            "report.tables, item 2: the name 'a' is taken",
        ),
        ([{"name": "statements", "title": "A"}], "item 1: the name 'statements' is taken; write another one"),
        ([{"name": "attributions", "title": "A"}], "item 1: the name 'attributions' is taken"),
        ([{"name": "a_seeds", "title": "A"}], "item 1: the name 'a_seeds' is taken"),
        ([{"name": "a", "title": "A", "datasets": ["few"]}], "the dataset 'synthetic' is in none of them"),
        ([{"name": "a", "title": "A", "datasets": ["sintetic"]}], "did you mean 'synthetic'?"),
    ],
)
def test_tables_that_are_refused(tables, sentence):
    with refused(sentence):
        plan(report={"tables": tables}, define={"datasets": FEW})
