"""The environments name every package that a rule's script imports, at one version each."""

import ast
import re
import sys

import pytest
import yaml
from motifcnn.code_digest import sources_of

from .conftest import ROOT

SCRIPTS = ROOT / "workflow/scripts"
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
# How conda, and an import, call what pip calls by its own name.
FROM_CONDA = {"pytorch": "torch", "matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}
FROM_IMPORT = {"sklearn": "scikit-learn", "yaml": "pyyaml", "PIL": "pillow", "pyBigWig": "pybigwig"}
EXACT = re.compile(r"^(?:[a-z]+::)?([a-z0-9-]+) =(\d+(?:\.\d+)+)$")


def rules():
    """(name, text) of every rule that is written out."""
    for path in sorted((ROOT / "workflow/rules").glob("*.smk")):
        parts = re.split(r"^rule (\w+):\n", path.read_text(), flags=re.M)
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            yield name, re.split(r"^\S", text, flags=re.M)[0]


RULES = dict(rules())


def directive(text, name):
    found = re.search(rf'^    {name}:\n        f?"(.*)"', text, re.M)
    return found[1] if found else None


def pins(path):
    found = {}
    for line in yaml.safe_load(path.read_text())["dependencies"]:
        match = EXACT.match(line)
        assert match, f"{path.name}: {line} is not an exact pin such as 'numpy =2.4.6'"
        found[FROM_CONDA.get(match[1], match[1])] = match[2]
    return found


def third_party(script):
    """Names, as pip has them, of the packages that a script and its modules import."""
    names = set()
    for source in sources_of(SCRIPTS, script):
        if not source.endswith(".py"):
            continue
        for node in ast.walk(ast.parse((SCRIPTS / source).read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    names -= {*sys.stdlib_module_names, "motifcnn"}
    return {FROM_IMPORT.get(name, name) for name in names}


def test_there_are_rules():
    assert {"simulate_dataset", "train_model", "extract_filters", "match_motifs", "make_report"} <= set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_log_message_environment_and_code(name):
    text = RULES[name]
    assert all(directive(text, part) for part in ("log", "message", "conda", "script")), text
    script = directive(text, "script").removeprefix("../scripts/")
    # Gigabytes are not downloaded again for an edit of the downloader.
    assert name.startswith("download_") or re.search(rf'code=code_digest\(\s*"{re.escape(script)}"', text), (
        "params: code= names another script"
    )


@pytest.mark.parametrize("name", RULES)
def test_the_files_that_a_rule_names_exist(name):
    for part in ("conda", "script"):
        assert (ROOT / "workflow/rules" / directive(RULES[name], part)).is_file()
    for caption in re.findall(r'caption="([^"]+)"', RULES[name]):
        assert (ROOT / "workflow/rules" / caption).is_file()


@pytest.mark.parametrize("name", RULES)
def test_the_environment_has_what_the_script_imports(name):
    environment = pins((ROOT / "workflow/rules" / directive(RULES[name], "conda")).resolve())
    script = directive(RULES[name], "script").removeprefix("../scripts/")
    assert third_party(script) <= set(environment)


def test_every_environment_is_used():
    used = {directive(text, "conda").rpartition("/")[2] for text in RULES.values()}
    assert used | {"snakemake.yaml"} == {path.name for path in ENVIRONMENTS}


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_channels_are_strict(path):
    assert yaml.safe_load(path.read_text())["channels"] == ["conda-forge", "bioconda", "nodefaults"]


def test_pins_agree():
    lines = (ROOT / "envs/venv.txt").read_text().splitlines()
    venv = dict(line.lower().split("==") for line in lines if line and not line.startswith("#"))
    for path in ENVIRONMENTS:
        for name, version in pins(path).items():
            # Python itself comes from the machine in the one case; MEME is no Python package.
            if name not in ("python", "meme"):
                assert venv[name] == version, f"{path.name}: {name}"
