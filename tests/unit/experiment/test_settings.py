"""Named changes of the protocol: what they amount to, what they share, and which are refused."""

import pytest
from motifcnn.core.run_key import RunKey
from toys.plan_builder import MINIMAL, plan
from toys.refusals import refused

HE = {"training": {"initialisation": "he_normal"}}
LOW = {"filters": {"threshold": 0.3}}
STRICT = {"matching": {"evalue": 0.01}}


def planned(*blocks, **changes):
    """Plan one network under the settings of each block."""
    return plan(grid=[{**MINIMAL["grid"][0], "seeds": [1], **block} for block in blocks], **changes)


def test_without_settings_there_is_the_protocol_as_it_stands():
    made = planned({})
    assert list(made.settings) == [""]
    assert made.settings[""].training == made.config["protocol"]["training"]
    assert made.runs == (RunKey("synthetic", "cnn-2", "relu", "", 1),)


def test_a_block_is_run_under_each_of_its_settings_and_no_other():
    made = planned({"settings": {"he": HE, "low": LOW}, "layers": [1]})
    assert [run.setting for run in made.runs] == ["he", "low"]
    made = planned({"settings": {"he": HE, "unchanged": None}, "seeds": 2})
    assert [(run.setting, run.seed) for run in made.runs] == [("he", 1), ("he", 2), ("", 1), ("", 2)]


def test_a_change_leaves_everything_else_as_it_is():
    change = {"training": {"optimizer": {"lr": 0.1}, "stop": None}, "filters": {"clip": {"pad": 0}}}
    made = planned({"settings": {"x": change}}, protocol__training__optimizer={"betas": [0.9, 0.99]})
    base, changed = made.settings[""], made.settings["x"]
    assert changed.training == base.training | {
        "optimizer": base.training["optimizer"] | {"lr": 0.1},
        "stop": None,
    }
    assert changed.training["optimizer"]["betas"] == [0.9, 0.99]
    assert changed.filters == base.filters | {"clip": {"information": 0.5, "pad": 0}}
    assert changed.matching == base.matching


def test_a_group_where_there_was_none_gets_its_defaults():
    made = planned({"settings": {"x": {"training": {"schedule": {"factor": 0.5}}}}})
    assert made.settings["x"].training["schedule"]["patience"] == 5


@pytest.mark.parametrize(
    ("training", "monitor"),
    [
        ({"schedule": {}}, "val_loss"),
        ({"schedule": {}, "stop": None}, "val_loss"),
        ({"schedule": {}, "stop": {"monitor": "val_aupr"}}, "val_aupr"),
        ({"schedule": {"monitor": "val_auroc"}, "stop": {"monitor": "val_aupr"}}, "val_auroc"),
    ],
)
def test_a_schedule_monitors_what_early_stopping_does_unless_it_says_otherwise(training, monitor):
    made = planned({"settings": {"unchanged": {}, "x": {"training": training}}})
    assert made.settings["x"].training["schedule"]["monitor"] == monitor
    # A setting that changes early stopping alone takes the schedule along.
    made = planned(
        {"settings": {"x": {"training": {"stop": {"monitor": "val_auroc"}}}}}, protocol__training=training
    )
    own = training["schedule"].get("monitor", "val_auroc")
    assert made.settings["x"].training["schedule"]["monitor"] == own


def test_lists_by_factor_are_replaced_as_a_whole():
    made = planned(
        {"settings": {"x": {"matching": {"relevant": {"MAX": ["MA0058.3"]}}}}},
        protocol__matching__relevant={"SP1": ["MA0079.3"]},
    )
    assert made.settings["x"].matching["relevant"] == {"MAX": ["MA0058.3"]}


def test_what_a_setting_leaves_alone_is_shared():
    made = planned(
        {"settings": {"he": HE, "low": LOW, "strict": STRICT, "both": HE | STRICT, "all": HE | LOW}}
    )
    assert {name: (one.model, one.motifs) for name, one in made.settings.items()} == {
        "": ("", ""),
        "he": ("he", "he"),
        "low": ("", "low"),
        "strict": ("", ""),
        "both": ("he", "he"),
        "all": ("he", "all"),
    }
    deep = RunKey("synthetic", "cnn-2", "relu", "strict", 1, 2)
    assert made.model_of(deep) == RunKey("synthetic", "cnn-2", "relu", "", 1)
    assert made.motifs_of(deep) == RunKey("synthetic", "cnn-2", "relu", "", 1, 2)


def test_a_value_that_the_protocol_has_already_is_a_setting_with_everything_shared():
    # One of a sweep, which wants a row for each of its values.
    made = planned({"settings": {"half": {"filters": {"threshold": 0.5}}}})
    assert [run.setting for run in made.runs] == ["half"]
    assert (made.settings["half"].model, made.settings["half"].motifs) == ("", "")


def test_a_database_of_its_own(tmp_path):
    path = tmp_path / "some.meme"
    path.write_text(
        "MEME version 4\n\nALPHABET= ACGT\n\nMOTIF one\nletter-probability matrix: w= 1\n1 0 0 0\n"
    )
    made = planned({"settings": {"other": {"matching": {"database": str(path)}}}})
    assert made.settings["other"].database == str(path)
    assert made.settings[""].database == "resources/jaspar2016_core_vertebrates.txt"


def test_blocks_may_share_a_setting():
    made = planned({"settings": {"he": HE}}, {"settings": {"he": HE}, "activations": ["exponential"]})
    assert [(run.activation, run.setting) for run in made.runs] == [("relu", "he"), ("exponential", "he")]


def test_a_panel_names_its_setting():
    made = planned(
        {"settings": {"unchanged": {}, "low": LOW}},
        report={"sheets": [{"title": "x", "panels": [["cnn-2", "relu"], ["cnn-2", "relu", "low"]]}]},
    )
    assert [panel.setting for panel in made.sheets["synthetic", 1].panels] == ["", "low"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"low": {"filters": {"treshold": 0.3}}},
            "there is no key 'treshold' in grid, item 1: settings.low: filters; did you mean 'threshold'?",
        ),
        ({"low": {"filters": {"threshold": 3}}}, "{}.low: filters.threshold is 3, but must be at most 1"),
        ({"low": {"filtres": {}}}, "there is no key 'filtres' in {}.low; did you mean 'filters'?"),
        ({"low": {"filters": 0.3}}, "{}.low.filters is 0.3, but must be a group of keys"),
        ({"a/b": LOW}, "the name 'a/b' ({}) becomes part of a path"),
        ({}, "{} is empty, but must have at least 1"),
        ({"standard": {}}, "{}.standard changes nothing; write `unchanged: {{}}` for the protocol"),
        ({"standard": {"filters": {}}}, "{}.standard changes nothing; write `unchanged: {{}}`"),
        ({"unchanged": LOW}, "{}.unchanged has changes, but is the protocol as it stands; choose"),
        ({"seed-2": LOW}, "{}.seed-2: seed-… are the folders of runs; choose another name"),
        ({"low": LOW, "Low": STRICT}, "{}.Low differs from the setting 'low' in upper and lower case only"),
        (
            {"gone": {"matching": {"database": "jaspr2016"}}},
            "{}.gone: matching.database: 'jaspr2016' is neither a file nor a known database; did you mean 'jaspar2016'",
        ),
        (
            {"drop": {"matching": {"drop": ["MA9999.9"]}}},
            "{}.drop: matching.drop has 'MA9999.9', which is not in resources/",
        ),
    ],
)
def test_each_mistake_has_its_sentence(settings, sentence):
    with refused(start=sentence.format("grid, item 1: settings")):
        planned({"settings": settings})


def test_one_name_for_two_changes():
    sentence = (
        "grid, item 2: settings.he and grid, item 1: settings.he change the protocol in different ways; give"
    )
    with refused(start=sentence):
        planned({"settings": {"he": HE}}, {"settings": {"he": LOW}, "activations": ["exponential"]})


def test_two_blocks_that_ask_for_the_same_run():
    with refused("both ask for cnn-2 with relu under he on synthetic, seed 1; take it out"):
        planned({"settings": {"he": HE}}, {"settings": {"he": HE}})
    with refused("both ask for cnn-2 with relu on synthetic, seed 1; take it out"):
        planned({}, {"settings": {"he": HE, "unchanged": {}}})


def test_a_window_that_a_layer_cannot_have():
    field = {"filters": {"window": "receptive_field"}}
    with refused("settings.field: cnn-50 on synthetic: filters: window: receptive_field is not defined"):
        planned({"architectures": ["cnn-50"], "layers": [2], "settings": {"field": field}})
