"""The estimate beside what Snakemake itself would do, in a copy of the repository."""

import re
import subprocess
import sys
from collections import Counter

import pytest
from motifcnn.cost.invocation import read_arguments
from motifcnn.cost.work import all_jobs, jobs_left
from motifcnn.experiment.config import make_plan

from .conftest import TINY, environment, planned, snakemake

pytestmark = pytest.mark.workflow

RECORD = "results/tiny/small/shallow/relu/seed-1/record.json"


def estimate(folder, *arguments, status=0):
    """Run the estimate in `folder` as ./run does; return what it prints on stdout and stderr."""
    done = subprocess.run(
        [sys.executable, "workflow/scripts/estimate_cost.py", "--", *arguments],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def jobs(text):
    """Return the jobs per rule that an estimate lists, and their total."""
    table = re.search(r"^rule +jobs .*\n[- ]+\n((?:\w+ +[\d,]+ .*\n)+)", text, re.M)[1]
    count = {rule: int(number) for rule, number in re.findall(r"^(\w+) +(\d+) ", table, re.M)}
    return count, count.pop("total")


def test_jobs_are_those_of_a_dry_run_before_and_after_a_training(repository):
    arguments = ("--configfile", TINY, "--config", "seeds=[1, 4]", "protocol={training: {epochs: 1}}")
    expected = planned(snakemake(repository, "--dry-run", *arguments))
    del expected["all"]
    text, _ = estimate(repository, "--cores", "3", *arguments)
    assert jobs(text) == (expected, sum(expected.values()))
    assert text.startswith("tiny: 4 trainings to do\n")
    assert re.search(r"^small +shallow +4 .* timed now with relu$", text, re.M)
    assert "on 3 cores" in text
    assert not (repository / "results").exists()

    snakemake(repository, RECORD, *arguments)
    expected = planned(snakemake(repository, "--dry-run", *arguments))
    del expected["all"]
    assert expected["train_model"] == 3
    text, _ = estimate(repository, *arguments)
    assert jobs(text) == (expected, sum(expected.values()))
    assert text.startswith("tiny: 3 trainings to do; 1 is finished\n")
    # Of two networks the one was timed by its run.
    assert re.search(r"^small +shallow +3 .* 1 finished run$", text, re.M)
    assert "1 finished training took 100% of the epochs" in " ".join(text.split())

    # With another protocol it has to be done again, and says nothing.
    changed = (*arguments[:-1], "protocol={training: {epochs: 3}}")
    text, _ = estimate(repository, *changed)
    assert text.startswith("tiny: 4 trainings to do\n")
    assert "timed now" in text

    # A target of its own: nothing is left.
    text, _ = estimate(repository, RECORD, *arguments)
    assert text == "tiny: nothing is left to do.\n"


def test_settings_share_models_and_motifs_as_in_a_dry_run(repository, monkeypatch):
    settings = [
        "unchanged: {}",
        "strict: {filters: {threshold: 0.7}}",
        "loose: {matching: {evalue: 5}}",
        "short: {training: {epochs: 1}}",
    ]
    block = "architectures: [shallow], activations: [relu, exponential], layers: [1, 2]"
    grid = f"grid=[{{{block}, settings: {{{', '.join(settings)}}}}}]"
    arguments = ("--configfile", TINY, "--config", grid, "report={sheets: []}")
    expected = planned(snakemake(repository, "--dry-run", *arguments))
    # Two activations and seeds; `short` alone trains anew, and `loose` takes over the motifs.
    assert (expected["train_model"], expected["extract_filters"], expected["match_motifs"]) == (8, 24, 32)
    monkeypatch.chdir(repository)
    plan = make_plan(read_arguments(arguments).config)
    assert Counter(job.rule for job in jobs_left(plan, all_jobs(plan))) + Counter({"all": 1}) == expected


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--config", "seeds=-3"), "error: seeds is -3, but must be at least 1\n"),
        (("--configfile", "nowhere.yaml"), "error: cannot read nowhere.yaml: No such file or directory\n"),
        (
            ("--configfile", "config/peaks-example.yaml"),
            "error: window_peaks needs files that do not exist: data/",
        ),
    ],
)
def test_a_mistake_is_told_as_by_a_run(repository, arguments, sentence):
    text, errors = estimate(repository, *arguments, status=1)
    assert text == ""
    assert sentence in errors


def test_with_the_profile_of_a_cluster_it_names_the_time_limit(repository):
    arguments = (
        "--workflow-profile",
        "profiles/slurm",
        "--configfile",
        TINY,
        "--quiet",
        "--until",
        "nowhere",
    )
    text, errors = estimate(repository, *arguments)
    # The profile allows 200 jobs; there are fewer.
    assert f"on a cluster with {jobs(text)[1]} jobs at once" in text
    assert re.search(r"\n  train_model: \{runtime: [1-9]\d* \* attempt\}\n$", text)
    assert "note: the estimate takes no account of --quiet --until nowhere\n" in errors


def test_a_missing_gpu_is_said_and_the_cpu_timed(repository):
    pytest.importorskip("torch")
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    text, _ = estimate(repository, "--configfile", TINY, "--config", "compute={device: cuda}")
    assert text.startswith("compute.device is cuda, but there is none here:")
    assert "GPU hours" in text.splitlines()[0] + text.splitlines()[1]
    assert "CPU hours" in text
