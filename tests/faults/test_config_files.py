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

from .hostile_yaml import OTHER_KINDS, SMALL_FILES_OF_MUCH
from .promises import promise


@promise(
    "a file that hangs or exhausts a reader of YAML",
    "one sentence at once",
    SMALL_FILES_OF_MUCH,
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
    OTHER_KINDS,
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
        "a command": ("$(reboot)", "the name '$(reboot)' (experiment) becomes part of a path"),
        "two commands": ("a;reboot", "the name 'a;reboot' (experiment) becomes part of a path"),
        "an option": ("-rf", "the name '-rf' (experiment) becomes part of a path"),
        "a hidden file": (".a", "the name '.a' (experiment) becomes part of a path"),
        "a wildcard of the shell": ("a*", "the name 'a*' (experiment) becomes part of a path"),
        "a wildcard of Snakemake": ("{a}", "the name '{a}' (experiment) becomes part of a path"),
        "letters that look alike": ("ａ", "the name 'ａ' (experiment) becomes part of a path"),
        "a change of direction": ("a\u202eb", 'the name "a\u202eb" (experiment) becomes part of a path'),
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
