"""Ids of the motifs in a database, read at planning time without parsing the matrices."""

import os
import re
from pathlib import Path

_HEADING = re.compile(r"^>(\S+)|^MOTIF\s+(\S+)", re.MULTILINE)


def ids_in(path: str | os.PathLike) -> set[str] | None:
    """Return the ids in a MEME or JASPAR file.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    set of str or None
        None if the file cannot be read; the step that parses it reports the error.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return {jaspar or meme for jaspar, meme in _HEADING.findall(text)}
