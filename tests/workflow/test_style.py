"""What Snakemake and snakefmt think of the rules."""

import subprocess
import sys

import pytest

from .conftest import ROOT, snakemake

pytestmark = pytest.mark.workflow


def test_lint(repository):
    assert "your workflow is in a good condition" in snakemake(repository, "--lint")


def test_snakefmt():
    done = subprocess.run(
        [sys.executable, "-m", "snakefmt", "--check", "Snakefile", "workflow"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_only_python_is_in_common_and_short():
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        text = path.read_text()
        assert len(text.splitlines()) < 200, path.name
        assert ("\ndef " in text) == (path.name in ("common.smk", "devices.smk")), path.name


def test_the_rule_graph_can_be_drawn(repository):
    graph = snakemake(repository, "--rulegraph", "mermaid-js")
    assert "simulate_dataset" in graph
    assert "make_report" in graph
