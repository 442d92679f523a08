import pytest
from motifcnn.core.errors import UserError
from motifcnn.experiment.schema import check, complete, fill_defaults, nearest, resolve
from motifcnn.experiment.yaml_file import place
from toys.refusals import refused

DEFINITIONS = {
    "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._+-]*$"},
    "count": {"type": "integer", "minimum": 1, "description": "inner"},
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"$ref": "#/$defs/name", "examples": ["mine"]},
        "epochs": {"$ref": "#/$defs/count", "default": 20},
        "rate": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1, "default": 0.5},
        "window": {"type": ["integer", "string"], "enumText": ["filter"], "default": 19},
        "keep": {"enum": ["best", "last"], "default": "best"},
        "stop": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {"patience": {"type": "integer", "default": 5}},
            "default": {},
        },
        "shares": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}},
        "names": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"$ref": "#/$defs/name"}},
        "deep": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"seed": {"type": "integer", "default": 1}},
        },
    },
}


def complaint(given):
    with pytest.raises(UserError) as caught:
        check({"name": "x", **given}, SCHEMA, DEFINITIONS)
    return str(caught.value)


def test_good_data_pass():
    check(
        {"name": "a-1.b", "window": "filter", "rate": 0.25, "stop": None, "shares": [1, 2.5]},
        SCHEMA,
        DEFINITIONS,
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"epohcs": 3}, "there is no key 'epohcs' in the configuration; did you mean 'epochs'?"),
        ({"seed": 3}, "there is no key 'seed' in the configuration; it belongs to deep.seed"),
        ({"deep": {"zzz": 3}}, "there is no key 'zzz' in deep; its keys are seed"),
        ({"epochs": "20"}, "epochs is the text '20', but must be a whole number; write 20 without quotes"),
        ({"rate": "1e-3"}, "rate is the text '1e-3', but must be a number; write 1.0e-3 without quotes"),
        ({"rate": "5e3"}, "rate is the text '5e3', but must be a number; write 5.0e+3 without quotes"),
        ({"epochs": 2.5}, "epochs is 2.5, but must be a whole number"),
        ({"epochs": True}, "epochs is true, but must be a whole number"),
        ({"epochs": None}, "epochs is empty, but must be a whole number"),
        ({"epochs": -3}, "epochs is -3, but must be at least 1"),
        ({"rate": float("nan")}, "rate is NaN, but must be a number, for example 0.5"),
        ({"rate": 0}, "rate is 0, but must be more than 0"),
        ({"rate": 1}, "rate is 1, but must be less than 1"),
        ({"keep": "bset"}, "keep is 'bset'; did you mean 'best'? write 'best' or 'last'"),
        ({"keep": "x"}, "keep is 'x'; write 'best' or 'last'"),
        ({"window": "fliter"}, "window is 'fliter'; did you mean 'filter'? write 'filter' or a whole number"),
        ({"shares": [1]}, "shares has 1 items, but must have 2 items"),
        ({"names": []}, "names is an empty list, but must have at least 1"),
        ({"names": "a"}, "names is 'a', but must be a list; write [a]"),
        ({"names": ["a", "b", "a"]}, "names lists 'a' twice; write it once"),
        ({"name": 2019}, "name is the number 2019, but must be text; put it in quotes: '2019'"),
        (
            {"name": False},
            "name is false, but must be text; YAML reads yes, no, on, off, true and false as truth values, "
            "so put such a name in quotes",
        ),
        (
            {"names": ["a/b"]},
            "the name 'a/b' (names, item 1) becomes part of a path, so it may hold letters, digits and ._+- "
            "only, and must begin with a letter or digit",
        ),
        ({True: 1}, "the configuration has the key true, which YAML does not read as text; put it in quotes"),
    ],
)
def test_each_mistake_has_its_sentence(given, sentence):
    assert complaint(given) == sentence


def test_a_missing_key_names_an_example_and_a_misspelt_one_is_not_also_missing():
    with refused(start="the configuration lacks the key 'name'; add it, for example 'mine'"):
        check({}, SCHEMA, DEFINITIONS)
    with refused(start="there is no key 'nmae' in the configuration; did you mean 'name'?"):
        check({"nmae": "x"}, SCHEMA, DEFINITIONS)


def test_every_mistake_gets_a_line():
    assert complaint({"epochs": 0, "keep": "no"}).splitlines() == [
        "epochs is 0, but must be at least 1",
        "keep is 'no'; write 'best' or 'last'",
    ]


def test_where_it_stands_is_put_before_every_place():
    with refused(start="define.x.epochs is 0"):
        check({"name": "x", "epochs": 0}, SCHEMA, DEFINITIONS, "define.x")


def test_defaults_are_filled_in_the_order_of_the_schema():
    filled = fill_defaults({"shares": [1, 2], "name": "x"}, SCHEMA, DEFINITIONS)
    assert list(filled.items()) == [
        ("name", "x"), ("epochs", 20), ("rate", 0.5), ("window", 19), ("keep", "best"), ("stop", {"patience": 5}),
        ("shares", [1, 2]), ("deep", {"seed": 1}),
    ]  # fmt: skip


def test_null_is_kept_a_part_is_completed_and_what_was_given_stays_as_it_is():
    assert fill_defaults({"name": "x", "stop": None}, SCHEMA, DEFINITIONS)["stop"] is None
    given = {"name": "x", "deep": {}, "stop": {}}
    assert fill_defaults(given, SCHEMA, DEFINITIONS)["stop"] == {"patience": 5}
    assert given == {"name": "x", "deep": {}, "stop": {}}


def test_own_keys_win_over_what_is_referred_to():
    found = resolve({"$ref": "#/$defs/count", "description": "outer"}, DEFINITIONS)
    assert found == {"type": "integer", "minimum": 1, "description": "outer"}


def test_nearest_ignores_case_and_gives_up_on_strangers():
    assert nearest("RELU", ["relu", "linear"]) == "relu"
    assert nearest("quite different", ["relu", "linear"]) is None


def test_place_in_words():
    assert place(("grid", 1, "seeds")) == "grid, item 2: seeds"
    assert place((0,), "layers") == "layers, item 1"
    assert place(("a", "b")) == "a.b"


@pytest.mark.parametrize(
    ("section", "value", "completed"),
    [
        ("protocol.filters.clip", {}, {"information": 0.5, "pad": 3}),
        ("seeds", 3, 3),
        ("layer_types.dense", {"type": "dense", "units": 4}, None),
        ("define.databases", {"mine": {"file": "a"}}, {"mine": {"file": "a", "source": ""}}),
        # A definition that others refer to.
        ("urls", [{"url": "https://a/b"}], [{"url": "https://a/b", "size": None, "sha256": None}]),
    ],
)
def test_a_section_of_the_schema(section, value, completed):
    made = complete(value, section)
    assert made == (completed or value | {"norm": "batch", "activation": "relu", "dropout": 0})


@pytest.mark.parametrize(
    ("section", "value", "where", "sentence"),
    [
        (
            "protocol.filters",
            {"threshold": 2},
            None,
            "protocol.filters.threshold is 2, but must be at most 1",
        ),
        (
            "protocol.filters",
            {"threshold": 2},
            "--filters",
            "--filters.threshold is 2, but must be at most 1",
        ),
        ("protocol.filters", {"window": "wide"}, "filters", "write 'receptive_field' or a whole number"),
        (
            "protocol.filters",
            {"clip": 3},
            "filters",
            "filters.clip is 3, but must be a group of keys or null",
        ),
        ("protocol.filters", {"clip": {"bits": 1}}, "filters", "there is no key 'bits' in filters.clip"),
        ("protocol.filters", {"clip": {"pad": -1}}, "filters", "is -1, but must be at least 0"),
        ("protocol.matching.evalue", 0, None, "protocol.matching.evalue is 0, but must be more than 0"),
        ("protocol.matching", {"only_hit_ignored": "MA0615.1"}, None, "must be a list; write [MA0615.1]"),
        ("protocol.matching", {"relevant": "loose"}, None, "'auto', 'papers', 'strict', null or a group"),
        ("protocol.matching", {"relevant": {"X": "M"}}, None, "relevant.X is 'M', but must be"),
        ("protocol.matching", {"relevant": {"X": [1]}}, None, "item 1 is the number 1, but must be text"),
        ("protocol.matching", {"relevant": {"X": None}}, None, "relevant.X is empty, but must be a list"),
    ],
)
def test_a_mistake_in_a_section(section, value, where, sentence):
    with refused(sentence):
        complete(value, section, where)
