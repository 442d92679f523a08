"""The twelve transcription factors of the papers, and the database ids that count as theirs."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import UserError
from ..core.resources import RESOURCES

# The table shipped with the workflow.
FACTORS = RESOURCES / "transcription_factors.tsv"


@dataclass(frozen=True)
class Factor:
    """A transcription factor, one row of resources/transcription_factors.tsv.

    Attributes
    ----------
    tf
        Its name, such as "CEBPB".
    matrix_id
        The JASPAR matrix that is planted in simulated sequences.
    width
        Width of that matrix, nt.
    relevant_papers
        The ids that the papers count as a match of this factor; some are not in JASPAR 2016.
    relevant_strict
        The planted matrix alone.
    deepsea_index
        0-based column among DeepSEA's 919 features.
    deepsea_name
        Name of that feature, cell|protein|treatment.
    encode_file
        The ENCODE file of its peaks.
    """

    tf: str
    matrix_id: str
    width: int
    relevant_papers: tuple[str, ...]
    relevant_strict: tuple[str, ...]
    deepsea_index: int
    deepsea_name: str
    encode_file: str


_COLUMNS = tuple(Factor.__dataclass_fields__)


def read_factors(path: str | os.PathLike) -> dict[str, Factor]:
    """Read a table of transcription factors, by name and in file order.

    Parameters
    ----------
    path
        Tab-separated, with the attributes of `Factor` as header; lists are separated by commas.

    Raises
    ------
    UserError
        The file is missing, lacks a column or a value, has text in place of a number, or names a
        factor twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the table of transcription factors {path} cannot be read ({error})") from None
    table = csv.DictReader(text.splitlines(), delimiter="\t")
    missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise UserError(f"{path} lacks the column {missing[0]}; its columns are {', '.join(_COLUMNS)}")
    factors = {}
    for number, row in enumerate(table, 2):
        if any(not row[name] for name in _COLUMNS):
            empty = next(name for name in _COLUMNS if not row[name])
            raise UserError(f"{path}, line {number}, has nothing in column {empty}; fill it in")
        if row["tf"] in factors:
            raise UserError(f"{path}, line {number}, names {row['tf']} a second time; remove one of the two")
        values = {name: row[name] for name in _COLUMNS}
        for name in ("width", "deepsea_index"):
            if not values[name].isdecimal():
                raise UserError(
                    f"{path}, line {number}, has {values[name]!r} as {name}; write a whole number"
                )
            values[name] = int(values[name])
        for name in ("relevant_papers", "relevant_strict"):
            values[name] = tuple(word.strip() for word in values[name].split(","))
        factors[values["tf"]] = Factor(**values)
    if not factors:
        raise UserError(f"{path} names no transcription factor; it needs at least one row")
    return factors
