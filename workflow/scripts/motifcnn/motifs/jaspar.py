"""JASPAR count files, and motif databases in MEME or JASPAR format."""

import difflib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..core.errors import UserError
from ..core.files import write_text
from ..core.resources import RESOURCES
from ..core.sequences import ALPHABET
from .meme import DEFAULT_NSITES, Motif, read_meme
from .parsing import drop_copies, read_numbers, read_text, renormalise

# The database shipped with the workflow.
JASPAR_2016 = RESOURCES / "jaspar2016_core_vertebrates.txt"
# Decimals that `read_database` keeps of a JASPAR file.
DECIMALS = 6

_FORMATS = (
    "MEME format, JASPAR counts ('>id name' and four rows, A C G T), or a bare matrix of four rows, A C G T"
)


def read_counts(path: str | os.PathLike) -> list[Motif]:
    """Read a JASPAR file: counts, or probabilities, of one or many motifs.

    Each motif is a line `>id name` and four rows of numbers for A, C, G, T, with or without the
    letter and the brackets (`A [ 3 0 12 ]`). A file of only four rows is one motif, named after the
    file. Lines that begin with `#` are comments.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list[Motif]
        In file order, at least one. A probability is a count divided by its column's total; `nsites`
        is the rounded mean of these totals, or 20 for a matrix of probabilities.

    Raises
    ------
    UserError
        The file is missing, empty, truncated or in another format; two different motifs share an id;
        a value is negative or not a number; a column has no counts, or has probabilities that do not
        sum to one.
    """
    text = read_text(path, "JASPAR")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not lines:
        raise UserError(f"{path} holds no motifs, only comments; give a JASPAR file with at least one")
    if not lines[0][1].startswith(">"):
        lines.insert(0, (0, f">{Path(path).stem}"))
    starts = [i for i, (_, line) in enumerate(lines) if line.startswith(">")]
    motifs = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        number, heading = lines[start]
        words = heading[1:].split(maxsplit=1)
        if not words:
            raise UserError(f"{path}, line {number}, is a '>' without an id; write '>id name'")
        matrix = _read_rows(path, words[0], lines[start + 1 : stop])
        motifs.append(_from_counts(path, words[0], words[1] if len(words) > 1 else "", matrix))
    return drop_copies(motifs, path)


def write_counts(path: str | os.PathLike, motifs: Iterable[Motif]) -> None:
    """Write motifs as counts in JASPAR format, whole or not at all.

    A count is a probability times `nsites`, rounded so that every column adds up to `nsites`; the largest
    remainders are rounded up.
    """
    lines = []
    for motif in motifs:
        # Probabilities with a few decimals add up to 1 only nearly, which shows in millions of sites.
        exact = motif.probabilities / motif.probabilities.sum(axis=1, keepdims=True) * motif.nsites
        counts = np.floor(exact + 1e-9).astype(int)
        missing = round(motif.nsites) - counts.sum(axis=1)
        # Letters by falling remainder; of equal ones the first.
        order = np.argsort(counts - exact, axis=1, kind="stable")
        for row, letters, more in zip(counts, order, missing, strict=True):
            row[letters[:more]] += 1
        lines.append(f">{motif.id} {motif.name}".rstrip())
        for letter, row in zip(ALPHABET, counts.T, strict=True):
            lines.append(f"{letter} [ {' '.join(map(str, row))} ]")
    write_text(path, "".join(f"{line}\n" for line in lines))


def read_database(path: str | os.PathLike, drop: Sequence[str] = ()) -> list[Motif]:
    """Read a motif database from a MEME or a JASPAR file; its content tells which.

    The probabilities of a JASPAR file are rounded to 6 decimals, as in the MEME files converted from
    it, the only format that the Tomtom program reads. (`read_counts` does not round.)

    Parameters
    ----------
    path
        The file.
    drop
        Ids to leave out.

    Returns
    -------
    list[Motif]
        In file order, at least one.

    Raises
    ------
    UserError
        The file is in neither format, lacks an id of `drop`, or has no other motifs.
    """
    text = read_text(path, "MEME or JASPAR")
    first = next((line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"), "")
    if re.search(r"^MEME version", text, re.MULTILINE):
        motifs = read_meme(path)
    elif first.startswith(">") or re.match(r"[Aa]?\s*[|:]?\s*\[?\s*[-+.\d]", first):
        motifs = [
            Motif(m.id, m.name, np.round(m.probabilities, DECIMALS), m.nsites) for m in read_counts(path)
        ]
    else:
        raise UserError(f"{path} is not a motif database; give {_FORMATS}")
    ids = [motif.id for motif in motifs]
    for name in drop:
        if name not in ids:
            nearest = difflib.get_close_matches(name, ids, n=1, cutoff=0.0)[0]
            raise UserError(f"the motif {name} to drop is not in {path}; the nearest id there is {nearest}")
    motifs = [motif for motif in motifs if motif.id not in set(drop)]
    if not motifs:
        raise UserError(f"every motif of {path} is dropped; leave at least one to search")
    return motifs


def _read_rows(path, name: str, lines: list[tuple[int, str]]) -> np.ndarray:
    """Read the four rows of a motif, float64 (4, width)."""
    if len(lines) != len(ALPHABET):
        raise UserError(f"{path}, motif {name}, has {len(lines)} rows; it must have four, A C G T")
    rows = []
    for letter, (number, line) in zip(ALPHABET, lines, strict=True):
        found = re.match(r"([A-Za-z])?\s*[:|]?\s*(.*)", line)
        if found[1] and found[1].upper() != letter:
            raise UserError(
                f"{path}, line {number}, motif {name}, is a row {found[1]!r} in place of {letter}; "
                "the rows must be A, C, G, T"
            )
        where = f"{path}, line {number}, motif {name},"
        values = found[2].strip()
        if values.startswith("[") != values.endswith("]"):
            raise UserError(
                f"{where} has only one bracket and seems to be cut short; write '{letter} [ ... ]'"
            )
        rows.append(read_numbers(values.strip("[]").split(), where))
    lengths = [len(row) for row in rows]
    if min(lengths) != max(lengths) or not lengths[0]:
        raise UserError(
            f"{path}, motif {name}, has rows of {', '.join(map(str, lengths))} numbers; "
            "all four must have the same length, at least 1"
        )
    return np.array(rows)


def _from_counts(path, name: str, second: str, matrix: np.ndarray) -> Motif:
    """Make a motif from counts or probabilities, float64 (4, width)."""
    where = f"{path}, motif {name},"
    totals = matrix.sum(axis=0)
    # No value above one, or fractions that sum to about one: these are probabilities, not counts.
    if matrix.max() <= 1 or (totals.max() <= 2 and (matrix != matrix.round()).any()):
        return Motif(name, second, renormalise(matrix.T, where), DEFAULT_NSITES)
    empty = np.flatnonzero(totals == 0)
    if len(empty):
        raise UserError(f"{where} has no counts at position {empty[0] + 1}; remove that column")
    return Motif(name, second, (matrix / totals).T, float(round(totals.mean())))
