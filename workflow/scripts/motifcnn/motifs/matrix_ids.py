"""Ids and names of the motifs in a database, read at planning time without parsing the matrices."""

import os
import re
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
