"""The engine `numpy`: motifs of a database that resemble a query, as Tomtom 5.4.1 lists them.

It gives what `tomtom -evalue -thresh E QUERIES DATABASE` gives (Euclidean distance, complete scores,
both strands, pseudocount 0.1), in all ten columns and in the same order.
"""

import os
from collections.abc import Sequence
from itertools import islice

import numpy as np
import pandas as pd

from ...core.errors import UserError
from ...core.files import write_text
from ...core.sequences import ALPHABET
from ..meme import UNIFORM, Motif, check_unique
from .qvalues import Bootstrap, q_values
from .scores import Targets, smoothed

# Columns and their types; p-, E- and q-values hold single-precision values.
_TYPES = {
    "Query_ID": str,
    "Target_ID": str,
    "Optimal_offset": int,
    "p-value": float,
    "E-value": float,
    "q-value": float,
    "Overlap": int,
    "Query_consensus": str,
    "Target_consensus": str,
    "Orientation": str,
}
COLUMNS = tuple(_TYPES)

# What `write_rows` calls this engine.
ENGINE = "motif-filters, engine numpy"

_FORMAT = "https://meme-suite.org/meme/doc/tomtom-output-format.html"
_LETTERS = np.array(list(ALPHABET))


def match(
    queries: Sequence[Motif],
    targets: Sequence[Motif],
    evalue: float | None = 0.1,
    background: np.ndarray = UNIFORM,
) -> pd.DataFrame:
    """Compare every query with every target.

    Parameters
    ----------
    queries
        Motifs of one file, in file order: the bootstrap of the q-values continues from query to query,
        so q-values depend, in about their third digit, on how many queries came before.
    targets
        The database; its order does not matter.
    evalue
        Largest E-value of a row, or None for all rows.
    background
        float64 (4,), letter frequencies in which the pseudocount is added to queries and targets;
        those that `meme.read_background` finds in the query file.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; one row per query and target (on its better strand), grouped by query and sorted by
        ascending p.

    Raises
    ------
    UserError
        There are no queries or no targets, or an id occurs twice.
    """
    if not len(queries) or not len(targets):
        raise UserError("there is nothing to compare; Tomtom needs at least one query and one target")
    check_unique(queries, "the query file")
    check_unique(targets, "the database")
    # Among equal p-values, strand and id decide the order.
    targets = sorted(targets, key=lambda motif: motif.id)
    prepared = Targets(targets, background)
    bootstrap = Bootstrap()
    smooth = [smoothed(query, background) for query in queries]
    found = []
    for matrix in smooth:
        aligned = prepared.align(matrix)
        p = aligned.p_value.astype(np.float32)
        q = q_values(p, bootstrap).astype(np.float32)
        e = p * np.float32(len(targets))
        best = _better_strands(p, aligned.overlap)
        if evalue is not None:
            best = best[e[best] <= np.float32(evalue)]
        best = best[np.lexsort((best // 2, best % 2, -aligned.overlap[best], p[best]))]
        found.append((best, aligned.offset[best], aligned.overlap[best], p[best], e[best], q[best]))
    query_of = np.repeat(np.arange(len(queries)), [len(columns[0]) for columns in found])
    best, offset, overlap, p, e, q = map(np.concatenate, zip(*found, strict=True))
    return pd.DataFrame(
        {
            "Query_ID": np.array([query.id for query in queries])[query_of],
            "Target_ID": np.array([target.id for target in targets])[best // 2],
            "Optimal_offset": offset,
            "p-value": p,
            "E-value": e,
            "q-value": q,
            "Overlap": overlap,
            "Query_consensus": _consensus(smooth)[query_of],
            "Target_consensus": _consensus(prepared.matrices)[best],
            "Orientation": np.array(["+", "-"])[best % 2],
        }
    ).astype(_TYPES)


def _better_strands(p: np.ndarray, overlap: np.ndarray) -> np.ndarray:
    """Oriented index of each target's better strand, (K,): smaller p, then larger overlap, then +."""
    p, overlap = p.reshape(-1, 2), overlap.reshape(-1, 2)
    other = (p[:, 1] < p[:, 0]) | ((p[:, 1] == p[:, 0]) & (overlap[:, 1] > overlap[:, 0]))
    return 2 * np.arange(len(p)) + other


def _consensus(matrices: Sequence[np.ndarray]) -> np.ndarray:
    """Most probable letter at each position of smoothed matrices, float64 (width, 4), as strings.

    Tomtom keeps the largest probability so far in single precision. Of equal letters the first
    stands, therefore, unless the rounding made it smaller than the next one.
    """
    columns = np.vstack(matrices)
    letter = np.zeros(len(columns), dtype=int)
    largest = columns[:, 0].astype(np.float32)
    for other in range(1, len(ALPHABET)):
        larger = columns[:, other] > largest
        letter[larger] = other
        largest[larger] = columns[larger, other]
    letters = iter("".join(_LETTERS[letter]))
    return np.array(["".join(islice(letters, len(matrix))) for matrix in matrices])


def write_rows(path: str | os.PathLike, rows: pd.DataFrame, engine: str = ENGINE) -> None:
    """Write rows as Tomtom does: a header, the rows, an empty line and three lines of comment.

    Parameters
    ----------
    path
        The file to write.
    rows
        `COLUMNS`. Numbers are written as %g.
    engine
        Name and version of the engine, for the first comment line.
    """
    lines = ["\t".join(COLUMNS)]
    for row in rows[list(COLUMNS)].itertuples(index=False):
        lines.append("\t".join(f"{v:g}" if isinstance(v, float) else str(v) for v in row))
    lines += [
        "",
        f"# Tomtom (Motif Comparison Tool): {engine}",
        f"# The format of this file is described at {_FORMAT}.",
        "# tomtom -text -evalue (Euclidean distance, complete scores, both strands)",
    ]
    write_text(path, "\n".join(lines) + "\n")


def read_rows(path: str | os.PathLike) -> pd.DataFrame:
    """Read rows written by `write_rows` or by Tomtom.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, with no rows where there was no match.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"the Tomtom table {path} cannot be read ({error}); make it again") from None
    return parse_rows(text, path)


def read_engine(path: str | os.PathLike) -> str:
    """Return what made a table: the first comment's words on the engine and its version, or ``""``."""
    with open(path, encoding="utf-8") as file:
        comments = [line for line in file if line.startswith("# Tomtom")]
    return comments[0].partition(": ")[2].strip() if comments else ""


def parse_rows(text: str, source: str | os.PathLike) -> pd.DataFrame:
    """Read rows from a table's text; `source` names it in errors. See `read_rows`."""
    lines = text.splitlines()
    if not lines or lines[0].split("\t") != list(COLUMNS):
        raise UserError(f"{source} is not a Tomtom table; its first line must name Tomtom's ten columns")
    rows = []
    for number, line in enumerate(lines[1:], 2):
        # The comments follow an empty line; a query's id may begin with #.
        if not line.strip():
            break
        cells = line.split("\t")
        try:
            rows.append([kind(cell) for kind, cell in zip(_TYPES.values(), cells, strict=True)])
        except ValueError:
            raise UserError(f"{source}, line {number}, is not a row of ten cells; make it again") from None
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(_TYPES)
