"""Check what would end a run of Snakemake in a traceback, and clear the lock of a killed one; ./run does it first.

Parameters
----------
process
    Process that will be Snakemake.
arguments
    Its arguments, after --.
"""

import argparse
import os
from difflib import get_close_matches
from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.core.run_lock import take_over
from motifcnn.experiment.yaml_file import read_yaml

ENDINGS = (".yaml", ".yml", ".json")
# What ./run takes as a first word. Any other word would be a target of Snakemake's.
COMMANDS = ("demo", "test", "estimate", "clean", "lint", "help")


def main(*arguments: str, process: int) -> None:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", default=[])
    parser.add_argument("--directory", "-d")
    given, others = parser.parse_known_args(arguments)
    if meant := get_close_matches(next(iter(arguments), ""), COMMANDS, n=1, cutoff=0.7):
        raise UserError(f"./run has no command '{arguments[0]}'; did you mean ./run {meant[0]}?")
    if given.directory is None:
        check_folder(Path.cwd())
    for number, path in enumerate(given.configfile):
        # Snakemake takes all that follows for configurations, and the last of those with a key in common wins.
        if number and not path.endswith(ENDINGS):
            first = " ".join(given.configfile[:number])
            raise UserError(
                f"'{path}' stands behind --configfile, which takes all that follows for configurations; write targets "
                f"first: ./run {path} --configfile {first}"
            )
        read_yaml(path)
    if given.directory is None and "--unlock" not in others:
        take_over(Path.cwd() / ".snakemake", process)


def check_folder(folder):
    """Refuse a folder in which Snakemake cannot work."""
    if "{" in str(folder) or "}" in str(folder):
        raise UserError(f"the path {folder} has braces, which Snakemake fills in; rename the folder")
    for path in (folder, folder / ".snakemake", folder / "results"):
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            raise UserError(
                f"{path} is not yours to write to; work in a clone of your own, or name one with --directory"
            )


if __name__ == "__main__":
    run(main)
