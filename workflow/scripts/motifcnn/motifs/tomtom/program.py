"""The engine `meme`: the Tomtom program itself, from the PATH or the conda environment."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ...core.errors import UserError
from ..meme import Motif, write_meme
from .match import parse_rows

_ALL = 1e9  # no E-value is larger
_DECIMALS = 15  # as many as a float64 has, so that the program reads the same numbers


class Answer(NamedTuple):
    """What the program found.

    Attributes
    ----------
    rows
        `tomtom.COLUMNS`, as `tomtom.match` returns them.
    version
        The program's version, such as "5.4.1".
    """

    rows: pd.DataFrame
    version: str


def match(query_path: str | os.PathLike, targets: Sequence[Motif], evalue: float | None = 0.1) -> Answer:
    """Compare every motif of a MEME file with every target by running `tomtom -text`.

    Parameters
    ----------
    query_path
        The queries; the program reads this very file.
    targets
        The database. It is written as a temporary MEME file, since the program reads no other format.
    evalue
        Largest E-value of a row, or None for all rows.

    Raises
    ------
    UserError
        The program is not on the PATH, fails, or is older than version 5.
    """
    program = shutil.which("tomtom")
    if program is None:
        raise UserError(
            "the program tomtom is not on the PATH; install the MEME Suite, or run snakemake with "
            "--use-conda, or set engine: numpy, which gives the same rows"
        )
    with tempfile.TemporaryDirectory(prefix="tomtom-") as folder:
        database = Path(folder) / "database.meme"
        write_meme(database, targets, decimals=_DECIMALS)
        threshold = str(_ALL if evalue is None else evalue)
        command = [program, "-verbosity", "1", "-text", "-evalue", "-thresh", threshold]
        ended = subprocess.run(
            [*command, os.fspath(query_path), os.fspath(database)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise UserError(
            f"{program} failed on {query_path} with status {ended.returncode} ({said}); "
            "fix what it reports, or set engine: numpy"
        )
    version = re.search(r"^#.*\bVersion (\S+)", ended.stdout, flags=re.MULTILINE)
    if version is None:
        raise UserError(
            f"{program} does not write tables as Tomtom 5 does; install MEME 5 or set engine: numpy"
        )
    return Answer(parse_rows(ended.stdout, f"the output of {program}"), version[1])
