"""What Snakemake would do if it were started with some arguments: its own dry run, listened to.

Snakemake is started in this process. It says what it would do in log records for logger plugins
(`snakemake_interface_logger_plugins.common.LogEvent`), which can be counted on more than its text.
"""

import argparse
import contextlib
import io
import logging
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from ..experiment.config import check_no_repeated_keys, with_types

DEFAULT_CONFIG = Path("config/config.yaml")
# Of `LogEvent`, whose members are equal to these.
_JOB_INFO, _RUN_INFO = "job_info", "run_info"


@dataclass(frozen=True)
class Job:
    """A job that would be run.

    Attributes
    ----------
    rule
        Its rule.
    wildcards
        Values of the rule's wildcards by name.
    threads
        CPU threads it would get.
    """

    rule: str
    wildcards: dict[str, str]
    threads: int


@dataclass(frozen=True)
class Invocation:
    """How Snakemake understands its arguments, profiles included.

    Attributes
    ----------
    config
        The configuration, as `make_plan` takes it.
    cores
        CPU cores of this machine that it may use; None where jobs go to a cluster.
    jobs
        How many jobs it may have on a cluster at once; None on one machine.
    gpus
        How many jobs that use a GPU may run at once; None where there is no such limit.
    """

    config: dict[str, Any]
    cores: int | None
    jobs: int | None
    gpus: int | None


def understand(arguments: Sequence[str]) -> Invocation:
    """Read the arguments of `snakemake` as it does itself.

    Raises
    ------
    UserError
        Snakemake would refuse them.
    """
    from snakemake.cli import parse_args, parse_config, parse_cores

    with _quietly():
        _, parsed = parse_args(list(arguments))
        config = _read_config(parsed, parse_config(parsed.config))
        cores = parse_cores("all" if parsed.cores is None else parsed.cores)
    remote = parsed.executor not in (None, "local", "dryrun")
    gpu = parsed.resources.get("gpu")
    return Invocation(
        config=config,
        cores=None if remote else cores,
        jobs=parsed.jobs if remote else None,
        gpus=None if gpu is None else int(gpu.value),
    )


def planned_jobs(arguments: Sequence[str]) -> list[Job]:
    """Return all jobs that Snakemake would run.

    Parameters
    ----------
    arguments
        Of `snakemake`.

    Raises
    ------
    UserError
        Snakemake cannot plan; what it says about it goes to stderr.
    """
    from snakemake.cli import main

    listener = _Listener()
    # The parent of Snakemake's own logger, which takes all handlers off that one when it ends.
    logger = logging.getLogger("snakemake")
    logger.addHandler(listener)
    try:
        with _quietly():
            main(["--quiet", "host", "--dry-run", *arguments])
    finally:
        logger.removeHandler(listener)
    if len(listener.jobs) != listener.announced:
        raise UserError(
            f"Snakemake announced {listener.announced} jobs and listed {len(listener.jobs)}; leave --quiet out of "
            "the arguments"
        )
    return listener.jobs


class _Listener(logging.Handler):
    """Collects the jobs of a dry run, and how many it says that there are."""

    def __init__(self):
        super().__init__()
        self.jobs: list[Job] = []
        self.announced = 0

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "event", None)
        if event == _JOB_INFO:
            self.jobs.append(Job(record.rule_name, dict(record.wildcards or {}), record.threads))
        elif event == _RUN_INFO:
            self.announced = sum(count for rule, count in record.stats.items() if rule != "total")


def _read_config(parsed: argparse.Namespace, overrides: dict[str, Any]) -> dict[str, Any]:
    """Put the configuration together as workflow/Snakefile has it: a file that is named stands alone."""
    from snakemake.common.configfile import load_configfile
    from snakemake.utils import update_config

    config: dict[str, Any] = {}
    for path in parsed.configfile or [DEFAULT_CONFIG]:
        update_config(config, load_configfile(path))
        check_no_repeated_keys(path)
    update_config(config, overrides)
    return with_types(config, overrides)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Keep what Snakemake prints to itself, unless it fails."""
    from snakemake_interface_common.exceptions import WorkflowError

    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            yield
    except SystemExit as error:
        if error.code == 2:
            # argparse, below a usage of a hundred lines.
            raise UserError(printed.getvalue().strip().rpartition("error: ")[2]) from None
        if error.code:
            print(printed.getvalue().strip(), file=sys.stderr)
            raise UserError("Snakemake cannot plan this; its own words are above") from None
    except (WorkflowError, ValueError) as error:
        raise UserError(str(error)) from None
    except OSError as error:
        raise UserError(f"cannot read {error.filename}: {error.strerror}") from None
