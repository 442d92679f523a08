"""What is known of a run from Snakemake's messages: which jobs run, which are done, how long the rest will take."""

import os
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from logging import LogRecord
from pathlib import Path
from statistics import mean

from motifcnn.core.amounts import duration
from motifcnn.core.training_log import TrainingProgress, read_training_progress
from snakemake_interface_logger_plugins.common import LogEvent

# How Snakemake's messages begin that tell a user nothing, or nothing that is not told otherwise.
_NOISE = (
    "Assuming unrestricted shared filesystem usage",
    "Building DAG of jobs",
    "Using shell:",
    "Conda environments: ignored",
    "Group jobs: inactive",
    "Select jobs to execute",
    "Reasons:",
    # After a job has failed, which is told.
    "RuleException:",
    "Exiting because a job execution failed",
)
# Why a job of a run that goes on as planned is to be done.
_ORDINARY = ("Missing output files", "Input files updated by another job", "Forced execution")
# Where a sentence of ours has reached Snakemake.
_PLACE = re.compile(r'WorkflowError in file "[^"\n]*", line \d+:\n(.*?)(\n  File .*)?', re.DOTALL)
_NOT_TOLD = {LogEvent.WORKFLOW_STARTED, LogEvent.RESOURCES_INFO, LogEvent.JOB_STARTED, LogEvent.PROGRESS}
_LINES_OF_FAILED_LOG = 20
_TRAINING = "train_model"


@dataclass
class RunningJob:
    """A job that was started or submitted.

    Attributes
    ----------
    rule, doing
        Name of the rule; what the job does.
    logs
        Paths of its logs, with the time of the last change of each before the job (None where there was none).
    started
        When it was started or submitted, seconds of the monotonic clock.
    """

    rule: str
    doing: str
    logs: dict[str, float | None]
    started: float

    @property
    def seconds(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self.started

    def training(self) -> TrainingProgress | None:
        """Return how far a training is, if the job is one and its log says so."""
        if self.rule != _TRAINING:
            return None
        # A job that waits on a cluster to be tried again has the log of the time before.
        changed = [Path(log) for log, before in self.logs.items() if _last_change(log) != before]
        try:
            return read_training_progress("".join(log.read_text() for log in changed))
        except (OSError, ValueError):
            return None


@dataclass
class Story:
    """What has happened in a run so far; `tell` takes Snakemake's messages one after the other."""

    dryrun: bool = False
    show_failed_logs: bool = True
    running: dict[int, RunningJob] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    started: float = field(default_factory=time.monotonic)
    _failed: set[int] = field(default_factory=set)
    _left: Counter[str] = field(default_factory=Counter)
    _seconds: dict[str, list[float]] = field(default_factory=dict)
    _at_once: int = 1

    @property
    def failed(self) -> int:
        """How many jobs have failed and not been tried again."""
        return len(self._failed)

    def tell(self, record: LogRecord) -> str | None:
        """Take in a message, and return it in our words: "" for not at all, None for Snakemake's own words."""
        event = getattr(record, "event", None)
        if event in _NOT_TOLD:
            return ""
        if event == LogEvent.RUN_INFO:
            return self._planned(record.stats)
        if event == LogEvent.JOB_INFO:
            return self._start(record)
        if event == LogEvent.JOB_FINISHED:
            return self._finish(record.job_id)
        if event == LogEvent.JOB_ERROR:
            return self._fail(record)
        if event in (None, LogEvent.ERROR):
            said = str(record.msg).strip()
            if said.startswith(_NOISE):
                return ""
            if ours := _PLACE.fullmatch(said):
                return f"error: {ours[1]}"
        return None

    def seconds_left(self) -> tuple[float, bool] | None:
        """Estimate the seconds that the rest takes, and tell whether that is all of it; None before anything is known.

        Jobs take as long as those of the same rule have taken, as many at once as there have been. Rules of
        which no job is done are left out. Nothing is known as long as trainings are to come and none is done.
        """
        # Copies: a display asks in a thread of its own while messages come in.
        left = {rule: n for rule, n in list(self._left.items()) if n and rule != "all"}
        usual = {rule: mean(seconds) for rule, seconds in list(self._seconds.items()) if rule in left}
        if not usual or (_TRAINING in left and _TRAINING not in usual):
            return None
        work = sum(seconds * left[rule] for rule, seconds in usual.items())
        under_way = sum(
            min(job.seconds, usual[job.rule]) for job in list(self.running.values()) if job.rule in usual
        )
        return max(work - under_way, 0) / self._at_once, len(usual) == len(left)

    def _planned(self, stats: dict[str, int]) -> str:
        if self.dryrun and self.total:
            return ""  # which Snakemake says twice
        self.total = stats.get("total", 0)
        self._left = Counter({rule: n for rule, n in stats.items() if rule != "total"})
        kinds = ", ".join(f"{n:,} {rule}" for rule, n in self._left.items() if rule != "all")
        return f"{self.total:,} {'job' if self.total == 1 else 'jobs'} to do: {kinds}"

    def _start(self, record: LogRecord) -> str:
        doing = record.rule_msg or record.rule_name
        if self.dryrun:
            # What follows a colon are digests, or files by the dozen.
            reasons = [reason.partition(":")[0] for reason in record.reason.split("; ")]
            changed = [reason for reason in reasons if not reason.startswith(_ORDINARY)]
            return "\n      because: ".join([f"  {doing}", *changed])
        self._failed.discard(record.jobid)
        logs = {log: _last_change(log) for log in record.log}
        self.running[record.jobid] = RunningJob(record.rule_name, doing, logs, time.monotonic())
        self._at_once = max(self._at_once, len(self.running))
        return ""

    def _finish(self, jobid: int) -> str:
        job = self.running.pop(jobid)
        self.done += 1
        self._left[job.rule] -= 1
        self._seconds[job.rule] = [*self._seconds.get(job.rule, ()), job.seconds]
        # The rule `all` does nothing.
        return f"[{self.done}/{self.total}] {job.doing} ({duration(job.seconds)})" if job.logs else ""

    def _fail(self, record: LogRecord) -> str:
        job = self.running.pop(record.jobid, None)
        if job is None:
            return ""  # a job in a group reports its failure twice
        self._failed.add(record.jobid)
        said = [f"Failed after {duration(job.seconds)}: {job.doing}"]
        for log in record.log if self.show_failed_logs else ():
            said += [f"  the end of {log}:", *(f"    {line}" for line in _end_of(log))]
        return "\n".join(said)


def _last_change(path: str) -> float | None:
    try:
        return os.path.getmtime(path)
    except OSError:
        return None


def _end_of(log: str) -> list[str]:
    try:
        return Path(log).read_text(errors="replace").splitlines()[-_LINES_OF_FAILED_LOG:] or ["(it is empty)"]
    except OSError:
        return ["(there is no such file)"]
