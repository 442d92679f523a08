"""The profiles for clusters, without a cluster: what they name, and how their scripts talk with an engine."""

import inspect
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from infrastructure import loopback_slurm
from infrastructure.loopback_slurm import MARK, left_behind

from .conftest import ROOT
from .test_environments import RULES

PROFILES = ROOT / "profiles"
GENERIC = PROFILES / "cluster-generic"
CLUSTERS = ("slurm", "cluster-generic")


def settings(name):
    return yaml.safe_load((PROFILES / name / "config.yaml").read_text())


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_profile_names_rules_that_there_are(name):
    profile = settings(name)
    inherited = {"match_ground_truth", "score_ground_truth"}
    assert {*profile["groups"], *profile.get("set-resources", {})} <= {*RULES, *inherited}
    assert set(profile["group-components"]) <= set(profile["groups"].values())
    # What takes long is in no group.
    assert "train_model" not in profile["groups"]


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_profile_stands_in_for_the_default_one(name):
    """They are taken in its place, so what it says has to be said again; a limit on GPUs is one per job."""
    default, profile = settings("default"), settings(name)
    for key in ("rerun-triggers", "keep-going", "rerun-incomplete", "show-failed-logs"):
        assert profile[key] == default[key], key
    assert set(profile["resources"]) == set(profile["set-resource-scopes"])
    assert set(profile["set-resource-scopes"].values()) == {"local"}


def test_every_short_rule_of_the_slurm_profile_takes_turns():
    """Slurm's job steps run a group one job at a time, so more than the memory of one must not be asked for."""
    profile = settings("slurm")
    many = {rule for rule, group in profile["groups"].items() if group in profile["group-components"]}
    assert many == {rule for rule, given in profile["set-resources"].items() if given.get("turn") == 1}
    assert profile["resources"]["turn"] == 1


@pytest.fixture
def answers(tmp_path):
    """A function that puts a stand-in for a command on the path; it writes down how it was called."""
    bin = tmp_path / "bin"
    bin.mkdir()
    for tool in ("bash", "env", "mkdir", "basename", "sed", "awk", "cat", "rm"):
        (bin / tool).symlink_to(shutil.which(tool))

    def stand_in(command: str, says: str, status: int = 0) -> None:
        path = bin / command
        note = f"printf '%s\\n' \"$*\" >>{tmp_path}/calls"
        path.write_text(f"#!/usr/bin/env bash\n{note}\ncat <<'E'\n{says}\nE\nexit {status}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return stand_in


def script(tmp_path: Path, name: str, *arguments: str, status: int = 0) -> str:
    environment = os.environ | {"PATH": str(tmp_path / "bin")}
    done = subprocess.run(
        [GENERIC / name, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("engine", "command", "says", "asks"),
    [
        (
            "lsf",
            "bsub",
            "Job <42> is submitted to default queue <normal>.",
            "-n 2 -R span[hosts=1] rusage[mem=3000MB] -M 3000MB -W 90 -o {} -gpu num=1 /x/job.sh",
        ),
        (
            "pbs",
            "qsub",
            "42",
            "-V -l select=1:ncpus=2:mem=3000mb:ngpus=1 -l walltime=1:30:00 -j oe -o {} /x/job.sh",
        ),
        (
            "sge",
            "qsub",
            "42",
            "-terse -V -cwd -pe smp 2 -l h_rt=1:30:00,h_vmem=1500M -l gpu=1 -j y -o {} /x/job.sh",
        ),
        (
            "slurm",
            "sbatch",
            "42",
            "--parsable --cpus-per-task=2 --mem=3000 --time=90 --output={} --gpus=1 /x/job.sh",
        ),
    ],
)
def test_submitting(tmp_path, answers, engine, command, says, asks):
    answers(command, says)
    assert script(tmp_path, "submit.sh", engine, "2", "3000", "90", "1", "/x/job.sh") == "42"
    asked = asks.format(".snakemake/cluster_logs/job.sh.log")
    assert (tmp_path / "calls").read_text() == f"{asked}\n"
    script(tmp_path, "submit.sh", engine, "2", "3000", "90", "0", "/x/job.sh")
    assert "gpu" not in (tmp_path / "calls").read_text().splitlines()[1]


def test_a_refused_submission_is_an_error(tmp_path, answers):
    answers("bsub", "", status=255)
    script(tmp_path, "submit.sh", "lsf", "1", "1000", "5", "0", "/x/job.sh", status=255)


@pytest.mark.parametrize(
    ("engine", "commands", "verdict"),
    [
        *(("lsf", {"bjobs": state}, "running") for state in ("PEND", "RUN")),
        ("lsf", {"bjobs": "DONE"}, "success"),
        ("lsf", {"bjobs": "EXIT"}, "failed"),
        ("lsf", {}, "running"),
        ("pbs", {"qstat": "Job Id: 42\n    job_state = Q"}, "running"),
        ("pbs", {"qstat": "Job Id: 42\n    job_state = F\n    Exit_status = 0"}, "success"),
        ("pbs", {"qstat": "Job Id: 42\n    job_state = F\n    Exit_status = 271"}, "failed"),
        # Deleted before it began.
        ("pbs", {"qstat": "Job Id: 42\n    job_state = F"}, "failed"),
        ("sge", {"qstat": "job_number: 42"}, "running"),
        ("sge", {"qacct": "failed       0    \nexit_status  0"}, "success"),
        ("sge", {"qacct": "failed       0    \nexit_status  1"}, "failed"),
        ("sge", {"qacct": "failed       37  : qmaster enforced h_rt\nexit_status  0"}, "failed"),
        # Ended, and not yet in the accounts.
        ("sge", {}, "running"),
        ("slurm", {"squeue": "COMPLETED"}, "success"),
        *(
            ("slurm", {"squeue": state}, "failed")
            for state in ("CANCELLED", "TIMEOUT", "PREEMPTED", "REVOKED", "SPECIAL_EXIT")
        ),
        ("slurm", {"squeue": "COMPLETING"}, "running"),
    ],
)
def test_the_state_of_a_job(tmp_path, answers, engine, commands, verdict):
    for command, says in commands.items():
        answers(command, says)
    assert script(tmp_path, "status.sh", engine, "42") == verdict


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("engine", ["lsf", "pbs", "sge", "slurm"])
def test_a_job_that_the_scheduler_has_forgotten_does_not_run_for_ever(tmp_path, engine):
    said = [script(tmp_path, "status.sh", engine, "42") for _ in range(20)]
    assert said == ["running"] * 19 + ["failed"]
    assert list((tmp_path / ".snakemake/cluster_logs").iterdir()) == []


def test_only_questions_in_a_row_and_about_one_job_count(tmp_path, answers):
    def ask(times, job="42"):
        return {script(tmp_path, "status.sh", "lsf", job) for _ in range(times)}

    assert ask(19) == {"running"}
    assert ask(1, job="43") == {"running"}
    answers("bjobs", "RUN")
    assert ask(1) == {"running"}
    (tmp_path / "bin/bjobs").unlink()
    assert ask(19) == {"running"}
    assert ask(1) == {"failed"}


def test_a_waiting_job_of_grid_engine_is_an_answer(tmp_path, answers):
    answers("qstat", "job_number: 42")
    assert {script(tmp_path, "status.sh", "sge", "42") for _ in range(21)} == {"running"}


def resources(name):
    """Resources of a rule as they stand there: numbers and functions."""
    block = re.search(r"^    resources:\n((?: {8}.*\n)+)", RULES[name], re.M)[1]
    return eval(f"dict({block})", {"gpus": lambda: 0})


def ask_for(name, what, attempt):
    """Value of a resource of a rule, given 10 MB of input, the `attempt`-th time."""
    value = resources(name)[what]
    if not callable(value):
        return value
    given = {"wildcards": None, "input": SimpleNamespace(size_mb=10), "attempt": attempt}
    return value(*(given[name] for name in inspect.signature(value).parameters))


SUBMITTED = [name for name, text in RULES.items() if "localrule: True" not in text]


@pytest.mark.parametrize("what", ["mem_mb", "runtime"])
@pytest.mark.parametrize("name", SUBMITTED)
def test_a_job_that_is_tried_again_gets_more(name, what):
    first = ask_for(name, what, attempt=1)
    assert first > 0
    assert [ask_for(name, what, attempt) for attempt in (2, 3, 4)] == [2 * first, 3 * first, 4 * first]


def test_rules_that_are_made_of_others_keep_their_resources():
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for block in re.findall(r"^use rule .*\n(?:(?: .*)?\n)*", path.read_text(), re.M):
            assert "resources:" not in block, path.name


def test_run_times_of_the_slurm_profile_grow_too():
    times = [given["runtime"] for given in settings("slurm")["set-resources"].values()]
    assert all(re.fullmatch(r"\d+ \* attempt", time) for time in times), times


def test_an_unknown_engine_is_an_error(tmp_path, answers):
    script(tmp_path, "status.sh", "condor", "42", status=1)
    script(tmp_path, "submit.sh", "condor", "1", "1000", "5", "0", "/x/job.sh", status=1)


def test_only_files_of_our_own_dead_tests_count_as_left_behind(tmp_path):
    path = tmp_path / "slurm.conf"
    path.write_text("ClusterName=real\n")
    assert not left_behind(path)
    path.write_text(MARK.format(pid=os.getpid()) + "ClusterName=loopback\n")
    assert not left_behind(path)
    ended = subprocess.Popen(["true"])
    ended.wait()
    path.write_text(MARK.format(pid=ended.pid) + "ClusterName=loopback\n")
    assert left_behind(path)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with all that the test of Slurm needs; its /etc/slurm is a folder of ours."""
    monkeypatch.setattr(loopback_slurm, "ETC", tmp_path)
    monkeypatch.setattr(loopback_slurm, "running_daemons", list)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("SLURM_CONF", raising=False)
    assert loopback_slurm.why_not() is None
    return tmp_path


def test_no_slurm_is_brought_up_where_one_is_configured(machine):
    conf = machine / "slurm.conf"
    conf.write_text("ClusterName=real\n")
    assert f"{conf} is there already" in loopback_slurm.why_not()
    with pytest.raises(FileExistsError), loopback_slurm.Slurm(machine / "run"):
        pass
    assert conf.read_text() == "ClusterName=real\n"
    assert not (machine / "gres.conf").exists()


def test_no_slurm_is_brought_up_where_it_cannot_be(machine, monkeypatch):
    monkeypatch.setenv("SLURM_CONF", "/nfs/slurm.conf")
    assert "SLURM_CONF" in loopback_slurm.why_not()
    monkeypatch.setattr(loopback_slurm, "running_daemons", lambda: ["slurmd"])
    monkeypatch.delenv("SLURM_CONF")
    assert "slurmd" in loopback_slurm.why_not()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in loopback_slurm.why_not()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "not installed" in loopback_slurm.why_not()
