"""The size of the graph: a paper's thousand trainings, and all that follows from them."""

import collections
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import copy_repository, environment

pytestmark = pytest.mark.workflow

CONFIG = "config/koo_ploenzke_2021.yaml"
DATASETS = ["synthetic_30000", "deepsea"]
FIGURES = 7
RUNS = 1020
PER_RUN = ("train_model", "extract_filters", "match_motifs", "score_matches", "score_importance")

# Snakemake, with a line of JSON for every job that it would run.
PLAN = """
import json, logging, sys
from snakemake.cli import main

class Jobs(logging.Handler):
    def emit(self, record):
        if str(getattr(record, "event", "")) == "job_info":
            print("planned", json.dumps([record.rule_name, record.input]))

logging.getLogger("snakemake").addHandler(Jobs())
main(["--cores", "1", "--dry-run", *sys.argv[1:]])
"""
# A small program starts it and asks the system for its peak of memory: what the tests themselves hold, PyTorch for
# example, would count as well.
MEASURE = """
import resource, subprocess, sys
status = subprocess.run([sys.executable, *sys.argv[1:]], stderr=subprocess.STDOUT).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(f"peak {used.ru_maxrss * unit} bytes, {used.ru_utime + used.ru_stime:.1f} CPU seconds")
sys.exit(status)
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    folder = copy_repository(tmp_path_factory.mktemp("large") / "repository")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            MEASURE,
            "-c",
            PLAN,
            "--configfile",
            CONFIG,
            "--config",
            "report={analyses: {importance: true}}",
        ],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def jobs(output):
    """Rule and input files of every job."""
    return [json.loads(line) for line in re.findall(r"^planned (.*)$", output, re.M)]


def test_a_thousand_trainings_are_planned_in_less_than_a_gigabyte(output):
    peak, seconds = re.search(r"^peak (\d+) bytes, (\S+) CPU seconds$", output, re.M).groups()
    print(f"{int(peak) / 1e6:.0f} MB, {seconds} CPU seconds")
    # Less than Snakemake alone has would be no measurement.
    assert 50e6 < int(peak) < 1e9


def test_every_run_has_one_job_per_step_and_the_rest_is_few(jobs):
    count = collections.Counter(rule for rule, _ in jobs)
    assert {rule: count.pop(rule) for rule in PER_RUN} == dict.fromkeys(PER_RUN, RUNS)
    # Some figures and tables per dataset, and one of all else per dataset and for both: nothing grows with the grid.
    assert count.pop("plot_figure") == FIGURES * len(DATASETS)
    assert count.pop("make_table") == 2 * len(DATASETS)
    assert max(count.values()) == len(DATASETS) + 1
    assert {"judge_statements", "make_report", "plot_logos", "all"} <= count.keys()


def test_what_reads_all_runs_reads_a_small_file_or_two_of_each(jobs):
    found = set()
    for rule, paths in jobs:
        if len(paths) >= RUNS // len(DATASETS):
            found.add(rule)
            assert len(paths) < 2 * RUNS + 50, rule
            assert {Path(path).suffix for path in paths} <= {
                ".json",
                ".tsv",
                ".meme",
                ".svg",
                ".png",
                ".yaml",
            }, rule
    assert found >= {"make_table", "judge_statements", "plot_figure", "make_report"}
