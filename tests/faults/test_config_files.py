"""Configuration files"""

import contextlib
import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from motifcnn.core.errors import UserError
from motifcnn.experiment.config import make_plan
from motifcnn.experiment.yaml_file import read_yaml
from toys.plan_builder import plan
from toys.refusals import refused

from .promises import promise

TENFOLD = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
MERGED = "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}\n" for n in range(1, 10))


@promise(
    "a file that hangs or exhausts a reader of YAML",
    "one sentence at once",
    {
        "an alias in its own list": (
            "title: &a [*a]\n",
            "line 1, has an alias that contains itself; write out",
        ),
        "an alias in its own keys": ("a: 1\nb: &b {c: *b}\n", "line 2, has an alias that contains itself"),
        "an alias that merges itself": ("a: &a {<<: *a}\n", "line 1, has an alias that contains itself"),
        "billion laughs": (f"a0: &a0 [1, 1]\n{TENFOLD}", "has more than 100,000 values once its aliases"),
        "billion merges": (f"a0: &a0 {{b: 1}}\n{MERGED}", "has more than 100,000 values once its aliases"),
        "3,000 levels": (f"a: {'[' * 3000}{']' * 3000}", "nests more than 50 levels deep"),
        "60 levels": (f"a: {'[' * 60}{']' * 60}", "nests more than 50 levels deep"),
        "two megabytes": ("#" * 2_000_000, "has 2,000,000 bytes, but a configuration has at most 1,048,576"),
    },
)
def test_a_small_file_of_much(case, tmp_path):
    content, sentence = case
    path = tmp_path / "config.yaml"
    path.write_text(content)
    with refused(sentence, start=str(path)):
        read_yaml(path)


@promise(
    "a file that is no text, or no configuration",
    "one sentence with its path and, where there is one, the line",
    {
        "missing": (None, "cannot read "),
        "Latin-1": (b"title: caf\xe9", "is not text in UTF-8 (byte 11); save it as UTF-8"),
        "UTF-16": ("title: x".encode("utf-16"), "is not text in UTF-8 (byte 1); save it as UTF-8"),
        "gzip": (b"\x1f\x8b\x08\x00", "is not text in UTF-8 (byte 2); save it as UTF-8, or unpack it"),
        "NUL bytes": (b"title: \0", "is not valid YAML (unacceptable character #x0000"),
        "a tab for indentation": (b"a:\n\tb: 1", "is not valid YAML (while scanning for the next token"),
        "an open bracket": (b"a: [1", "is not valid YAML (while parsing a flow sequence"),
        "two documents": (b"a: 1\n---\nb: 1", "is not valid YAML (expected a single document"),
        "a Python object": (b"a: !!python/object:os.system {}", "is not valid YAML (could not determine"),
        "a template of YTE": (
            b"__use_yte__: true\na: ?open('x', 'w')",
            "asks Snakemake to run code in the file",
        ),
        "text alone": (b"hello", "is not a group of keys; write 'key: value'"),
        "a list": (b"- a", "is not a group of keys; write 'key: value'"),
        "a key twice": (b"a: 1\nb: 2\na: 3", "in lines 1 and 3; YAML silently takes the second, so keep one"),
        "a list as a key": (b"? [a]\n: b", "line 1, has a key that is not text"),
        "a number of 5,000 digits": (b"seeds: " + b"9" * 5000, "has a value that YAML cannot read (Exceeds"),
        "a date that is none": (
            b"a: 2020-99-99",
            "has a value that YAML cannot read (month must be in 1..12",
        ),
        "a tag that does not fit": (b"a: !!bool maybe", "has a value that YAML cannot read ('maybe')"),
        "an undefined alias": (b"a: *b", "is not valid YAML (found undefined alias"),
    },
)
def test_a_file_of_another_kind(case, tmp_path):
    content, sentence = case
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content)
    with refused(sentence, str(path)):
        read_yaml(path)


@promise(
    "a named pipe or a folder as the file",
    "one sentence, without waiting",
    {"pipe": os.mkfifo, "folder": os.mkdir},
)
def test_what_is_no_ordinary_file(case, tmp_path):
    path = tmp_path / "config.yaml"
    case(path)
    with refused(f"{path} is not an ordinary file; give a YAML file"):
        read_yaml(path)


@promise("a key that stands twice in a list", "one sentence with both lines", 1)
def test_a_repeated_key_deep_inside(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("seeds: 1\ngrid:\n  - {a: 1}\n  - a: 1\n    b: 2\n    a: 3\n")
    with refused("config.yaml, in lines 4 and 6; YAML", start="grid, item 2: a stands twice in "):
        read_yaml(path)


def test_aliases_that_mean_little_are_fine(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("\ufeffa: &a {x: 1}\nb: [*a, *a]\nc: {<<: *a, y: 2}\n", encoding="utf-8")
    assert read_yaml(path) == {"a": {"x": 1}, "b": [{"x": 1}, {"x": 1}], "c": {"x": 1, "y": 2}}
    path.write_text("")
    assert read_yaml(path) == {}


@promise(
    "a name that is no good part of a path",
    "one sentence",
    {
        "a final line feed": ("kill\n", 'the name "kill\\n" (experiment) becomes part of a path'),
        "a blank": ("a b", "the name 'a b' (experiment) becomes part of a path"),
        "a folder": ("../a", "the name '../a' (experiment) becomes part of a path"),
        "empty": ("", "the name '' (experiment) becomes part of a path"),
        "300 letters": ("a" * 300, "experiment has 300 letters, but may have at most 100"),
    },
)
def test_names(case):
    name, sentence = case
    with refused(start=sentence):
        plan(experiment=name)


def accepts(content: bytes, path) -> None:
    path.write_bytes(content)
    with contextlib.suppress(UserError):
        make_plan(read_yaml(path))


PIECES = [
    "experiment: e", "datasets: [synthetic]", "grid: [{architectures: [cnn-2], activations: [relu]}]", "seeds: 1",
    "define:", "  datasets:", "&a", "*a", "<<:", "? ", ": ", "- ", "[", "]", "{", "}", "!!int ", "!!set ", "1e999",
    ".nan", "null", "9" * 30, "2001-01-01", "\n", "\t", "'", '"', "|", "%YAML 9", "---", "...", "protocol: {like: x}",
    "report:",
]  # fmt: skip


@promise("any bytes, and random YAML", "a plan or a `UserError`, nothing else", 120)
def test_any_configuration(tmp_path):
    path = tmp_path / "config.yaml"

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=60))
    def any_bytes(content):
        accepts(content, path)

    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(PIECES), max_size=12))
    def any_pieces(pieces):
        accepts("\n".join(pieces).encode(), path)

    any_bytes()
    any_pieces()
