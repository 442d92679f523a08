"""The workflow from other folders: as a module of another workflow, and with --directory."""

import subprocess

import pytest
import yaml
from repository import ROOT

from .conftest import TINY, copy_repository, planned, snakemake

pytestmark = pytest.mark.workflow

MODULE = """
configfile: "config.yaml"


module motif_filters:
    snakefile:
        "{snakefile}"
    config:
        config["motifs"]
    prefix:
        "below"


use rule * from motif_filters as motif_filters_*
"""
RUN = "below/results/tiny/small/shallow/relu/seed-1"


@pytest.fixture
def folder(tmp_path):
    """A folder of a user's own, with the configuration of the module among its own keys."""
    config = yaml.safe_load((ROOT / TINY).read_text()) | {"seeds": 1}
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "config.yaml").write_text(yaml.safe_dump({"other": 1, "motifs": config}))
    return folder


def test_a_module_with_a_prefix(folder, repository):
    (folder / "Snakefile").write_text(MODULE.format(snakefile=repository / "workflow/Snakefile"))
    assert planned(snakemake(folder, "--dry-run", "motif_filters_all"))["motif_filters_train_model"] == 2
    printed = snakemake(folder, f"{RUN}/summary.json", "--config", "other=2")
    assert "never awaited" not in printed
    assert (folder / RUN / "model.safetensors").stat().st_size > 0
    # All of it lies below the prefix, the checkpoint, which is no output, too.
    assert {path.name for path in folder.iterdir()} == {
        ".cache",
        ".snakemake",
        "Snakefile",
        "below",
        "config.yaml",
    }
    assert not (folder / RUN / "checkpoint").exists()


def test_a_module_from_a_git_repository_is_told_to_be_cloned(folder, repository):
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=me", "-c", "user.email=me", *arguments], cwd=repository, check=True
        )

    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=All")
    (folder / "Snakefile").write_text(
        MODULE.format(snakefile=f"git+file://{repository}/workflow/Snakefile@main")
    )
    printed = snakemake(folder, "--dry-run", "motif_filters_all", good=False)
    assert "cannot be read from a repository elsewhere; clone it and name the file" in printed


def test_a_folder_of_its_own_for_each_project(folder, tmp_path):
    repository = copy_repository(tmp_path / "clone")
    config = yaml.safe_load((folder / "config.yaml").read_text())["motifs"]
    (folder / "tiny.yaml").write_text(yaml.safe_dump(config))
    elsewhere = ("--directory", str(folder), "--configfile", str(folder / "tiny.yaml"))
    assert planned(snakemake(repository, "--dry-run", *elsewhere))["train_model"] == 2
    snakemake(repository, *elsewhere, "--", "results/tiny/small/dataset.h5")
    assert (folder / "results/tiny/small/dataset.h5").is_file()
    assert not (repository / "results").exists()
