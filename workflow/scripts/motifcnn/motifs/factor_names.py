"""Names of transcription factors: the spellings of one factor, and the factors that a matrix is of."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ..core.errors import UserError
from ..core.resources import RESOURCES

# The table shipped with the workflow.
SYNONYMS = RESOURCES / "factor_synonyms.tsv"


def read_synonyms(path: str | os.PathLike) -> dict[str, str]:
    """Read a table of other names of factors.

    Parameters
    ----------
    path
        Tab-separated, with the header factor, synonyms; the latter are separated by commas. Lines that begin with
        `#` are comments.

    Returns
    -------
    dict
        The factor of each synonym, both as `spelt_alike` returns them.

    Raises
    ------
    UserError
        The file cannot be read, has a line without synonyms, or gives one synonym to two factors.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the table of synonyms {path} cannot be read ({error})") from None
    rows = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    found: dict[str, str] = {}
    for number, line in rows[1:]:
        factor, _, synonyms = map(str.strip, line.partition("\t"))
        if not synonyms:
            raise UserError(f"{path}, line {number}, has no synonyms; write 'factor<tab>synonym,synonym'")
        for synonym in synonyms.split(","):
            one, other = spelt_alike(factor), found.setdefault(spelt_alike(synonym), spelt_alike(factor))
            if one != other:
                raise UserError(
                    f"{path}, line {number}, gives {synonym.strip()} to a second factor; keep one"
                )
    return found


def spelt_alike(name: str) -> str:
    """Return what all spellings of a name have in common: NFYB for NF-YB, Nfyb and NFYB(var.2)."""
    return "".join(filter(str.isalnum, re.sub(r"\(.*?\)", "", name))).upper()


def factors_in(name: str, synonyms: Mapping[str, str]) -> frozenset[str]:
    """Return the factors that a name is of, such as MAX and MYC for `MAX::c-Myc`; spelt alike, without synonyms."""
    parts = filter(None, map(spelt_alike, name.split("::")))
    return frozenset(synonyms.get(part, part) for part in parts) or frozenset([name])


def name_of_matrix(identifier: str, name: str) -> str:
    """Return the name of the factors that a matrix is of.

    JASPAR's MEME files repeat the id before the name (MA0004.1.Arnt); HOCOMOCO's ids begin with the factor
    (CTCF_HUMAN.H11MO.0.A, CTCF.H12CORE.0.P.B), and there is no name.
    """
    name = name.removeprefix(f"{identifier}.")
    return name if name not in ("", identifier) else re.split(r"[._]", identifier)[0]
