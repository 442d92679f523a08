"""Files of published values"""

import contextlib

import numpy as np
import pytest
import yaml
from motifcnn.core.errors import UserError
from motifcnn.results.published import read_published
from toys.refusals import refused

from .hostile_yaml import OTHER_KINDS, SMALL_FILES_OF_MUCH
from .promises import promise
from .tampering import replaced, tampered, without

NETWORK = {"dataset": "d", "architecture": "a", "activation": "relu"}
VALUE = {"mean": 0.5, "sd": None, "kind": "approx", "source": "t"}
STATEMENT = {"says": "so", "source": "t", "dataset": "d", "metric": "aupr", "networks": [["a", "relu"]]}
WHOLE = {
    "name": "A 2019",
    "citation": "A",
    "url": "https://example.org",
    "epochs": 3,
    "also_on": {"d": ["again"]},
    "notes": ["one"],
    "sources": {"t": "Table 1"},
    "rows": [
        NETWORK | {"setting": "s", "layer": 1, "n_seeds": 5, "aupr": VALUE},
        NETWORK
        | {
            "n_seeds": 5,
            "aupr": {"median": 0.5, "quartiles": [0.4, 0.6], "kind": "digitised_median", "source": "t"},
        },
        NETWORK | {"method": "saliency", "n_seeds": 5, "attribution_auroc": VALUE},
    ],
    "shares": {
        "kind": "exact",
        "source": "t",
        "motifs": ["SP1", "YY1"],
        "rows": [NETWORK | {"values": [1, 0.2]}],
    },
    "families": {"GATA": ["GATA1"]},
    "comparisons": [NETWORK | {"other": "elu", "metric": "aupr", "p": 1e-3, "source": "t"}],
    "statements": [
        STATEMENT | {"name": "least", "at_least": 0.3},
        STATEMENT | {"name": "within", "within": [0.3, 0.4]},
        STATEMENT | {"name": "order", "networks": [["a", "relu"], ["b", "relu"]], "order": "falling"},
        STATEMENT | {"name": "above", "above": [["b", "relu"]]},
    ],
}


@pytest.fixture
def read(tmp_path):
    """Read a file with this content."""

    def read(content):
        path = tmp_path / "paper.yaml"
        path.write_bytes(content if isinstance(content, bytes) else yaml.safe_dump(content).encode())
        return read_published(path)

    return read


def test_the_whole_file_is_good(read):
    assert len(read(WHOLE).statements) == 4


@promise(
    "a file that is no text, or of which a reader of YAML hangs",
    "one sentence with its path",
    {
        name: (content.encode() if isinstance(content, str) else content, sentence)
        for name, (content, sentence) in {**SMALL_FILES_OF_MUCH, **OTHER_KINDS}.items()
        if content is not None
    },
)
def test_any_file_in_its_place(case, read):
    content, sentence = case
    with refused("paper.yaml", sentence):
        read(content)


FIRST, MEDIAN = ("rows", 0, "aupr"), ("rows", 1, "aupr")


@promise(
    "values that are none, or do not fit their row",
    "one sentence with the row",
    {
        "an empty file": (b"", "the file lacks name, citation, sources, rows"),
        "no row": (without(WHOLE, "rows"), "the file lacks rows"),
        "a list of sources": (replaced(WHOLE, "sources", by=["t"]), "sources must be a group of keys"),
        "text as a row": (replaced(WHOLE, "rows", 0, by="d a relu"), "row 1 must be a mapping with the keys dataset"),
        "a number as a key": (replaced(WHOLE, "rows", 0, by={1: 2}), "row 1 has the unknown key 1; known are dataset"),
        "a number as a value": (replaced(WHOLE, *FIRST, by=0.5), "row 1, aupr must be a mapping with the keys mean"),
        "a list as a source": (replaced(WHOLE, *FIRST, "source", by=["t"]), "row 1, aupr names the source ['t'], whi"),
        "a mean of 400 digits": (replaced(WHOLE, *FIRST, "mean", by=10**400), "row 1, aupr has the mean 1000000000"),
        "an infinite mean": (replaced(WHOLE, *FIRST, "mean", by=np.inf), "row 1, aupr has the mean inf; write a numb"),
        "yes as a sd": (replaced(WHOLE, *FIRST, "sd", by=True), "the sd True; write a number from 0 on, or null"),
        "no sd": (without(WHOLE, *FIRST, "sd"), "row 1, aupr lacks sd"),
        "a list as a kind": (replaced(WHOLE, *FIRST, "kind", by=["exact"]), "the kind ['exact']; write one of exact"),
        "five in quotes": (replaced(WHOLE, "rows", 0, "n_seeds", by="5"), "n_seeds '5'; write a whole number from 1"),
        "half a layer": (replaced(WHOLE, "rows", 0, "layer", by=1.5), "row 1 has the layer 1.5; write a whole number"),
        "attributions of a layer": (replaced(WHOLE, "rows", 2, "layer", by=2), "row 3 has a method and layer 2; attri"),
        "a score by a method": (replaced(WHOLE, "rows", 2, "aupr", by=VALUE), "row 3 has the unknown key aupr; known"),
        "three quartiles": (replaced(WHOLE, *MEDIAN, "quartiles", by=[0.3, 0.4, 0.6]), "write two numbers with the"),
        "quartiles the wrong way": (replaced(WHOLE, *MEDIAN, "quartiles", by=[0.6, 0.4]), "with the median between"),
        "quartiles in words": (replaced(WHOLE, *MEDIAN, "quartiles", by="0.4 to 0.6"), "the quartiles '0.4 to 0.6'"),
        "a list of shares": (replaced(WHOLE, "shares", by=[]), "shares must be a group of keys"),
        "no motifs": (replaced(WHOLE, "shares", "motifs", by=None), "shares, motifs, must be a list of names such as"),
        "letters as motifs": (replaced(WHOLE, "shares", "motifs", by="SP"), "shares, motifs, must be a list of names"),
        "a list as a motif": (replaced(WHOLE, "shares", "motifs", 0, by=["SP1"]), "motifs, must be a list of names"),
        "no rows of shares": (replaced(WHOLE, "shares", "rows", by=None), "shares, rows, must be a list"),
        "digits as shares": (replaced(WHOLE, "shares", "rows", 0, "values", by="10"), "row 1, values, must be a list"),
        "a share of NaN": (replaced(WHOLE, "shares", "rows", 0, "values", 0, by=np.nan), "the share nan for SP1; wri"),
        "an empty family": (replaced(WHOLE, "families", "GATA", by=[]), "GATA, must be a list of names such as [GATA1"),
        "no comparison": (replaced(WHOLE, "comparisons", 0, by=None), "comparison 1 must be a mapping with the keys"),
        "p in words": (replaced(WHOLE, "comparisons", 0, "p", by="<0.05"), "has p '<0.05'; write a number from 0 to 1"),
        "a source of keys": (replaced(WHOLE, "comparisons", 0, "source", by={"t": 1}), "names the source {'t': 1}, wh"),
    },
)  # fmt: skip
def test_values(case, read):
    content, sentence = case
    with refused("paper.yaml: ", sentence):
        read(content)


def about(number, to, *path):
    return replaced(WHOLE, "statements", number, *path, by=to)


@promise(
    "a statement that says nothing, or contradicts itself",
    "one sentence with its number and name",
    {
        "in words": (about(0, "exponential is better"), "statement 1 must be a mapping with the keys name, says"),
        "no source": (about(0, None, "source"), "statement 1 (least) names the source None, which sources: does"),
        "no networks": (about(0, None, "networks"), "statement 1 (least), networks must be a list such as [[cnn-1"),
        "numbers as networks": (about(0, [[1, 2]], "networks"), "[1, 2] is not a network; write [architecture"),
        "a network twice": (about(0, [["a", "relu"]] * 2, "networks"), "networks has a relu twice; keep one"),
        "a layer's score": (about(0, [["a", "relu", 2]], "networks"), "has layer 2, but aupr is a score of the"),
        "no rule": (without(WHOLE, "statements", 0, "at_least"), "must have exactly one of at_least, at_most, within"),
        "two rules": (about(0, 0.5, "at_most"), "exactly one of at_least, at_most, within, order, above, above_"),
        "a percentage": (about(0, 95, "at_least"), "at_least has 95; aupr lies between 0 and 1"),
        "a bound of NaN": (about(0, np.nan, "at_least"), "at_least has nan; write a number"),
        "bounds the wrong way": (about(1, [0.4, 0.3], "within"), "within is [0.4, 0.3]; write the lower number"),
        "one bound of two": (about(1, 0.4, "within"), "within is 0.4; write two numbers such as [0.6, 0.7]"),
        "another order": (about(2, "up", "order"), "order is 'up'; write falling or rising"),
        "an order of one": (about(2, [["a", "relu"]], "networks"), "order needs at least two networks"),
        "above itself": (about(3, [["a", "relu"]], "above"), "above has a relu on both sides"),
        "another one's name": (about(1, "least", "name"), "has the name of another one; write another name"),
        "no metric": (about(0, None, "metric"), "has the metric None; write one of auroc, aupr, match_any"),
    },
)  # fmt: skip
def test_statements(case, read):
    content, sentence = case
    with refused("paper.yaml: statement ", sentence):
        read(content)


@promise("something else in place of anything in the file", "values, or one sentence", 300)
def test_anything_in_place_of_anything(read):
    for content in tampered(WHOLE, 300):
        with contextlib.suppress(UserError):
            read(content)
