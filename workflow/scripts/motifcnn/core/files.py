"""Write files whole or not at all."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .errors import UserError


@contextlib.contextmanager
def whole_file(path: str | os.PathLike) -> Iterator[Path]:
    """Yield a temporary path next to `path`, and rename it to `path` if the block ends without an error.

    Missing folders are created. The temporary path has the suffix of `path`, since some writers go by it.

    Raises
    ------
    UserError
        The disk is full, the folder is not writable, or `path` exists and is not an ordinary file.
        `path` is left as it was.
    """
    path = Path(path)
    temporary = None
    try:
        if not _is_replaceable(path):
            raise UserError(f"{path} is not an ordinary file; name a file to write")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        # mkstemp creates files that only the owner can read; give them the permissions that the umask allows.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"cannot write {path}: {error.strerror or error}; "
            "nothing was left half-written, so free some space or choose another folder and run again"
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _is_replaceable(path: Path) -> bool:
    """Tell whether a file may be written here: nothing is in its place, or an ordinary file."""
    # /dev/stdout resolves to an ordinary file if output is redirected to one, and root could replace the link.
    leads_to_open_file = path.is_symlink() and os.readlink(path).startswith("/proc/")
    return not leads_to_open_file and (path.is_file() or not path.exists())


def refuse_pipe(path: str | os.PathLike, advice: str) -> None:
    """Refuse a named pipe, for which a reader might wait forever, and which can be read only once.

    Raises
    ------
    OSError
        It cannot be told, as a folder may not be searched.
    UserError
        It is one; the sentence ends with `advice`.
    """
    if Path(path).is_fifo():
        raise UserError(f"{path} is a named pipe, which cannot be read twice; {advice}")


def write_text(path: str | os.PathLike, text: str) -> None:
    """Write `text` (UTF-8) to `path`, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | os.PathLike, value: Any) -> None:
    """Write `value` as indented JSON with sorted keys and a final newline; refuse NaN."""
    write_text(path, json.dumps(value, indent=2, sort_keys=True, allow_nan=False) + "\n")


def read_json(path: str | os.PathLike) -> Any:
    """Read a JSON file.

    Raises
    ------
    UserError
        The file cannot be read or is not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path} is not valid JSON ({error}); delete it and run again") from error
