"""Motifs, and the MEME minimal format they are read from and written to."""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from ..core.errors import UserError
from ..core.files import write_text
from ..core.sequences import ALPHABET
from .parsing import drop_copies, read_numbers, read_text, renormalise

DEFAULT_NSITES = 20
UNIFORM = np.full(4, 0.25)

_AFTER_MATRIX = ("MOTIF", "URL", "--")
_FIELD = re.compile(r"(\w+)=\s*(\S+)")


@dataclass(frozen=True)
class Motif:
    """A motif as a position probability matrix (PPM).

    Attributes
    ----------
    id
        Unique within a file, without blanks.
    name
        A second name, such as the transcription factor's; may be "".
    probabilities
        float64 (width, 4), columns A, C, G, T; each row sums to one, give or take 1e-5.
    nsites
        Number of sites that the motif was made from.
    """

    id: str
    name: str
    probabilities: np.ndarray
    nsites: float = DEFAULT_NSITES

    @property
    def width(self) -> int:
        """Number of positions."""
        return len(self.probabilities)

    def reverse_complement(self) -> "Motif":
        """Return the motif of the other strand, with the same id and name."""
        return Motif(self.id, self.name, self.probabilities[::-1, ::-1].copy(), self.nsites)


def check_unique(motifs: Iterable[Motif], path: str | os.PathLike) -> None:
    """Check that no id occurs twice.

    Raises
    ------
    UserError
        An id occurs twice.
    """
    seen = set()
    for motif in motifs:
        if motif.id in seen:
            raise UserError(f"{path} has two motifs called {motif.id}; give each its own id")
        seen.add(motif.id)


def read_meme(path: str | os.PathLike) -> list[Motif]:
    """Read the motifs of a file in MEME format (versions 3 to 5, minimal or full, DNA).

    Everything after `letter-probability matrix:` is optional, as the format has it [1]_: without
    `w=` a matrix ends at the next empty line or heading, and without `nsites=` it has 20 sites.
    Rows that do not sum to one are divided by their sum, see `renormalise`.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list[Motif]
        In file order, at least one. A motif that is given twice is returned once.

    Raises
    ------
    UserError
        The file is missing, empty, cut short, not in MEME format or not about DNA; two different
        motifs share an id; or a position does not have four probabilities that sum to one, give or
        take 0.02.

    References
    ----------
    .. [1] https://meme-suite.org/meme/doc/meme-format.html
    """
    lines = _lines(path)
    motifs, heading, end = [], None, 0
    for at, (number, line) in enumerate(lines):
        if at < end:  # a row of the last matrix
            continue
        if re.match(r"MOTIF\b", line):
            heading = line.split(maxsplit=2)[1:]
            if not heading:
                raise UserError(f"{path}, line {number}, is a MOTIF without an id; write 'MOTIF id name'")
        elif line.startswith("letter-probability matrix"):
            if heading is None:
                raise UserError(f"{path}, line {number}, has a matrix before its MOTIF line; add 'MOTIF id'")
            motifs.append(_read_matrix(path, heading, lines, at))
            end, heading = at + 1 + motifs[-1].width, None
        elif line.upper().startswith("ALPHABET"):
            _check_alphabet(path, line)
        elif not motifs or heading is not None:
            continue
        elif re.fullmatch(r"[-+.\deE\s]+", line) and re.search(r"\d", line):
            raise UserError(
                f"{path}, line {number}, continues motif {motifs[-1].id} after its last row; "
                "correct its w= or remove the empty line between its rows"
            )
    if heading is not None:
        raise UserError(
            f"{path} ends before the matrix of motif {heading[0]}; it seems to be cut short; create it again"
        )
    if not motifs:
        raise UserError(f"{path} holds no motifs; it needs at least one MOTIF with its matrix")
    return drop_copies(motifs, path)


def read_background(path: str | os.PathLike) -> np.ndarray:
    """Read the background of a MEME file and average it over both strands.

    Returns
    -------
    np.ndarray
        float64 (4,), frequencies of A, C, G, T; 0.25 each if the file states none.

    Raises
    ------
    UserError
        The frequencies are not four numbers that sum to one.
    """
    lines = _lines(path)
    for at, (number, line) in enumerate(lines):
        if line.startswith("MOTIF"):
            break
        if line.startswith("Background letter frequencies"):
            where = f"{path}, the background after line {number},"
            words = lines[at + 1][1].split() if at + 1 < len(lines) else []
            if [word.upper() for word in words[0::2]] != list(ALPHABET) or len(words) % 2:
                raise UserError(
                    f"{where} is not of the form 'A 0.25 C 0.25 G 0.25 T 0.25'; write it in this form"
                )
            frequencies = renormalise(np.array([read_numbers(words[1::2], where)]), where)[0]
            return (frequencies + frequencies[::-1]) / 2
    return UNIFORM.copy()


def write_meme(
    path: str | os.PathLike,
    motifs: Sequence[Motif],
    background: np.ndarray = UNIFORM,
    decimals: int = 4,
) -> None:
    """Write motifs in MEME minimal format, whole or not at all.

    Parameters
    ----------
    path
        The file to write.
    motifs
        At least one, with unique ids.
    background
        float64 (4,), letter frequencies of A, C, G, T.
    decimals
        Number of decimals of a probability.

    Raises
    ------
    UserError
        There is no motif, or an id occurs twice.
    """
    if not motifs:
        raise UserError(f"there is no motif to write to {path}; a MEME file holds at least one")
    check_unique(motifs, path)
    frequencies = " ".join(f"{letter} {b:.4f}" for letter, b in zip(ALPHABET, background, strict=True))
    parts = [f"MEME version 4\n\nALPHABET= {ALPHABET}\n\nBackground letter frequencies:\n{frequencies}\n"]
    for motif in motifs:
        rows = "\n".join(" ".join(f"{p:.{decimals}f}" for p in row) for row in motif.probabilities)
        parts.append(
            f"MOTIF {motif.id} {motif.name}".rstrip()
            + f"\nletter-probability matrix: alength= 4 w= {motif.width} "
            f"nsites= {motif.nsites:.10g}\n{rows}\n"
        )
    write_text(path, "\n".join(parts))


def _lines(path) -> list[tuple[int, str]]:
    """Return number and stripped text of each line that is not empty, and check that this is MEME format."""
    text = read_text(path, "MEME")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not any(line.startswith("MEME version") for _, line in lines):
        raise UserError(f"{path} is not in MEME format; its first line must read 'MEME version 4'")
    return lines


def _check_alphabet(path, line: str) -> None:
    """Check an ALPHABET line, `ALPHABET= ACGT` or the first line of a definition like DNA.

    Motifs of RNA are refused: Tomtom compares motifs of one alphabet only, and ours are of DNA.
    """
    value = re.sub(r"^alphabet\s*=?\s*", "", line, flags=re.IGNORECASE)
    if value != ALPHABET and not re.match(r'("DNA"|.*\bDNA-LIKE\b)', value):
        raise UserError(
            f"{path} is about the alphabet {value!r}; Tomtom compares DNA motifs with DNA motifs only, "
            f"whose file has ALPHABET= {ALPHABET}"
        )


def _read_matrix(path, heading: list[str], lines: list[tuple[int, str]], at: int) -> Motif:
    """Read the matrix that begins in `lines[at]`, one line per position below it."""
    name, where = heading[0], f"{path}, motif {heading[0]},"
    fields = dict(_FIELD.findall(lines[at][1]))
    length = read_numbers([fields.get("alength", "4")], f"{where} alength=")[0]
    nsites = read_numbers([fields.get("nsites", str(DEFAULT_NSITES))], f"{where} nsites=")[0]
    if length != len(ALPHABET):
        raise UserError(f"{where} has {length:g} letters (alength=); give DNA motifs, {ALPHABET}")
    below = (lines[i] for i in range(at + 1, len(lines)))
    rows = list(takewhile(lambda row: not row[1].startswith(_AFTER_MATRIX), below))
    if "w" in fields:
        width = read_numbers([fields["w"]], f"{where} w=")[0]
        if width < 1 or width != int(width):
            raise UserError(f"{where} has w= {width:g}; write its number of positions, at least 1")
        if len(rows) < width:
            raise UserError(
                f"{where} has {len(rows)} rows but w= {width:g}; the file seems to be cut short; create it again"
            )
        rows = rows[: int(width)]
    else:
        rows = [row for i, row in enumerate(rows) if row[0] == rows[0][0] + i]  # up to an empty line
        if not rows:
            raise UserError(
                f"{where} has a matrix without rows; the file seems to be cut short; create it again"
            )
    values = []
    for number, row in rows:
        words, place = row.split(), f"{path}, line {number}, motif {name},"
        if len(words) != len(ALPHABET):
            raise UserError(f"{place} has {len(words)} values; write four, for {ALPHABET}")
        values.append(read_numbers(words, place))
    second = heading[1] if len(heading) > 1 else ""
    return Motif(name, second, renormalise(np.array(values), where), nsites)
