"""The environments name the packages that the scripts of their rules import, and no others, at one version each."""

import re

import pytest
import yaml
from infrastructure.environment_files import (
    ENVIRONMENTS,
    OF_RULES,
    RULES,
    directive,
    environment_of,
    needed,
    pins,
    script_of,
    specs,
)

from .conftest import ROOT

# Python runs the scripts; the program tomtom is found on the PATH and imported by none, nor is pip.
WITH_PIP = {"python", "pip"}
NOT_IMPORTED = {"meme.yaml": {"python", "meme"}, "attribution.yaml": WITH_PIP, "modisco.yaml": WITH_PIP}


def test_there_are_rules():
    assert {"simulate_dataset", "train_model", "extract_filters", "match_motifs", "make_report"} <= set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_has_log_message_environment_and_code(name):
    assert all(directive(name, part) for part in ("log", "message", "conda", "script")), RULES[name]
    # Gigabytes are not downloaded again for an edit of the downloader.
    digest = rf'code=(?:lambda \w+: )?code_digest\(\s*"{re.escape(script_of(name))}"'
    assert name.startswith("download_") or re.search(digest, RULES[name]), (
        "params: code= names another script"
    )


@pytest.mark.parametrize("name", RULES)
def test_the_files_that_a_rule_names_exist(name):
    for part in ("conda", "script"):
        assert (ROOT / "workflow/rules" / directive(name, part)).is_file()
    for caption in re.findall(r'caption="([^"]+)"', RULES[name]):
        assert (ROOT / "workflow/rules" / caption).is_file()


@pytest.mark.parametrize("name", RULES)
def test_the_environment_has_what_the_script_imports(name):
    assert needed(script_of(name)) <= set(pins(environment_of(name)))


def test_every_environment_is_used():
    assert {environment_of(name) for name in RULES} == set(OF_RULES)


@pytest.mark.parametrize("path", OF_RULES, ids=lambda path: path.name)
def test_an_environment_has_nothing_that_no_script_imports(path):
    scripts = [script_of(name) for name in RULES if environment_of(name) == path]
    assert set(pins(path)) == set().union(*map(needed, scripts)) | NOT_IMPORTED.get(path.name, {"python"})


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_channels_are_strict(path):
    assert yaml.safe_load(path.read_text())["channels"] == ["conda-forge", "bioconda", "nodefaults"]


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.name)
def test_conda_understands_every_spec(path):
    rattler = pytest.importorskip("rattler", reason="py-rattler, which reads specs as conda does, is missing")
    for spec in specs(path):
        rattler.MatchSpec(spec, strict=True)


def test_pins_agree():
    lines = (ROOT / "envs/venv.txt").read_text().splitlines()
    venv = dict(line.lower().split("==") for line in lines if line and not line.startswith("#"))
    for path in ENVIRONMENTS:
        for name, version in pins(path).items():
            # Python itself and pip come from the machine in the one case; MEME is no Python package, and .venv is
            # without what needs packages under the GPL.
            if name not in ("python", "meme", "pip", "modisco-lite"):
                assert venv[name] == version, f"{path.name}: {name}"
