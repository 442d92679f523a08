"""Motifs, and the MEME minimal format they are read from and written to."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..core.errors import UserError
from ..core.files import write_text
from ..core.sequences import ALPHABET

DEFAULT_NSITES = 20
UNIFORM = np.full(4, 0.25)

# A column of four numbers rounded to two decimals can be off by 0.02; most files have four or more.
_TOLERANCE = 0.01
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
        float64 (width, 4), columns A, C, G, T; rows sum to one up to rounding.
    nsites
        How many sites the motif was made from.
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


def read_text(path: str | os.PathLike, what: str) -> str:
    """Return the text of a motif file; `what` it should be goes into the error's sentence.

    Raises
    ------
    UserError
        The file is missing, empty or not text.
    """
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}); give the path of a {what} file") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UserError(f"{path} is not text; give a {what} file (unpacked, if it was compressed)")
    if not text.strip():
        raise UserError(f"{path} is empty; give a {what} file with at least one motif")
    return text


def read_numbers(words: Sequence[str], where: str) -> list[float]:
    """Return `words` as finite numbers that are not negative; `where` they stand goes into the error.

    Raises
    ------
    UserError
        One of them is something else.
    """
    numbers = []
    for word in words:
        try:
            number = np.nan if "_" in word else float(word)
        except ValueError:
            number = np.nan
        if not 0 <= number < np.inf:
            raise UserError(f"{where} has {word!r}; write a number that is not negative")
        numbers.append(number)
    return numbers


def check_columns(probabilities: np.ndarray, where: str) -> None:
    """Check that every position of a PPM, float64 (width, 4), sums to one, give or take 0.01.

    Raises
    ------
    UserError
        One does not.
    """
    off = np.flatnonzero(np.abs(probabilities.sum(axis=1) - 1) > _TOLERANCE)
    if len(off):
        raise UserError(
            f"{where} has probabilities that sum to {probabilities[off[0]].sum():.4g} at position "
            f"{off[0] + 1}; the four letters of a position must sum to 1"
        )


def check_unique(motifs: Sequence[Motif], path: str | os.PathLike) -> None:
    """Check that no id occurs twice.

    Raises
    ------
    UserError
        One does.
    """
    seen = set()
    for motif in motifs:
        if motif.id in seen:
            raise UserError(f"{path} has two motifs called {motif.id}; give each its own id")
        seen.add(motif.id)


def read_meme(path: str | os.PathLike) -> list[Motif]:
    """Read the motifs of a file in MEME format (versions 3 to 5, minimal or full, DNA).

    Probabilities are kept as written, not renormalised. A motif without `nsites` has 20.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    list[Motif]
        In file order, at least one.

    Raises
    ------
    UserError
        The file is missing, empty, cut short, not in MEME format or not about DNA; an id occurs
        twice; or a position's probabilities are not four numbers that sum to one (up to 0.01, since
        files are rounded).
    """
    lines = _lines(path)
    motifs, heading = [], None
    for number, line in lines:
        if re.match(r"MOTIF\b", line):
            heading = line.split(maxsplit=2)[1:]
            if not heading:
                raise UserError(f"{path}, line {number}, is a MOTIF without an id; write 'MOTIF id name'")
            last_id = heading[0]
        elif line.startswith("letter-probability matrix"):
            if heading is None:
                raise UserError(f"{path}, line {number}, has a matrix before its MOTIF line; add 'MOTIF id'")
            motifs.append(_read_matrix(path, heading, line, lines))
            heading = None
        elif line.upper().startswith("ALPHABET"):
            _check_alphabet(path, line)
        elif line.startswith("MEME version") or not motifs or heading is not None:
            continue
        elif re.fullmatch(r"[-+.\deE\s]+", line) and re.search(r"\d", line):
            raise UserError(
                f"{path}, line {number}, continues motif {last_id} beyond its width; correct its w="
            )
    if heading is not None:
        raise UserError(
            f"{path} ends before the matrix of motif {heading[0]}; it seems cut short, make it again"
        )
    if not motifs:
        raise UserError(f"{path} holds no motifs; it needs at least one MOTIF with its matrix")
    check_unique(motifs, path)
    return motifs


def read_background(path: str | os.PathLike) -> np.ndarray:
    """Return the background of a MEME file averaged over both strands, float64 (4,), A, C, G, T.

    A file that states none has 0.25 each.

    Raises
    ------
    UserError
        The frequencies are not numbers that sum to one.
    """
    for number, line in (lines := _lines(path)):
        if line.startswith("MOTIF"):
            break
        if line.startswith("Background letter frequencies"):
            where = f"{path}, the background after line {number},"
            words = next(lines, (0, ""))[1].split()
            if [word.upper() for word in words[0::2]] != list(ALPHABET):
                raise UserError(f"{where} is not of the form 'A 0.25 C 0.25 G 0.25 T 0.25'; write it so")
            frequencies = np.array(read_numbers(words[1::2], where))
            check_columns(frequencies[None], where)
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
        At least one; ids are unique.
    background
        float64 (4,), letter frequencies of A, C, G, T.
    decimals
        How many decimals the probabilities get.
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


def _lines(path) -> Iterator[tuple[int, str]]:
    """Numbers and stripped text of the lines that are not empty; the first is checked."""
    text = read_text(path, "MEME")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not any(line.startswith("MEME version") for _, line in lines):
        raise UserError(f"{path} is not in MEME format; its first line must read 'MEME version 4'")
    return iter(lines)


def _check_alphabet(path, line: str) -> None:
    """Check an ALPHABET line, `ALPHABET= ACGT` or the beginning of a definition like DNA."""
    value = re.sub(r"^alphabet\s*=?\s*", "", line, flags=re.IGNORECASE)
    if value != ALPHABET and not re.match(r'("DNA"|.*\bDNA-LIKE\b)', value):
        raise UserError(f"{path} is about the alphabet {value!r}; give DNA motifs, ALPHABET= {ALPHABET}")


def _read_matrix(path, heading: list[str], line: str, lines: Iterator[tuple[int, str]]) -> Motif:
    """Read the matrix whose first line is `line`; its rows are taken from `lines`."""
    name, where = heading[0], f"{path}, motif {heading[0]},"
    fields = dict(_FIELD.findall(line))
    length = read_numbers([fields.get("alength", "4")], f"{where} alength=")[0]
    width = read_numbers([fields.get("w", "")], f"{where} w=")[0]
    nsites = read_numbers([fields.get("nsites", str(DEFAULT_NSITES))], f"{where} nsites=")[0]
    if length != len(ALPHABET):
        raise UserError(f"{where} has {length:g} letters (alength=); give DNA motifs, {ALPHABET}")
    if width < 1 or width != int(width):
        raise UserError(f"{where} has w= {width:g}; write its number of positions, at least 1")
    rows = []
    for position in range(1, int(width) + 1):
        number, row = next(lines, (0, ""))
        if not row or row.startswith(("MOTIF", "URL", "-")):
            raise UserError(
                f"{where} has {position - 1} rows but w= {width:g}; the file seems cut short, make it again"
            )
        words = row.split()
        if len(words) != len(ALPHABET):
            raise UserError(
                f"{path}, line {number}, motif {name}, has {len(words)} values; write four, for {ALPHABET}"
            )
        rows.append(read_numbers(words, f"{path}, line {number}, motif {name},"))
    probabilities = np.array(rows)
    check_columns(probabilities, where)
    return Motif(name, heading[1] if len(heading) > 1 else "", probabilities, nsites)
