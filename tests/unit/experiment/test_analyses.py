import re

import pytest
from motifcnn.core.errors import UserError
from motifcnn.experiment.analyses import ANALYSES, ARCHITECTURE, CONVOLUTION, SHEET, chosen
from repository import ROOT
from toys.plan_builder import plan

SCRIPTS = ROOT / "workflow" / "scripts"


def block(settings):
    return {"architectures": ["cnn-2"], "activations": ["relu"], "settings": settings}


def names_in(analyses):
    return [analysis.name for analysis in analyses]


def names(choice, sweeps=()):
    return names_in(chosen({"analyses": choice, "sweeps": sweeps}))


def test_switches_change_the_default_and_a_list_replaces_it():
    default = [
        "matches",
        "logos",
        "importance",
        "redundancy",
        "learning_curves",
        "precision_recall",
        "targets",
    ]
    assert names({}) == default
    assert names({"importance": False, "logos": True}) == [n for n in default if n != "importance"]
    # In the order of the report, whatever that of the list.
    assert names(["redundancy", "matches"]) == ["matches", "redundancy"]
    assert names([]) == []
    assert names({"heat_map": True}) == ["matches", "heat_map", *default[1:]]
    assert names({"single_logos": True}) == [*default[:2], "single_logos", *default[2:]]


def test_sweeps_are_drawn_where_there_are_any():
    assert names(["sweeps"]) == []
    assert names(["sweeps"], ["one"]) == ["sweeps"]
    assert names({}, ["one"])[:2] == ["matches", "sweeps"]
    assert "sweeps" not in names({"sweeps": False}, ["one"])


def test_attributions_are_drawn_where_there_are_any():
    def drawn(choice, attribution):
        return names_in(chosen({"analyses": choice, "sweeps": (), "attribution": attribution}))

    assert {"attribution_accuracy", "attribution_logos"} <= set(drawn({}, {"methods": {}}))
    assert not {"attribution_accuracy", "attribution_logos"} & set(drawn({}, None))
    assert "attribution_logos" not in drawn({"attribution_logos": False}, {"methods": {}})


def test_statistics_are_drawn_where_a_training_records_them():
    assert "layer_statistics" not in names({})
    on = {"training": {"statistics": True}}
    assert "layer_statistics" in names_in(plan(protocol=on).analyses)
    assert "layer_statistics" in names_in(plan(grid=[block({"unchanged": {}, "watched": on})]).analyses)
    # The protocol as it stands has them, but nothing is trained under it.
    off = {"training": {"statistics": False}}
    assert "layer_statistics" not in names_in(plan(protocol=on, grid=[block({"blind": off})]).analyses)


def test_an_unknown_one_is_refused_with_the_nearest():
    with pytest.raises(UserError, match=r"no analysis 'importanc' .*did you mean 'importance'"):
        names({"importanc": True})


def test_each_has_a_module_that_draws_it_and_a_rule_if_it_needs_one():
    rules = (ROOT / "workflow/rules/analyses.smk").read_text()
    for analysis in ANALYSES.values():
        if analysis.per == CONVOLUTION:
            assert f"\nrule plot_{analysis.name}:" in (ROOT / "workflow/rules/filters.smk").read_text()
            continue
        text = (SCRIPTS / f"motifcnn/report/figures/{analysis.name}.py").read_text()
        assert analysis.per in (SHEET, ARCHITECTURE) or re.search(r"\ndef draw\(\s*files: ", text)
        assert not analysis.rule or f"\nrule {analysis.rule}:" in rules
