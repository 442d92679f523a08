"""The Dockerfile, and what Snakemake looks for in an image that was made with it."""

import re

import pytest
from infrastructure import stand_in_conda
from infrastructure.containerize import dockerfile
from infrastructure.environment_files import OF_EVERY_EXPERIMENT

from .conftest import ROOT, TINY, snakemake

pytestmark = pytest.mark.workflow

# As docs/conda.md has it: the workflow as it is, in an image.
IN_IMAGE = """containerized: "motif-filters.sif"
include: "workflow/Snakefile"
workflow.default_target = "all"
"""
# Has every environment that it is asked for, and says so; all else it runs where it is.
APPTAINER = """#!/bin/sh
for last; do :; done
case $last in
--version) echo "apptainer version 1.3.0" ;;
*/conda-envs/*) echo "$last" >>asked ;;
*) sh -c "$last" ;;
esac
"""


def test_the_dockerfile_is_up_to_date(repository):
    made = dockerfile(repository)
    assert made == (ROOT / "Dockerfile").read_text(), (
        "run: .venv/bin/python tests/infrastructure/containerize.py >Dockerfile"
    )
    for path in OF_EVERY_EXPERIMENT:
        assert f"COPY envs/{path.name} /conda-envs/" in made


def test_snakemake_looks_for_the_environments_that_the_image_has(repository, tmp_path, monkeypatch):
    for name, value in stand_in_conda.install(tmp_path / "base", tmp_path).items():
        monkeypatch.setenv(name, value)
    apptainer = tmp_path / "base/bin/apptainer"
    apptainer.write_text(APPTAINER)
    apptainer.chmod(0o755)
    assert IN_IMAGE in (ROOT / "docs/conda.md").read_text()
    (repository / "in-image.smk").write_text(IN_IMAGE)
    (repository / "motif-filters.sif").touch()
    image = ("--snakefile", "in-image.smk", "--software-deployment-method", "conda", "apptainer")
    attribution = ("--config", "attribution={methods: {saliency: {}}}")
    snakemake(repository, *image, "--conda-create-envs-only", "--configfile", TINY, *attribution)
    asked = set(re.findall(r"/conda-envs/\w+", (repository / "asked").read_text()))
    made = set(re.findall(r"--prefix (/conda-envs/\w+)", (ROOT / "Dockerfile").read_text()))
    assert asked == made
