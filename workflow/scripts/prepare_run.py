"""Check what would end a run soon or in a traceback, and clear the lock of a killed one; ./run does it first.

Parameters
----------
process
    Process that will be Snakemake.
arguments
    Its arguments, after --.
"""

import argparse
from difflib import get_close_matches
from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.errors import UserError
from motifcnn.core.working_folder import check_folder, take_over
from motifcnn.data.preflight import look_at_files
from motifcnn.experiment.config import make_plan
from motifcnn.experiment.yaml_file import read_yaml

ENDINGS = (".yaml", ".yml", ".json")
# Options with which Snakemake runs nothing, or another workflow.
ELSEWHERE = {"--unlock", "--help", "-h", "--version", "-v", "--snakefile", "-s"}
# What ./run takes as a first word. Any other word would be a target of Snakemake's.
COMMANDS = ("demo", "test", "estimate", "report", "clean", "lint", "help")


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
    if given.directory is None and not ELSEWHERE & {argument.partition("=")[0] for argument in others}:
        take_over(Path.cwd() / ".snakemake", process)
        # It takes Snakemake a second to start, which nobody should wait for a sentence from above.
        from motifcnn.cost.invocation import read_arguments

        if sentences := look_at_files(make_plan(read_arguments(arguments).config)):
            raise UserError("\n".join(sentences))


if __name__ == "__main__":
    run(main)
