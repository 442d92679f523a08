"""`--use-conda` from simulate to report, with a stand-in for conda and channels made of what is installed here."""

import json
import os
import sys
from pathlib import Path

import local_channel
import pytest
import stand_in_conda

from .conftest import ROOT, TINY, copy_repository, snakemake
from .environment_files import OF_RULES, RULES, SCRIPTS, environment_of, imported, pins, script_of

rattler = pytest.importorskip("rattler", reason="py-rattler, which solves and installs, is missing")
pytestmark = pytest.mark.workflow

MEME = pins(ROOT / "envs/meme.yaml")["meme"]
# The smallest grid, and the engine that needs a program of its environment.
LESS = ("--config", "seeds=1", 'protocol={"matching": {"engine": "meme"}}')
# In place of Tomtom: the other engine, under the version of the package.
TOMTOM = f"""#!{sys.executable}
import sys, tempfile
from pathlib import Path
sys.path.insert(0, "{SCRIPTS}")
from motifcnn import tomtom
from motifcnn.meme import read_meme
queries, targets = map(read_meme, sys.argv[-2:])
rows = tomtom.match(queries, targets, float(sys.argv[sys.argv.index("-thresh") + 1]))
with tempfile.TemporaryDirectory() as folder:
    table = Path(folder) / "tomtom.tsv"
    tomtom.write_rows(table, rows, "Version {MEME}")
    print(table.read_text(), end="")
"""


@pytest.fixture
def conda(tmp_path, monkeypatch) -> Path:
    """A folder with channels and a program `conda` on the PATH that knows no others."""
    forge = local_channel.Channel(tmp_path / "conda-forge")
    forge.add_python()
    forge.add_installed({name for path in OF_RULES for name in pins(path)} - {"python", "meme"})
    forge.write_index()
    bioconda = local_channel.Channel(tmp_path / "bioconda")
    bioconda.add("meme", MEME, programs={"tomtom": TOMTOM})
    bioconda.write_index()
    for name, value in stand_in_conda.install(tmp_path / "base", tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path


def environments(folder: Path) -> dict[str, Path]:
    """The environment that Snakemake made from each file; beside each lies a copy of the file."""
    made = {}
    for copy in (folder / ".snakemake/conda").glob("*.yaml"):
        source = next(path for path in OF_RULES if path.read_bytes() == copy.read_bytes())
        made[source.name] = copy.with_suffix("")
    return made


def test_every_job_runs_in_the_environment_of_its_rule(conda, tmp_path):
    folder = copy_repository(tmp_path / "repository")
    snakemake(folder, "--use-conda", "--configfile", TINY, *LESS)
    results = folder / "results/tiny"
    assert (results / "report.html").stat().st_size > 0
    tables = list(results.rglob("tomtom.tsv"))
    assert tables
    assert all(f"Version {MEME}" in table.read_text() for table in tables)

    made = environments(folder)
    assert set(made) == {path.name for path in OF_RULES}
    ran = set()
    for name, prefix in made.items():
        for path in (prefix / "jobs").iterdir():
            note = json.loads(path.read_text())
            assert note["activated"] == str(prefix)
            # Snakemake runs a copy of a script, tmp….train_model.py.
            script = Path(note["script"]).name.partition(".")[2]
            assert name in {environment_of(rule).name for rule in RULES if script_of(rule) == script}, script
            ran.add(script)
            # Snakemake's own packages lie at the end of the path: what the environment lacks would come from there.
            theirs = imported(script) & set(note["modules"])
            foreign = {module for module in theirs if not note["modules"][module].startswith(f"{prefix}/")}
            assert foreign == set(), f"{script} takes {foreign} from outside of {name}"
    local = {
        "simulate_dataset.py",
        "train_model.py",
        "extract_filters.py",
        "match_motifs.py",
        "score_matches.py",
    }
    assert ran >= local | {"make_tables.py", "plot_curves.py", "plot_logos.py", "make_report.py"}
