"""Downloads of several gigabytes, resumed where they broke off and taken from a mirror where a place fails.

No tool does all of it, so requests and its urllib3 do the transfer (proxies, redirects, retries, bodies cut
short), and only resuming within a file, moving on to a mirror and accepting a file after size, checksum and
content match are here. Pooch 1.9, parfive and fsspec do not resume. `curl -C -` and `wget -c` resume without
If-Range, so that they join two versions of a file that has changed; aria2 has mirrors, but compares versions
no better and is not a Python package. pypdl 1.5 resumes only what it splits over several connections,
pySmartDL had its last release in 2020, and resumable-urlretrieve never retries.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import requests
import urllib3

from ..core.amounts import amount
from ..core.errors import UserError
from ..core.files import read_json, write_json
from ..core.progress import Meter

_PIECE = 2**20
# Bytes that a connection must have brought before it broke, not to count as a failure.
_PROGRESS = 2**20
# Bytes that a server may send that does not say how many there will be.
_MOST_UNDECLARED = 50 * 10**9
_RETRIED = (408, 425, 429, 500, 502, 503, 504)
# Why a connection failed, in words, by what its exception says.
_REASONS = {
    "Name or service not known|Failed to resolve|nodename nor servname": "the host is not known",
    "Connection refused": "the connection was refused",
    "timed out": "the server did not answer in time",
    "IncompleteRead|Connection broken|Connection aborted|Remote end closed": "the connection broke off",
    "CERTIFICATE_VERIFY_FAILED": "its certificate is not valid",
    "Network is unreachable|No route to host": "there is no way to the host",
    "ProxyError|Unable to connect to proxy": "the proxy cannot be reached",
    "No connection adapters|Invalid URL": "it is not a URL that starts with http:// or https://",
}


class Unusable(UserError):
    """What was downloaded is not what it should be; another place may have it right."""


class _GivenUp(Exception):
    """A place failed for good; the text says how."""


class Source(NamedTuple):
    """A place to download from; `size` (bytes) and `sha256` are compared where they are known."""

    url: str
    size: int | None = None
    sha256: str | None = None


class Receipt(NamedTuple):
    """What was downloaded: from where, how many bytes, and their SHA-256."""

    url: str
    size: int
    sha256: str


class Patience(NamedTuple):
    """How long to try."""

    attempts: int = 5  # failures in a row, without anything new, before the next place is tried
    backoff: float = 2.0  # seconds before the first retry; each further pause is twice as long
    timeouts: tuple[float, float] = (20.0, 120.0)  # seconds, for a connection and for the next bytes
    slowest: float = 20e3  # bytes per second, the mean of the time below; a slower place is left for the next
    spell: float = 180.0  # seconds


def as_sources(entries: Iterable[str | Mapping[str, Any]]) -> list[Source]:
    """Return the sources of a registry entry: URLs, or mappings of `url`, `size` and `sha256`."""
    return [Source(entry) if isinstance(entry, str) else Source(**entry) for entry in entries]


def fetch(
    sources: Iterable[Source],
    target: str | Path,
    *,
    accept: Callable[[Path], None] | None = None,
    advice: str = "",
    patience: Patience | None = None,
) -> Receipt:
    """Download a file from the first place that has it right.

    Parameters
    ----------
    sources
        Places, in the order in which they are tried.
    target
        Where the file goes.
    accept
        Called with the path of a file whose size and checksum match; raises `Unusable` if its content
        is wrong, so that the next place is tried.
    advice, patience
        What to do if every place fails, which ends the message; how long to try.

    Raises
    ------
    UserError
        No place has it, or the disk is full. What has arrived is kept unless it is wrong.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    parts, failures = [_Part(source, target) for source in sources], []
    for part in parts:
        try:
            _complete(part, patience or Patience())
            receipt = part.verify()
            if accept is not None:
                accept(part.path)
        except (_GivenUp, Unusable) as error:
            failures.append(f"{part.source.url}: {error}")
            if isinstance(error, Unusable):
                part.remove()  # to resume it would end in the same bytes
        else:
            part.path.replace(target)
            for other in parts:
                other.remove()
            return receipt
    kept = "what has arrived is kept; " if any(part.size for part in parts) else ""
    raise UserError(
        f"could not download {target.name} from any of {len(failures)} places ({'; '.join(failures)}); "
        f"{kept}{advice or 'run again later'}"
    )


class _Part:
    """What has arrived from a source, `*.part`, and a note, `*.part.json`: the file's version and whole size."""

    def __init__(self, source: Source, target: Path):
        self.source = source
        digest = hashlib.sha256(source.url.encode()).hexdigest()[:8]
        self.path = target.with_name(f"{target.name}.{digest}.part")
        self.note_path = self.path.with_name(f"{self.path.name}.json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def note(self) -> dict[str, Any]:
        try:
            return dict(read_json(self.note_path))
        except (UserError, TypeError, ValueError):
            return {}

    def remove(self) -> None:
        for path in (self.path, self.note_path):
            path.unlink(missing_ok=True)

    def verify(self) -> Receipt:
        _check_size(self.source, self.size)
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if self.source.sha256 is not None and digest != self.source.sha256.lower():
            raise Unusable(f"its SHA-256 is {digest}, but should be {self.source.sha256.lower()}")
        return Receipt(self.source.url, self.size, digest)


def _check_size(source: Source, size: int | None) -> None:
    if None not in (source.size, size) and size != source.size:
        raise Unusable(f"it has {size:,} bytes, but should have {source.size:,}")


def _complete(part: _Part, patience: Patience) -> None:
    """Download until the file is whole, however often the connection breaks."""
    retry = urllib3.Retry(
        patience.attempts, backoff_factor=patience.backoff, status_forcelist=_RETRIED, raise_on_status=False
    )
    failures, most = 0, part.size
    with requests.Session() as session:
        for scheme in ("http://", "https://"):
            session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retry))
        # Where a server compresses on the fly, a download cannot resume at a byte of the file.
        session.headers["Accept-Encoding"] = "identity"
        while reason := _continue(session, part, patience):
            failures = 0 if part.size >= most + _PROGRESS else failures + 1
            most = max(most, part.size)
            if failures > patience.attempts:
                raise _GivenUp(f"{reason}, {failures} times in a row")
            pause = min(patience.backoff * 2**failures, 120.0)
            going_on = f"going on at {amount(part.size)} in {pause:.0f} s"
            print(f"{part.source.url}: {reason}; {going_on}", flush=True)
            time.sleep(pause)


def _continue(session: requests.Session, part: _Part, patience: Patience) -> str | None:
    """Download once, from where the part ends; return what interrupted it, None if the file is whole."""
    have, note, url = part.size, part.note, part.source.url
    if part.path.exists() and note.get("whole") == have:
        return None
    headers = {"Range": f"bytes={have}-"} if have and note.get("whole") else {}
    if headers and note.get("version"):
        headers["If-Range"] = note["version"]  # if the file has changed, all of the new one is sent
    try:
        with session.get(url, headers=headers, stream=True, timeout=patience.timeouts) as response:
            start, total = _range_of(response, have, note.get("whole"))
            if start is None:
                part.remove()
                return "the server would not go on from there"
            _check_size(part.source, total)
            if have and not start:
                print(f"{url}: the server cannot resume, or the file has changed; starting anew")
            version = response.headers.get("ETag", "")
            if not version.startswith('"'):  # weak tags, W/"…", do not promise the same bytes
                version = response.headers.get("Last-Modified")
            note = {"url": url, "version": version, "whole": total}
            write_json(part.note_path, note)
            _save(response, part, start, total, patience)
            write_json(part.note_path, note | {"whole": part.size})
    except requests.RequestException as error:
        raise _GivenUp(_in_words(error)) from None
    except urllib3.exceptions.HTTPError as error:
        return _in_words(error)
    return None


def _range_of(response: requests.Response, have: int, whole: int | None) -> tuple[int | None, int | None]:
    """Return the byte at which a response starts (None: ask anew) and the size of the whole file."""
    status, length = response.status_code, response.headers.get("Content-Length", "")
    if status == requests.codes.ok:
        return 0, int(length) if length.isdecimal() else None
    if not have or status not in (requests.codes.partial, requests.codes.range_not_satisfiable):
        raise _GivenUp(f"HTTP {status} {response.reason}".rstrip())
    # A response to a range that cannot be satisfied has no first byte.
    expected = rf"bytes {have}-{(whole or 0) - 1}/(\*|{whole})"
    matches = re.fullmatch(expected, response.headers.get("Content-Range", ""))
    return (have, whole) if matches else (None, None)


def _save(
    response: requests.Response, part: "_Part", start: int, total: int | None, patience: Patience
) -> None:
    name = response.url.rsplit("/", 1)[-1].split("?")[0]
    most = total or part.source.size or _MOST_UNDECLARED
    size = before = start
    since = time.monotonic()
    try:
        with part.path.open("r+b" if start else "wb") as file, Meter(name, total, "B", start) as meter:
            file.seek(start)
            # Bytes as they lie on the server, since .tar.gz may also be announced as an encoding; whatever has come,
            # since a server that sends a byte a minute would fill a piece in years.
            while piece := response.raw.read1(_PIECE, decode_content=False):
                file.write(piece)
                meter.advance(len(piece))
                size += len(piece)
                if size > most:
                    raise Unusable(f"it sends more than {amount(most)}, without having said how much")
                if (spell := time.monotonic() - since) >= patience.spell:
                    if size - before < patience.slowest * spell:
                        raise _GivenUp(
                            f"it sends {amount(round((size - before) / spell))} per second, which is too slow"
                        )
                    since, before = time.monotonic(), size
    except OSError as error:
        said = f"cannot write {part.path}: {error.strerror or error}; what has arrived is kept"
        raise UserError(f"{said}, so free some space and run again") from error


def _in_words(error: Exception) -> str:
    known = (words for pattern, words in _REASONS.items() if re.search(pattern, str(error)))
    return next(known, f"{type(error).__name__}: {error}")
