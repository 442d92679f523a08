"""The shipped Slurm profile, on a Slurm of one node that the test brings up (loopback_slurm.py)."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml
from infrastructure.loopback_slurm import ETC, NAMES, Slurm, ask, processes_of, why_not

from .conftest import TINY, copy_repository, launch, planned, snakemake

pytestmark = pytest.mark.workflow

RUN = "results/tiny/small/shallow/relu/seed-1"
# The plugin joins the wildcards with _; that of the setting is empty.
KILLED = "rule_train_model_wildcards_small_shallow_relu__1"
SHORTER = (
    "--config",
    "seeds=1",
    "grid=[{architectures: [shallow], activations: [relu, exponential]}]",
    "report={sheets: [{title: One panel, panels: [[shallow, relu]]}]}",
    "protocol={training: {epochs: 60, checkpoint_every: 1, stop: null}}",
)
ON_GPU = ("train_model", "extract_filters", "score_importance")
# What is slow for the sake of large clusters and network disks.
QUICK = ("--slurm-init-seconds-before-status-checks", "2")
TRUTH = "results/tiny/small/controls/ground_truth/summary.json"


def adapt(profile: Path) -> None:
    """Do to a copy of the profile what a site does. The GPU is a pretended one, so the rules do not ask for it."""
    path = profile / "config.yaml"
    settings = yaml.safe_load(path.read_text())
    settings["default-resources"]["slurm_account"] = "tests"
    for rule in ON_GPU:
        settings["set-resources"][rule]["gpu"] = 1
    path.write_text(yaml.safe_dump(settings))
    partitions = {"cpu": {"max_runtime": 3000}, "gpu": {"max_runtime": 3000, "max_gpu": 1}}
    (profile / "partitions.yaml").write_text(yaml.safe_dump({"partitions": partitions}))


def start(folder: Path, profile: str, *arguments: str) -> subprocess.Popen:
    command = f"--workflow-profile profiles/{profile} --configfile {TINY} --latency-wait 5".split()
    with (folder / "snakemake.log").open("w") as log:
        return launch(folder, *command, *arguments, output=log)


def jobs() -> list[dict[str, str]]:
    """All jobs that Slurm knows of, those that have ended too, in the order of their submission."""
    names = ("JobID", "Comment", "Partition", "State", "MinMemory", "TimeLimit", "tres-per-job")
    columns = ",".join(f"{name}:.200|" for name in names)
    lines = ask("squeue", "--states=all", "--noheader", "--sort=i", f"--Format={columns}")
    return [dict(zip(names, map(str.strip, line.split("|")), strict=False)) for line in lines.splitlines()]


def cancel_once_it_has_a_checkpoint(folder: Path, process: subprocess.Popen) -> None:
    checkpoint = folder / RUN / "checkpoint"
    deadline = time.monotonic() + 300
    # A name with a dot in front is a file in the making.
    while not list(checkpoint.glob("[!.]*")):
        assert process.poll() is None
        assert time.monotonic() < deadline, "no checkpoint after five minutes"
        time.sleep(0.05)
    (job,) = [job for job in jobs() if job["Comment"] == KILLED]
    assert job["State"] == "RUNNING"
    ask("scancel", job["JobID"])
    assert not (folder / RUN / "model.safetensors").exists()


def finish(process: subprocess.Popen) -> int:
    """Wait for Snakemake to end; if it does not, let it cancel its jobs."""
    try:
        return process.wait(900)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def adapt_generic(profile: Path) -> None:
    path = profile / "config.yaml"
    path.write_text(path.read_text().replace(" lsf", " slurm").replace("bkill", "scancel"))


# One test, since only one Slurm can be up: pytest-xdist would give a second to another process.
def test_through_slurm_to_the_report_with_a_training_killed_on_the_way(tmp_path):
    if reason := why_not():
        pytest.skip(reason)
    folder, generic = (copy_repository(tmp_path / name) for name in ("repository", "generic"))
    adapt(folder / "profiles/slurm")
    adapt_generic(generic / "profiles/cluster-generic")
    # Without what a killed run of this test has left there, which goes away with ours.
    others = {path for path in ETC.glob("*") if path.name not in NAMES}
    with Slurm(tmp_path / "slurm") as slurm:
        process = start(folder, "slurm", *SHORTER, *QUICK)
        try:
            cancel_once_it_has_a_checkpoint(folder, process)
            beside = start(generic, "cluster-generic", "--seconds-between-status-checks", "3", "--", TRUTH)
            assert finish(beside) == 0, (generic / "snakemake.log").read_text()
        finally:
            status = finish(process)
        log = (folder / "snakemake.log").read_text()
        assert status == 0, f"{log}\n{slurm.logs()}"
        submitted = jobs()
    assert all(daemon.poll() is not None for daemon in slurm.daemons)
    assert set(ETC.glob("*")) == others
    # A cancelled job leaves nothing running.
    assert not processes_of(tmp_path)

    check_the_retry([job for job in submitted if job["Comment"] == KILLED], folder)
    assert (folder / "results/tiny/report.html").stat().st_size > 0
    check_where_jobs_ran([job for job in submitted if job["Comment"].startswith("rule_")])
    plan = planned(snakemake(generic, "--dry-run", "--configfile", TINY, *SHORTER))
    check_the_groups(submitted, plan)
    assert list((folder / ".snakemake/slurm_logs").rglob("*.log"))
    assert (generic / TRUTH).stat().st_size > 0
    # The cut of a dataset, and all about its ground truth in one job.
    assert len(list((generic / ".snakemake/cluster_logs").glob("*.log"))) == 2

    whole = copy_repository(tmp_path / "whole")
    snakemake(whole, "--configfile", TINY, *SHORTER, "--", f"{RUN}/model.safetensors")
    for name in ("model.safetensors", "metrics.json"):
        assert (folder / RUN / name).read_bytes() == (whole / RUN / name).read_bytes(), name


def check_the_retry(trainings: list[dict[str, str]], folder: Path) -> None:
    """More memory and time, and on from the checkpoint."""
    killed, again = trainings
    assert (killed["State"], again["State"]) == ("CANCELLED", "COMPLETED")
    assert (killed["MinMemory"], again["MinMemory"]) == ("2000M", "4000M")
    assert (killed["TimeLimit"], again["TimeLimit"]) == ("2:00:00", "4:00:00")
    record = json.loads((folder / RUN / "record.json").read_text())
    assert record["resumed_from_epoch"] >= 1


def check_where_jobs_ran(submitted: list[dict[str, str]]) -> None:
    """Jobs with a GPU, and no others, where GPUs are."""
    for job in submitted:
        has_gpu = any(rule in job["Comment"] for rule in ON_GPU)
        assert (job["Partition"], job["tres-per-job"]) == (
            ("gpu", "gres:gpu:1") if has_gpu else ("cpu", "N/A")
        ), job


def check_the_groups(submitted: list[dict[str, str]], plan: dict[str, int]) -> None:
    """Two runs: three trainings, since one was killed, and one job for each kind of what is short."""
    counts = Counter(job["Comment"].partition("_wildcards")[0] for job in submitted)
    assert counts["rule_train_model"] == 3
    assert counts["rule_filters_extract_filters"] == 1
    assert plan["score_importance"] == 2
    assert counts["rule_importance_score_importance"] == 1
    (matches,) = [job for job in submitted if "_matches_" in job["Comment"]]
    # One after the other: the memory of one, the times of all, 3 minutes for a matching and 2 for a counting.
    minutes = 3 * plan["match_motifs"] + 2 * plan["score_matches"]
    assert (matches["MinMemory"], matches["TimeLimit"]) == ("1000M", f"{minutes}:00")
