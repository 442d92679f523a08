"""What a plan tells its user although nothing is wrong with it."""

import dataclasses

from toys.plan_builder import plan

OWN = {"define__architectures": {"net": {"module": "a.b:Net"}}}


def remarks(block, **changes):
    block = {"architectures": ["net", "cnn-2"], "activations": ["relu"]} | block
    return [sentence for _, sentence in plan(grid=[block], **OWN, **changes).remarks]


def test_keys_that_do_not_apply_to_a_module_of_ones_own():
    assert remarks({}) == []
    text = "does not apply to 'net', a module of your own, which initialises itself"
    assert remarks({}, protocol__training__output_bias=0) == [f"protocol.training: output_bias {text}"]
    he = {"training": {"initialisation": "he_normal", "order": ["dropout", "pool"], "epochs": 3}}
    (said,) = remarks({"settings": {"unchanged": None, "he": he, "low": {"filters": {"threshold": 0.3}}}})
    assert said.startswith("grid, item 1: settings.he: training: initialisation, order do not apply to 'net'")
    # Its penalty concerns any network.
    (said,) = remarks({}, protocol__training__first_layer={"initialisation": "he_normal", "l2": 0.1})
    assert said.startswith("protocol.training: first_layer.initialisation does not apply to 'net'")
    assert remarks({}, protocol__training__first_layer={"l2": 0.1}) == []
    assert remarks({"architectures": ["cnn-2"]}, protocol__training__output_bias=0) == []


def test_published_numbers_are_those_of_a_method_as_it_is():
    methods = {"saliency": {}, "deep_shap": {"n_references": 5, "corrected": False}}
    methods |= {"mine": {"method": "saliency", "corrected": True}}
    block, attribution = {"architectures": ["cnn-2"]}, {"methods": methods, "sequences": 9}
    (said,) = remarks(block, attribution=attribution, published="koo_ploenzke_2021")
    assert said.startswith(
        "attribution.methods.deep_shap has n_references of its own, but stands beside the published"
    )
    # Nothing to stand beside.
    assert remarks(block, attribution=attribution) == []


def test_remarks_on_datasets():
    own, zbed2 = ("", "all"), ("zbed2", "one")
    made = dataclasses.replace(plan(datasets=["zbed2", "synthetic"]), remarks=(own, zbed2))
    assert made.remarks_on(["zbed2", "synthetic"]) == made.remarks_on(["zbed2"]) == ["all", "one"]
    assert made.remarks_on(["synthetic"]) == ["all"]
