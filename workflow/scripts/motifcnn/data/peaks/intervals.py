"""Intervals of a genome from files: BED and narrowPeak, gzipped or not, and bigBed.

Intervals are tables with the columns chrom, start and end, 0-based and half-open as in BED, summit, the
position of a narrowPeak's summit on its chromosome (-1 where none is stated), and line, the line of the file
(0 for bigBed, which has none).
"""

import gzip
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyBigWig

from ...core.errors import UserError
from ...core.files import refuse_pipe
from .big_files import read_apart

COLUMNS = ("chrom", "start", "end")
# Longest end of an interval that a table can hold (nt).
_LONGEST = 2**63 - 1
_GZIP = b"\x1f\x8b"
_OFFSET = re.compile(r"-1|[0-9]{1,9}")
# The first bytes of bigBed and bigWig, written on a little- or big-endian machine.
_BIGBED = (b"\xeb\xf2\x89\x87", b"\x87\x89\xf2\xeb")
BIGWIG = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")


def read_intervals(path: str | os.PathLike) -> pd.DataFrame:
    """Read intervals in the order of the file, which may have none.

    The content, not the name, tells whether it is bigBed or text: BED, narrowPeak or any other table that
    begins with the three columns of BED, plain or gzipped, in any order.

    Raises
    ------
    UserError
        The file is missing, damaged, of another format, or has a line that is no interval.
    """
    path = Path(path)
    try:
        refuse_pipe(path, "give BED, narrowPeak or bigBed")
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None
    if start in BIGWIG:
        raise UserError(
            f"{path} is bigWig, a signal, but intervals are needed; give BED, narrowPeak or bigBed"
        )
    gzipped = start.startswith(_GZIP)
    rows = read_apart(path, _bigbed_rows) if start in _BIGBED else list(_text_rows(path, gzipped))
    return pd.DataFrame.from_records(rows, columns=[*COLUMNS, "summit", "line"]).astype(
        {"chrom": str, "start": "int64", "end": "int64", "summit": "int64", "line": "int64"}
    )


def fit_to_genome(
    intervals: pd.DataFrame, path: str | os.PathLike, lengths: Mapping[str, int], genome: str | os.PathLike
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Fit intervals to a genome.

    Intervals that begin inside a chromosome but end beyond it, as some peak callers write them, are cut
    off at its end; those on sequences that the genome does not have are left out.

    Parameters
    ----------
    intervals, path
        As `read_intervals` returns them, and their file.
    lengths, genome
        Lengths of the genome's sequences (nt) by name, and its file.

    Returns
    -------
    pandas.DataFrame
        chrom, start, end, summit; where none is stated, the middle.
    dict
        `read`, all intervals; `cut_at_end`, how many were cut off; `not_in_genome`, how many left out;
        `with_summit`, how many of the rest state one.

    Raises
    ------
    UserError
        The file names its chromosomes differently, or an interval lies beyond the end of its chromosome:
        it belongs to another assembly.
    """
    check_names(intervals["chrom"].unique(), path, lengths, genome)
    known = intervals[intervals["chrom"].isin(list(lengths))]
    length = known["chrom"].map(lengths).astype("int64")
    if len(outside := known[known["start"] >= length]):
        first = outside.iloc[0]
        where = f"line {first['line']} of {path}" if first["line"] else str(path)
        raise UserError(
            f"{where} has an interval that begins at {first['start']:,}, but {first['chrom']} of {genome} has "
            f"only {lengths[first['chrom']]:,} nt; is one of them of another assembly?"
        )
    counts = {
        "read": len(intervals),
        "cut_at_end": int((known["end"] > length).sum()),
        "not_in_genome": len(intervals) - len(known),
        "with_summit": int((known["summit"] >= 0).sum()),
    }
    fitted = known[[*COLUMNS, "summit"]].assign(end=known["end"].clip(upper=length))
    middle = (fitted["start"] + fitted["end"]) // 2
    fitted["summit"] = fitted["summit"].where(fitted["summit"] >= 0, middle).clip(upper=fitted["end"] - 1)
    return fitted.reset_index(drop=True), counts


def check_names(
    names: Iterable[str], path: str | os.PathLike, lengths: Mapping[str, int], genome: str | os.PathLike
) -> None:
    """Check that a file and the genome use the same names for chromosomes.

    Raises
    ------
    UserError
        One has 1 where the other has chr1, or they have no name in common.
    """
    unknown = [name for name in names if name not in lengths]
    for name in unknown:
        twin = name.removeprefix("chr") if name.startswith("chr") else f"chr{name}"
        if twin in lengths:
            raise UserError(
                f"{path} calls a chromosome '{name}' that {genome} calls '{twin}'; rename the chromosomes of one "
                "of them"
            )
    if unknown and len(unknown) == len(list(names)):
        raise UserError(
            f"none of the chromosomes of {path} ({some_names(unknown)}) is in {genome} ({some_names(lengths)}); "
            "are both of the same assembly?"
        )


def check_lengths(
    found: Mapping[str, int], path: str | os.PathLike, lengths: Mapping[str, int], genome: str | os.PathLike
) -> None:
    """Check the chromosome lengths that a bigWig or bigBed file states.

    Raises
    ------
    UserError
        One differs from the genome's.
    """
    for name, length in found.items():
        if lengths.get(name, length) != length:
            raise UserError(
                f"{path} is of another assembly: its {name} has {length:,} nt, that of {genome} {lengths[name]:,}"
            )


def some_names(names: Iterable[str]) -> str:
    """Return the first few names, quoted, for a sentence."""
    names = list(names)
    return ", ".join(f"'{name}'" for name in names[:3]) + (", …" if len(names) > 3 else "")


def _text_rows(path: Path, gzipped: bool) -> Iterator[tuple[str, int, int, int, int]]:
    try:
        with (gzip.open if gzipped else open)(path, "rt", encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip() and not line.startswith(("#", "track", "browser")):
                    yield (*_parse(line, number, path), number)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UserError(f"{path} is gzipped, but cut short or damaged; get it again") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not text; give BED or narrowPeak, gzipped or not, or bigBed") from None
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from None


def _parse(line: str, number: int, path: Path) -> tuple[str, int, int, int]:
    columns = line.rstrip("\r\n").split("\t") if "\t" in line else line.split()
    if len(columns) < 3:
        raise UserError(
            f"line {number} of {path} has {len(columns)} of the columns chromosome, start and end "
            f"({line.strip()[:60]!r}); write all three, separated by tabs"
        )
    for name, text in zip(COLUMNS[1:], columns[1:3], strict=True):
        if not (text.isascii() and text.isdigit()):
            raise UserError(
                f"line {number} of {path} has the {name} {text!r}, but it must be a whole number, 0 or more; "
                "a header line must begin with #"
            )
    # Python refuses to read numbers of thousands of digits.
    start, end = (int(text[:30]) for text in columns[1:3])
    if end > _LONGEST:
        raise UserError(
            f"line {number} of {path} ends at {columns[2][:30]}, beyond any chromosome; is it damaged?"
        )
    if end <= start:
        raise UserError(
            f"line {number} of {path} has an interval from {start} to {end}, but the end must be greater than the "
            "start"
        )
    return columns[0], start, end, _summit(columns, start, end, f"line {number} of {path}")


def _summit(columns: Sequence, start: int, end: int, where: str) -> int:
    """Return the position of a summit, -1 if there is none: column 10 of narrowPeak counts from the start."""
    if len(columns) != 10 or columns[5] not in ("+", "-", ".") or not _OFFSET.fullmatch(columns[9]):
        return -1
    offset = int(columns[9])
    if offset >= end - start:
        raise UserError(
            f"{where} has its summit {offset} nt behind the start of a peak of {end - start} nt; write -1 in column 10 "
            "if it has none"
        )
    return start + offset if offset >= 0 else -1


def _bigbed_rows(path: Path) -> list[tuple[str, int, int, int, int]]:
    rows = []
    with pyBigWig.open(str(path)) as file:
        for name, length in file.chroms().items():
            for start, end, rest in file.entries(name, 0, length) or ():
                columns = [name, start, end, *rest.split("\t")]
                rows.append((name, start, end, _summit(columns, start, end, str(path)), 0))
    return rows
