"""Read those of Snakemake's arguments that decide what a run costs, as Snakemake reads them."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

from snakemake.cli import get_profile_dir, parse_config
from snakemake.utils import available_cpu_count, update_config

from ..core.errors import UserError
from ..experiment.config import with_types
from ..experiment.yaml_file import read_yaml

_DEFAULT_CONFIG = "config/config.yaml"
_DEFAULT_PROFILE = "profiles/default"
_LOCAL_EXECUTORS = (None, "local", "dryrun", "touch")


class Invocation(NamedTuple):
    """What the arguments and profiles of a run ask for.

    `cores` are for jobs on this machine; so many `cluster_jobs` may be on a cluster and use `gpus` at once, None
    without a cluster or such a limit; `others` are targets, and options that the estimate takes no account of.
    """

    config: dict[str, Any]
    cores: int
    cluster_jobs: int | None
    gpus: int | None
    others: tuple[str, ...] = ()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UserError(message)


def read_arguments(arguments: Sequence[str]) -> Invocation:
    """Read the command line of a run, as `./run` or `snakemake` take it, its profiles and its configuration.

    Raises
    ------
    UserError
        An argument, a profile or the configuration cannot be read.
    """
    parser = _Parser("./run estimate", description="Say what ./run would cost with the same arguments.")
    parser.add_argument("--configfile", "--configfiles", nargs="+", metavar="FILE")
    parser.add_argument("--config", "-C", nargs="*", metavar="KEY=VALUE")
    for option in (("--cores", "-c"), ("--jobs", "-j"), ("--executor", "-e")):
        parser.add_argument(*option)
    parser.add_argument("--resources", "--res", nargs="+", metavar="NAME=INT", help="only gpu matters")
    parser.add_argument("--profile", nargs="+", default=os.environ.get("SNAKEMAKE_PROFILE", "").split())
    parser.add_argument(
        "--workflow-profile", default=_DEFAULT_PROFILE if os.path.isdir(_DEFAULT_PROFILE) else "none"
    )
    given, others = parser.parse_known_args(list(arguments))
    options: dict[str, Any] = {}
    for profile in (*given.profile, given.workflow_profile):
        options |= _read_profile(profile) if profile != "none" else {}
    options |= {name: value for name, value in vars(given).items() if value is not None}
    resources = dict(entry.partition("=")[::2] for entry in _entries(options.get("resources")))
    remote = options.get("executor") not in _LOCAL_EXECUTORS
    jobs = _number("--jobs", options.get("jobs"), "unlimited", sys.maxsize)
    if remote and jobs is None:
        raise UserError("--jobs is missing: say how many jobs may be on the cluster at once")
    # On a single machine --jobs means --cores.
    cores = _number("--cores", options.get("cores", None if remote else jobs), "all", available_cpu_count())
    return Invocation(
        config=_read_config(_entries(options.get("configfile")), _entries(options.get("config"))),
        cores=cores or available_cpu_count(),
        cluster_jobs=jobs if remote else None,
        gpus=_number("--resources gpu", resources.get("gpu"), "unlimited", sys.maxsize),
        others=tuple(others),
    )


def _read_profile(name: str) -> dict[str, Any]:
    found = get_profile_dir(name) or get_profile_dir(f"profiles/{name}")
    if not found:
        raise UserError(f"there is no profile '{name}': no such file, and no folder with a config.yaml")
    profile = read_yaml(found[1])
    return {"configfile" if key == "configfiles" else key: value for key, value in profile.items()}


def _read_config(files: Sequence[str], entries: Sequence[str]) -> dict[str, Any]:
    """Merge the configuration as workflow/Snakefile has it: files that are named replace the default one."""
    config: dict[str, Any] = {}
    for path in files or [_DEFAULT_CONFIG]:
        update_config(config, read_yaml(path))
    try:
        overrides = parse_config(entries)
    except ValueError as error:
        raise UserError(str(error)) from None
    update_config(config, overrides)
    return with_types(config, overrides)


def _entries(value: Any) -> list[str]:
    """Return the value of an option or of a profile's key as a list of arguments."""
    if isinstance(value, Mapping):
        return [f"{key}={item}" for key, item in value.items()]
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] * (value is not None)


def _number(option: str, value: Any, word: str, meaning: int) -> int | None:
    if value is None or value == word:
        return value and meaning
    try:
        return int(value)
    except ValueError:
        raise UserError(f"{option} is {value}, but must be a whole number or '{word}'") from None
