"""`--use-conda` from simulate to report, with a stand-in for conda and channels made of what is installed here."""

import json
import sys
from pathlib import Path

import pytest
from infrastructure import local_channel, stand_in_conda
from infrastructure.environment_files import (
    OF_EVERY_EXPERIMENT,
    RULES,
    SCRIPTS,
    environment_of,
    imported,
    pins,
    script_of,
)
from motifcnn.experiment.config import nvidia_gpu_is_here

from .conftest import ROOT, TINY, copy_repository, snakemake

pytest.importorskip("rattler", reason="py-rattler, which solves and installs, is missing")
pytestmark = pytest.mark.workflow

MEME = pins(ROOT / "envs/meme.yaml")["meme"]
# One run, and the engine that needs a program of its environment.
LESS = (
    "--config",
    "seeds=1",
    "grid=[{architectures: [shallow], activations: [relu]}]",
    "report={sheets: [{title: One, panels: [[shallow, relu]]}]}",
    "protocol={matching: {engine: meme}}",
    "attribution={sequences: 5, methods: {deep_shap: {n_references: 2}}}",
)
MODEL = "results/tiny/small/shallow/relu/seed-1/model.safetensors"
# In place of Tomtom: the other engine, under the version of the package.
TOMTOM = f"""#!{sys.executable}
import sys, tempfile
from pathlib import Path
sys.path.insert(0, "{SCRIPTS}")
from motifcnn.motifs.tomtom import match
from motifcnn.motifs.meme import read_meme
queries, targets = map(read_meme, sys.argv[-2:])
rows = match.match(queries, targets, float(sys.argv[sys.argv.index("-thresh") + 1]))
with tempfile.TemporaryDirectory() as folder:
    table = Path(folder) / "tomtom.tsv"
    match.write_rows(table, rows, "Version {MEME}")
    print(table.read_text(), end="")
"""


def add_cuda_builds(channel: local_channel.Channel) -> None:
    """Add empty builds of PyTorch with the conditions that conda-forge's have."""
    version = pins(ROOT / "envs/training.yaml")["torch"]
    for number, cuda in ((300, "12.9"), (301, "13.0")):
        major = int(cuda.partition(".")[0])
        channel.add("cuda-version", cuda, constrains=[f"__cuda >={major}"])
        depends = ["python", "__cuda", f"cuda-version >={cuda},<{major + 1}"]
        build = f"cuda{cuda.replace('.', '')}_{number}"
        channel.add("pytorch", version, depends, build=build, build_number=number)


@pytest.fixture
def conda(tmp_path, monkeypatch) -> None:
    """Put a program `conda` on the PATH that knows channels of its own and no others, and sees no GPU."""
    forge = local_channel.Channel(tmp_path / "conda-forge")
    forge.add_python()
    forge.add_installed(
        {name for path in OF_EVERY_EXPERIMENT for name in pins(path)} - {"python", "meme", "pip"}
    )
    forge.add("pip", pins(ROOT / "envs/attribution.yaml")["pip"], ["python"])
    add_cuda_builds(forge)
    forge.write_index()
    bioconda = local_channel.Channel(tmp_path / "bioconda")
    bioconda.add("meme", MEME, programs={"tomtom": TOMTOM})
    bioconda.write_index()
    for name, value in stand_in_conda.install(tmp_path / "base", tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CONDA_OVERRIDE_CUDA", "")


def environments(folder: Path) -> dict[str, Path]:
    """The environment that Snakemake made from each file; beside each lies a copy of the file."""
    made = {}
    for copy in (folder / ".snakemake/conda").glob("*.yaml"):
        source = next(path for path in OF_EVERY_EXPERIMENT if path.read_bytes() == copy.read_bytes())
        made[source.name] = copy.with_suffix("")
    return made


@pytest.mark.usefixtures("conda")
def test_every_job_runs_in_the_environment_of_its_rule(tmp_path):
    folder = copy_repository(tmp_path / "repository")
    snakemake(folder, "--use-conda", "--configfile", TINY, *LESS)
    results = folder / "results/tiny"
    assert (results / "report.html").stat().st_size > 0
    tables = list(results.rglob("tomtom.tsv"))
    assert tables
    assert all(f"Version {MEME}" in table.read_text() for table in tables)

    made = environments(folder)
    assert set(made) == {path.name for path in OF_EVERY_EXPERIMENT}
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
    assert {name.removesuffix(".py") for name in ran} >= {
        "simulate_dataset", "train_model", "extract_filters", "match_motifs", "score_matches", "make_table",
        "judge_statements", "plot_figure", "plot_logos", "make_report", "attribute_sequences",
    }  # fmt: skip


@pytest.mark.usefixtures("conda")
@pytest.mark.parametrize(
    ("device", "override", "build"),
    [("cpu", None, "0"), ("cuda", None, "cuda129_300"), ("cuda", "13.0", "cuda130_301"), ("cuda", "", "0")],
)
def test_a_node_without_a_gpu_solves_for_those_that_train(tmp_path, monkeypatch, device, override, build):
    if nvidia_gpu_is_here():
        pytest.skip("this machine has a GPU, so that conda asks its driver")
    if override is None:
        monkeypatch.delenv("CONDA_OVERRIDE_CUDA")
    else:
        monkeypatch.setenv("CONDA_OVERRIDE_CUDA", override)
    folder = copy_repository(tmp_path / "repository")
    arguments = ("--config", f"compute={{device: {device}}}", "--", MODEL)
    snakemake(folder, "--use-conda", "--conda-create-envs-only", "--configfile", TINY, *arguments)
    [record] = environments(folder)["training.yaml"].glob("conda-meta/pytorch-*.json")
    assert json.loads(record.read_text())["build"] == build
