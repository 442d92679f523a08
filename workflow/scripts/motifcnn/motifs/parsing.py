"""What the readers of MEME and of JASPAR files share: text, numbers, columns that sum to one, ids."""

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import UserError
from ..core.files import refuse_pipe
from ..core.text import NOT_SHOWABLE

if TYPE_CHECKING:
    from .meme import Motif

# Four numbers rounded to two decimals miss 1 by up to 0.02; the rest is the rounding of a float.
_TOLERANCE = 0.02 + 1e-9
# Tomtom leaves a row as it is if it misses 1 by no more than this.
_EXACT = 1e-5


def read_text(path: str | os.PathLike, what: str) -> str:
    """Read a motif file; `what` names the expected format in errors.

    Raises
    ------
    UserError
        The file is missing, empty, not text or a named pipe.
    """
    try:
        refuse_pipe(path, f"give the path of a {what} file")
        raw = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}); give the path of a {what} file") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UserError(f"{path} is not text; give a {what} file (unpacked, if it was compressed)")
    # The end of a file, or of a page, as old programs mark it.
    text = text.rstrip("\x1a\f")
    if not text.strip():
        raise UserError(f"{path} is empty; give a {what} file with at least one motif")
    if found := NOT_SHOWABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UserError(
            f"{path}, line {line}, has the character {found[0]!a}, which no page can show; remove it"
        )
    return text


def read_numbers(words: Sequence[str], where: str) -> list[float]:
    """Parse finite, non-negative numbers; `where` names their place in errors.

    Raises
    ------
    UserError
        A word is anything else.
    """
    numbers = []
    for word in words:
        try:
            number = np.nan if "_" in word else float(word)
        except ValueError:
            number = np.nan
        if not 0 <= number < 1e300:  # sums of a column stay finite
            raise UserError(f"{where} has {word!r}; write a number that is not negative")
        numbers.append(number)
    return numbers


def renormalise(probabilities: np.ndarray, where: str) -> np.ndarray:
    """Make every position of a PPM sum to one, as Tomtom does.

    Parameters
    ----------
    probabilities
        float64 (width, 4).
    where
        Its place, for errors.

    Returns
    -------
    np.ndarray
        float64 (width, 4). Rows that miss 1 by more than 1e-5 have been divided by their sum; the
        others are unchanged.

    Raises
    ------
    UserError
        A row misses 1 by more than rounding to two decimals explains, 0.02.
    """
    total = probabilities.sum(axis=1, keepdims=True)
    error = np.abs(total - 1)
    if error.max() > _TOLERANCE:
        position = int(np.argmax(error > _TOLERANCE))
        raise UserError(
            f"{where} has probabilities that sum to {total[position, 0]:.4g} at position "
            f"{position + 1}; the four letters of a position must sum to 1"
        )
    return np.where(error > _EXACT, probabilities / total, probabilities)


def drop_copies(motifs: Iterable["Motif"], path: str | os.PathLike) -> list["Motif"]:
    """Leave out each motif that repeats an earlier one, id and matrix, and say so on stderr.

    Ids must be unique in a MEME file. The Tomtom program warns about a repeated one; here, the
    repetition is dropped if nothing is lost with it. Two matrices under one id are refused, since
    tables of matches name a motif by its id alone.

    Raises
    ------
    UserError
        Motifs that differ have the same id.
    """
    kept: dict[str, Motif] = {}
    for motif in motifs:
        first = kept.setdefault(motif.id, motif)
        if first is motif:
            continue
        if not np.array_equal(first.probabilities, motif.probabilities) or first.nsites != motif.nsites:
            raise UserError(f"{path} has two different motifs called {motif.id}; give each its own id")
        print(f"{path} repeats the motif {motif.id}; it is used once", file=sys.stderr)
    return list(kept.values())
