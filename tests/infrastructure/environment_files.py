"""What rules ask of their environments, and what the files in envs/ give them."""

import ast
import re
import sys
from pathlib import Path

import yaml
from motifcnn.adapters.code_digest import sources_of
from repository import ROOT

SCRIPTS = ROOT / "workflow/scripts"
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
# The environments of rules; envs/snakemake.yaml is that of Snakemake itself.
OF_RULES = [path for path in ENVIRONMENTS if path.name != "snakemake.yaml"]
# Those that every experiment may need: what TF-MoDISco needs is for those that ask for it.
OF_EVERY_EXPERIMENT = [path for path in OF_RULES if path.name != "modisco.yaml"]
# How conda, and an import, call what pip calls by its own name.
FROM_CONDA = {"pytorch": "torch", "matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}
FROM_IMPORT = {"sklearn": "scikit-learn", "yaml": "pyyaml", "PIL": "pillow", "pyBigWig": "pybigwig"}
FROM_IMPORT |= {"modiscolite": "modisco-lite"}
# Folders of modules that a script imports by name.
BY_NAME = {"attribute_sequences.py": "motifcnn/interpretation/attribution"}
EXACT = re.compile(r"^(?:[a-z]+::)?([a-z0-9-]+) =(\d+(?:\.\d+)+)$")


def _rules():
    for path in sorted((ROOT / "workflow/rules").glob("*.smk")):
        parts = re.split(r"^rule (\w+):\n", path.read_text(), flags=re.M)
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            yield name, re.split(r"^\S", text, flags=re.M)[0]


# The text of every rule that is written out.
RULES = dict(_rules())


def directive(rule: str, name: str) -> str | None:
    """Return the first string of a rule's directive, such as its conda file."""
    found = re.search(rf'^    {name}:\n        f?"(.*)"', RULES[rule], re.M)
    return found[1] if found else None


def script_of(rule: str) -> str:
    """Return the path of a rule's script below workflow/scripts."""
    return directive(rule, "script").removeprefix("../scripts/")


def environment_of(rule: str) -> Path:
    """Return the file of a rule's environment."""
    return (ROOT / "workflow/rules" / directive(rule, "conda")).resolve()


def specs(path: Path) -> list[str]:
    """Return the dependencies that conda installs, as they stand there."""
    return [line for line in _dependencies(path) if isinstance(line, str)]


def _dependencies(path: Path) -> list[str | dict[str, list[str]]]:
    return yaml.safe_load(path.read_text())["dependencies"]


def pins(path: Path) -> dict[str, str]:
    """Return the version of each package of an environment, by the name that pip has for it."""
    found = {}
    for line in specs(path):
        match = EXACT.match(line)
        assert match, f"{path.name}: {line} is not an exact pin such as 'numpy =2.4.6'"
        found[FROM_CONDA.get(match[1], match[1])] = match[2]
    by_pip = [line for part in _dependencies(path) if isinstance(part, dict) for line in part["pip"]]
    return found | dict(line.split("==") for line in by_pip)


def imported(script: str) -> set[str]:
    """Return the names of third-party modules that a script and our modules behind it import."""
    names = set()
    # No job looks anything up in the configuration: that is for the command line, in Snakemake's environment.
    folder = BY_NAME.get(script)
    by_name = (
        [path.relative_to(SCRIPTS).as_posix() for path in (SCRIPTS / folder).glob("*.py")] if folder else ()
    )
    for source in sources_of(SCRIPTS, script, *by_name, without=("motifcnn/experiment/lookup.py",)):
        if not source.endswith(".py"):
            continue
        for node in ast.walk(ast.parse((SCRIPTS / source).read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(node.module.partition(".")[0])
    return names - {*sys.stdlib_module_names, "motifcnn"}


def needed(script: str) -> set[str]:
    """Return the packages behind `imported`, by the names that pip has for them."""
    return {FROM_IMPORT.get(name, name) for name in imported(script)}
