"""Ids and names of the motifs in a database, read at planning time without parsing the matrices."""

import os
import re
from itertools import takewhile
from pathlib import Path

_HEADING = re.compile(r"^(?:>|MOTIF[ \t]+)(\S+)[ \t]*(\S*)", re.MULTILINE)


def names_in(path: str | os.PathLike) -> dict[str, str] | None:
    """Return the names of the motifs in a MEME or JASPAR file by their ids, in file order; "" where there is none.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict or None
        None if the file cannot be read; the step that parses it reports the error.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return dict(_HEADING.findall(text))


def widths_in(path: str | os.PathLike) -> dict[str, int]:
    """Return the widths of the motifs in a MEME or JASPAR file by their ids, of those whose width can be told."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    # Id, second name and text of each motif in turn, after what precedes the first.
    parts = _HEADING.split(text)[1:]
    found = ((name, _width(body)) for name, body in zip(parts[::3], parts[2::3], strict=True))
    return {name: width for name, width in found if width}


def _width(body: str) -> int:
    """Return the width of the motif whose heading is followed by `body`, 0 if it cannot be told."""
    lines = [line.strip() for line in body.splitlines()]
    for at, line in enumerate(lines):
        if line.startswith("letter-probability matrix"):
            stated = re.search(r"\bw=\s*(\d{1,9})\b", line)
            return (
                int(stated[1])
                if stated
                else len(list(takewhile(lambda row: row.split()[3:], lines[at + 1 :])))
            )
    counts = next((line for line in lines if line and not line.startswith("#")), "")
    return len(re.sub(r"^[A-Za-z]?\s*[:|]?", "", counts).strip(" \t[]").split())
