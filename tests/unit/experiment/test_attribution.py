"""What `attribution:` of a configuration means."""

import importlib
import inspect

import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.run_key import RunKey
from motifcnn.experiment.lookup import look_up
from motifcnn.experiment.paths import Layout
from motifcnn.experiment.schema import read_schema
from motifcnn.interpretation.attribution.methods import METHODS, attribute
from toys.plan_builder import plan

OPTIONS = read_schema()["$defs"]["attribution_methods"]


def test_none_unless_asked_for():
    assert plan().attribution == {}
    assert Layout(plan()).of_attributions("attributions.h5", "synthetic") == []


def test_methods_by_their_own_names_and_by_others():
    methods = {"saliency": None, "better": {"method": "integrated_gradients", "steps": 50}}
    made = plan(attribution={"methods": methods, "sequences": 20})
    assert made.attribution["saliency"] == {
        "method": "saliency", "output": "probability", "corrected": False, "target": None, "sequences": 20
    }  # fmt: skip
    assert made.attribution["better"].items() >= {"steps": 50, "rule": "left", "n_references": 10}.items()
    assert look_up(made, "attribution", method="better") is made.attribution["better"]
    with pytest.raises(UserError, match="no attribution method 'best'; it has saliency, better"):
        look_up(made, "attribution", method="best")


def test_several_targets_are_explained_one_by_one():
    methods = {"saliency": {}, "mine": {"method": "deep_shap"}}
    define = {
        "datasets": {"mine": {"type": "released", "file": "mine.h5", "targets": ["SP1", "Ahr::Arnt", "MAX"]}}
    }
    changes = {"datasets": ["mine"], "define": define}
    made = plan(attribution={"methods": methods, "target": ["Ahr::Arnt", 2]}, **changes)
    assert {name: one["target"] for name, one in made.attribution.items()} == {
        "saliency-Ahr__Arnt": "Ahr::Arnt",
        "saliency-2": 2,
        "mine-Ahr__Arnt": "Ahr::Arnt",
        "mine-2": 2,
    }
    assert made.attribution["mine-2"]["method"] == "deep_shap"
    shown = [method for method, _ in Layout(made).rows_of_logos("mine", "cnn-2")]
    assert shown == ["saliency-Ahr__Arnt", "mine-Ahr__Arnt"]
    # A single one, in a list or not, by name or by index.
    for target, names in (
        ("MAX", ["saliency", "mine"]),
        (0, ["saliency", "mine"]),
        ([0], ["saliency-0", "mine-0"]),
    ):
        assert list(plan(attribution={"methods": methods, "target": target}, **changes).attribution) == names
    for target in ("YY1", 3, ["SP1", "YY1"], ["SP1", 3]):
        with pytest.raises(
            UserError, match=r"(YY1'|3), but the targets of the dataset 'mine' are SP1, Ahr::Arnt, MAX"
        ):
            plan(attribution={"methods": methods, "target": target}, **changes)
    methods = {"saliency": {}, "saliency-0": {"method": "saliency"}}
    unknown = {"datasets": {"mine": {"type": "released", "file": "mine.h5"}}}
    with pytest.raises(UserError, match="saliency-0 becomes the folder 'saliency-0-0', which differs"):
        plan(attribution={"methods": methods, "target": ["0-0", 0]}, datasets=["mine"], define=unknown)


def test_targets_that_only_a_file_knows_are_checked_by_the_job():
    # A released array without names of targets in its definition.
    define = {"datasets": {"mine": {"type": "released", "file": "mine.h5"}}}
    made = plan(datasets=["mine"], define=define, attribution={"methods": {"saliency": {}}, "target": 7})
    assert made.attribution["saliency"]["target"] == 7


@pytest.mark.parametrize("target", [-1, True, [], ["SP1", "SP1"], [1.5], ""])
def test_what_is_no_target(target):
    with pytest.raises(UserError, match=r"attribution.target"):
        plan(attribution={"methods": {"saliency": {}}, "target": target})


def test_their_files():
    settings = {"unchanged": {}, "low": {"filters": {"threshold": 0.1}}}
    grid = [{"architectures": ["cnn-2"], "activations": ["relu"], "settings": settings, "seeds": 2}]
    made = plan(attribution={"methods": {"saliency": {}, "deep_shap": {}}}, grid=grid)
    run = "results/mine/synthetic/cnn-2/relu/seed-"
    # The setting shares the models of the protocol as it stands, and so what they say.
    assert Layout(made).of_attributions("attributions.h5", "synthetic") == [
        f"{run}{seed}/attribution/{method}/attributions.h5"
        for method in ("saliency", "deep_shap")
        for seed in (1, 2)
    ]
    assert made.model_of(RunKey("synthetic", "cnn-2", "relu", "low", 1)).setting == ""
    # The report says how long they took.
    timed = [path for path in Layout(made).benchmarks("synthetic") if "attribute" in path]
    assert timed[1:3] == [
        f"{run}2/benchmarks/attribute_sequences-saliency.tsv",
        f"{run}1/benchmarks/attribute_sequences-deep_shap.tsv",
    ]


def test_logos_are_of_the_first_seed_of_each_network_of_an_architecture():
    settings = {"unchanged": {}, "low": {"filters": {"threshold": 0.1}}, "long": {"training": {"epochs": 3}}}
    grid = [
        {"architectures": ["cnn-2"], "activations": ["relu", "exponential"], "seeds": [4, 2]},
        {"architectures": ["cnn-50"], "activations": ["relu"], "settings": settings, "seeds": [1]},
    ]
    made = plan(attribution={"methods": {"saliency": {}, "deep_shap": {}}}, grid=grid)
    layout = Layout(made)
    figures = [path for path in layout.figures_of("") if "attribution_logos" in path]
    folder = "results/mine/figures/synthetic/attribution_logos"
    assert figures == [f"{folder}-cnn-2.png", f"{folder}-cnn-50.png"]
    rows = layout.rows_of_logos("synthetic", "cnn-2")
    assert [(method, key.activation, key.seed) for method, key in rows] == [
        ("saliency", "relu", 4), ("saliency", "exponential", 4),
        ("deep_shap", "relu", 4), ("deep_shap", "exponential", 4),
    ]  # fmt: skip
    # A setting with the same training shares the model, and so its attributions.
    shown = [
        key.setting for method, key in layout.rows_of_logos("synthetic", "cnn-50") if method == "saliency"
    ]
    assert shown == ["", "long"]
    assert made.config["attribution"]["logos"] == {"sequences": 2, "choose": "first", "length": 200}


def test_tf_modisco_takes_the_first_method_that_it_can():
    usable = {"method": "deep_shap", "times": "difference"}
    made = plan(
        attribution={
            "methods": {
                "saliency": {},
                "deep_shap": {},
                "no": usable | {"corrected": True},
                "one": usable,
                "two": usable,
            },
            "modisco": {},
        }
    )
    assert list(made.attribution) == ["saliency", "deep_shap", "no", "one", "two"]
    assert made.modisco == {
        "method": "one", "core": 15, "flank": 5, "trim": 20, "initial_flank": 5, "max_seqlets": 20000, "leiden_runs": 2,
        "trim_at": 0.3,
    }  # fmt: skip
    assert (
        plan(attribution={"methods": {"one": usable, "two": usable}, "modisco": {"method": "two"}}).modisco[
            "method"
        ]
        == "two"
    )
    assert look_up(made, "trim_at") == 0.3
    # Where patterns are trimmed does not concern the search.
    assert not {"method", "trim_at"} & look_up(made, "modisco").keys()


def test_tf_modisco_alone_brings_a_method():
    made = plan(attribution={"modisco": {}})
    assert list(made.attribution) == ["deep_shap_difference"]
    assert made.attribution["deep_shap_difference"].items() >= {
        "method": "deep_shap", "times": "difference", "output": "logit", "references": "dinucleotide",
    }.items()  # fmt: skip
    assert made.modisco["method"] == "deep_shap_difference"
    with pytest.raises(
        UserError, match=r"the experiment does not use TF-MoDISco; write attribution: \{modisco"
    ):
        look_up(plan(attribution={"methods": {"saliency": {}}}), "modisco")


@pytest.mark.parametrize(
    ("modisco", "sentence"),
    [
        (
            {"method": "saliency"},
            "method is 'saliency', which is not deep_shap with times: difference, uncorrected; write deep",
        ),
        ({"method": "deep_shop"}, r"no attribution method 'deep_shop' \(attribution.modisco.method\)"),
        ({"cores": 3}, "no key 'cores' in attribution.modisco"),
        ({"trim_at": 30}, "modisco.trim_at is 30, but must be at most 1"),
    ],
)
def test_what_tf_modisco_refuses(modisco, sentence):
    with pytest.raises(UserError, match=sentence):
        plan(attribution={"methods": {"saliency": {}}, "modisco": modisco})


def test_a_method_with_the_name_of_the_one_that_tf_modisco_brings():
    options = {"method": "deep_shap", "times": "difference"}
    made = plan(attribution={"methods": {"deep_shap_difference": options}, "modisco": {}})
    assert made.modisco["method"] == "deep_shap_difference"
    methods = {"deep_shap_difference": options | {"corrected": True}}
    with pytest.raises(
        UserError, match=r"cannot use attribution\.methods\.deep_shap_difference .*another name"
    ):
        plan(attribution={"methods": methods, "modisco": {}})


def test_files_and_panels_of_tf_modisco():
    settings = {"unchanged": {}, "strict": {"matching": {"relevant": "strict"}}}
    grid = [
        {
            "architectures": ["cnn-2"],
            "activations": ["relu"],
            "settings": settings,
            "seeds": 1,
            "layers": [1, 2],
        }
    ]
    panels = [["cnn-2", "relu"], ["cnn-2", "relu", 2], ["cnn-2", "relu", "strict"]]
    more = {"grid": grid, "report": {"sheets": [{"title": "One", "panels": panels}]}}
    layout = Layout(plan(attribution={"modisco": {}}, **more))
    run = "results/mine/synthetic/cnn-2/relu"
    patterns = [path for path in layout.summaries("synthetic") if "modisco" in path]
    assert patterns == [f"{run}/seed-1/modisco/summary.json", f"{run}/strict/seed-1/modisco/summary.json"]
    # Once for each network, with the motifs of the model that it shares.
    shown = layout.panels("synthetic", 1)
    assert [panel.label.partition("seed 1")[2] for panel in shown] == ["", ": modisco", "", "", ": modisco"]
    assert shown[4] == (
        "cnn-2 relu, strict, seed 1: modisco",
        f"{run}/seed-1/modisco/patterns.meme",
        f"{run}/strict/seed-1/modisco/matches.tsv",
        "modisco",
    )
    assert [panel.variant for panel in Layout(plan(**more)).panels("synthetic", 1)] == ["trained"] * 3


def test_a_proxy_is_made_where_the_truth_is_not_known():
    define = {"datasets": {"mine": {"type": "simulate", "motifs": ["SP1", "MAX"]}}}
    asked = {"methods": {"saliency": {}}, "proxy": {}}
    grid = [{"architectures": ["cnn-2"], "activations": ["relu"], "seeds": 1}]
    made = plan(datasets=["mine", "regulatory_code"], define=define, grid=grid, attribution=asked)
    assert made.proxy == 1e-4
    layout, file = Layout(made), "cnn-2/relu/seed-1/attribution/saliency"
    assert layout.attribution_scores("") == [
        f"results/mine/mine/{file}/proxy.json",
        f"results/mine/regulatory_code/{file}/scores.json",
    ]
    assert layout.attribution_table_of("mine/") == ["results/mine/mine/tables/attributions.tsv"]
    assert plan(attribution={"methods": {"saliency": {}}, "proxy": {"pvalue": 0.01}}).proxy == 0.01
    assert plan(attribution={"methods": {"saliency": {}}}).proxy is None
    assert list(plan(attribution={"proxy": {}}).attribution) == ["deep_shap_difference"]
    assert list(plan(attribution={"proxy": {}, "methods": {"saliency": {}}}).attribution) == ["saliency"]
    assert (
        Layout(
            plan(datasets=["mine"], define=define, attribution={"methods": {"saliency": {}}})
        ).attribution_scores("")
        == []
    )


CORE = {"motifs": ["SP1", "MAX"], "negatives": {"target": "bound", "motifs": ["MA0139.1"]}}


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        (CORE, True),
        # Of several targets, a motif says nothing about the others'.
        ({"motifs": ["SP1", "MAX"]}, False),
        ({"motifs": ["SP1"]}, True),
    ],
)
def test_planted_motifs_are_looked_for_where_there_is_one_target(changes, known):
    define = {"datasets": {"mine": {"type": "simulate", **changes}}}
    asked = {"methods": {"saliency": {}}}
    layout = Layout(plan(datasets=["mine"], define=define, attribution=asked, seeds=1))
    scores = ["results/mine/mine/cnn-2/relu/seed-1/attribution/saliency/scores.json"]
    assert layout.attribution_scores("") == (scores if known else [])
    assert layout.attribution_table_of("") == (["results/mine/tables/attributions.tsv"] if known else [])
    assert Layout(plan(datasets=["mine"], define=define)).attribution_table_of("") == []
    # The figure that is drawn from them.
    figure = ["results/mine/figures/mine/attribution_accuracy.png"] if known else []
    assert [path for path in layout.figures_of("") if "accuracy" in path] == figure
    assert not any(
        "attribution" in path for path in Layout(plan(datasets=["mine"], define=define)).figures_of("")
    )


def test_a_sweep_may_be_of_methods():
    methods = {
        "few": {"method": "deep_shap", "n_references": 1},
        "many": {"method": "deep_shap", "n_references": 9},
    }
    sweep = {"title": "References", "axis": "number", "values": {"few": 1, "many": 9}}
    made = plan(attribution={"methods": methods}, report={"sweeps": [sweep]})
    assert look_up(made, "sweeps")[0]["values"] == {"few": 1, "many": 9}
    sweep["values"] = {"few": 1, "mani": 9}
    with pytest.raises(
        UserError, match=r"no activation, setting or attribution method 'mani' .* mean 'many'"
    ):
        plan(attribution={"methods": methods}, report={"sweeps": [sweep]})


@pytest.mark.parametrize(
    ("methods", "sentence"),
    [
        ({"salience": {}}, r"'salience' \(attribution.methods.salience\); did you mean 'saliency'"),
        ({"mine": {"method": "grad"}}, "no attribution method 'grad'"),
        ({"mine": {}}, "no attribution method 'mine'"),
        ({"saliency": {"steps": 3}}, "no key 'steps' in attribution.methods.saliency; its keys are method, output"),
        ({"deep_shap": {"references": "shuffled"}}, "references is 'shuffled'; write 'permuted', 'dinucleotide'"),
        ({"deep_shap": {}, "Deep_SHAP": {"method": "deep_shap"}}, "the folder 'Deep_SHAP', which differs from another"),
        ({"a/b": {"method": "saliency"}}, "becomes part of a path"),
        ({}, "attribution.methods is empty"),
    ],
)  # fmt: skip
def test_what_is_refused(methods, sentence):
    with pytest.raises(UserError, match=sentence):
        plan(attribution={"methods": methods})


def test_the_schema_describes_every_method():
    assert tuple(OPTIONS) == METHODS


@pytest.mark.parametrize("name", METHODS)
def test_the_schema_describes_every_option(name):
    function = getattr(importlib.import_module(f"motifcnn.interpretation.attribution.{name}"), name)
    common = set(inspect.signature(attribute).parameters) & {"output", "corrected"}
    parameters = inspect.signature(function).parameters.values()
    own = {one.name for one in parameters if one.kind is inspect.Parameter.KEYWORD_ONLY}
    assert set(OPTIONS[name]["properties"]) == {"method"} | common | own
