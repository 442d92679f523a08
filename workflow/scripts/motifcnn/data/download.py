"""Downloads of several gigabytes: resumed where they broke off, and from a mirror where the first place fails.

No downloader for Python does all of this, so requests and its urllib3 do the talking (proxies,
redirects, time-outs, retries with growing pauses, broken-off bodies noticed), and only what they
leave out is here: going on within a file, changing to a mirror, and believing nothing unchecked.
Looked at and left: pooch 1.9 does not resume; pypdl 1.5 resumes only when it splits a download
over several connections, in pieces that it then copies together, and needs aiohttp; pySmartDL was
last released in 2020; resumable-urlretrieve does not retry and would append to a file that has
changed on the server.

What has arrived of a URL lies in `<target>.<8 digits>.part` with a note of what the server said in
`.part.json`. A part becomes the target only once size, checksum and content are as they should be.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests
import urllib3

from ..core.errors import UserError
from ..core.files import read_json, write_json
from ..core.meter import Meter, amount

_PIECE = 2**20
# A broken-off download counts as a failure unless it brought this much, bytes.
_PROGRESS = 2**20
_RETRIED = (408, 425, 429, 500, 502, 503, 504)


class Unusable(UserError):
    """What was downloaded is not what it should be; another place may have it right."""


@dataclass(frozen=True)
class Source:
    """A place to download from; `size`, bytes, and `sha256` are compared where they are known."""

    url: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What was downloaded: from where, how many bytes, and their checksum."""

    url: str
    size: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True)
class Patience:
    """How long to try.

    Attributes
    ----------
    attempts
        How often a place may fail in a row, without bringing anything new, before the next is tried.
    backoff
        Seconds before the first repetition; each further pause is twice as long.
    connect, read
        Seconds to wait for a connection, and for the next bytes.
    """

    attempts: int = 5
    backoff: float = 2.0
    connect: float = 20.0
    read: float = 120.0


class _GivenUp(Exception):
    """A place failed for good; the text says how."""


def as_sources(entries: Iterable[str | Mapping[str, Any]]) -> list[Source]:
    """Return the sources of a registry entry: URLs, or mappings of `url`, `size` and `sha256`.

    Raises
    ------
    UserError
        There is none, or one is not an http or https URL.
    """
    sources = [Source(entry) if isinstance(entry, str) else Source(**entry) for entry in entries]
    if not sources:
        raise UserError("urls: there must be at least one URL to download from")
    for source in sources:
        if not re.match(r"https?://[^/]", source.url):
            raise UserError(f"urls: '{source.url}' must start with http:// or https://")
        if source.sha256 is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", source.sha256):
            raise UserError(f"the sha256 of {source.url} must be 64 hexadecimal digits, not {source.sha256}")
    return sources


def fetch(
    sources: Iterable[Source],
    target: str | os.PathLike,
    *,
    accept: Callable[[Path], None] | None = None,
    keep: bool = True,
    advice: str = "",
    patience: Patience | None = None,
) -> Receipt:
    """Download a file from the first place that has it right.

    Parameters
    ----------
    sources
        Places in the order in which they are tried.
    target
        Where the file goes.
    accept
        Called with the path of what has arrived, once size and checksum are right. It raises
        `Unusable` if the content is wrong, which sends the download to the next place.
    keep
        Whether the file is wanted, or only what `accept` makes of it; if not, it is deleted.
    advice
        Ends the message if every place fails: how to do without.
    patience
        How long to try.

    Returns
    -------
    Receipt
        Of the place that served.

    Raises
    ------
    UserError
        No place had it, or there is no room for it. What has arrived is kept for the next time
        unless it was wrong.
    """
    target, patience = Path(target), patience or Patience()
    target.parent.mkdir(parents=True, exist_ok=True)
    failures, parts = [], []
    for source in sources:
        digest = hashlib.sha256(source.url.encode()).hexdigest()[:8]
        part = target.with_name(f"{target.name}.{digest}.part")
        parts.append(part)
        try:
            _complete(source, part, patience)
            receipt = _verified(source, part)
            if accept is not None:
                accept(part)
        except _GivenUp as error:
            failures.append(f"{source.url}: {error}")
            continue
        except Unusable as error:
            # Going on from here would end in the same bytes.
            _remove(part)
            failures.append(f"{source.url}: {error}")
            continue
        if keep:
            part.replace(target)
        for path in parts:
            _remove(path)
        return receipt
    raise UserError(
        f"could not download {target.name} from any of {len(failures)} places ("
        + "; ".join(failures)
        + ")"
        + (f"; {advice}" if advice else "; run again later, what has arrived is kept")
    )


def sha256_of(path: str | os.PathLike) -> str:
    """Return the SHA-256 of a file as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verified(source: Source, part: Path) -> Receipt:
    size = part.stat().st_size
    if source.size is not None and size != source.size:
        raise Unusable(f"it has {size:,} bytes, but should have {source.size:,}")
    digest = sha256_of(part)
    if source.sha256 is not None and digest != source.sha256.lower():
        raise Unusable(f"its SHA-256 is {digest}, but should be {source.sha256.lower()}")
    return Receipt(source.url, size, digest)


def _remove(part: Path) -> None:
    part.unlink(missing_ok=True)
    _note_of(part).unlink(missing_ok=True)


def _note_of(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _session(patience: Patience) -> requests.Session:
    retry = urllib3.Retry(
        total=patience.attempts,
        backoff_factor=patience.backoff,
        status_forcelist=_RETRIED,
        allowed_methods=["GET"],
        raise_on_status=False,
    )
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(max_retries=retry))
    # A server that compresses on the way could not resume at a byte of the file.
    session.headers["Accept-Encoding"] = "identity"
    return session


def _complete(source: Source, part: Path, patience: Patience) -> None:
    """Download until `part` is whole, however often the connection breaks."""
    failures, most = 0, part.stat().st_size if part.exists() else 0
    with _session(patience) as session:
        while not _is_whole(part):
            reason = _continue(session, source, part, patience)
            if reason is None:
                return
            have = part.stat().st_size if part.exists() else 0
            failures = 0 if have >= most + _PROGRESS else failures + 1
            most = max(most, have)
            if failures > patience.attempts:
                raise _GivenUp(f"{reason}, {failures} times in a row")
            pause = min(patience.backoff * 2**failures, 120.0)
            print(f"{source.url}: {reason}; going on at {amount(have)} in {pause:.0f} s", flush=True)
            time.sleep(pause)


def _is_whole(part: Path) -> bool:
    return part.exists() and _note(part).get("whole") == part.stat().st_size


def _note(part: Path) -> dict[str, Any]:
    try:
        note = read_json(_note_of(part))
    except UserError:
        return {}
    return note if isinstance(note, dict) else {}


def _continue(session: requests.Session, source: Source, part: Path, patience: Patience) -> str | None:
    """Download once, from where `part` ends; return what broke it off, or None."""
    have = part.stat().st_size if part.exists() else 0
    note = _note(part)
    headers = {}
    if have and note.get("whole"):
        headers["Range"] = f"bytes={have}-"
        if note.get("version"):
            # Only if the file is still the same; otherwise the server sends all of the new one.
            headers["If-Range"] = note["version"]
    try:
        with session.get(
            source.url, headers=headers, stream=True, timeout=(patience.connect, patience.read)
        ) as response:
            start, total = _answer(response, source, have, note.get("whole"))
            if start is None:
                _remove(part)
                return "the server would not go on from there"
            if have and not start:
                print(f"{source.url}: the server cannot resume, or the file has changed; starting anew")
            write_json(_note_of(part), {"url": source.url, "version": _version(response), "whole": total})
            _save(response, part, start, total)
    except requests.RequestException as error:
        raise _GivenUp(_reason(error)) from None
    except urllib3.exceptions.HTTPError as error:
        return _reason(error)
    if total is None:
        write_json(_note_of(part), {**_note(part), "whole": part.stat().st_size})
    return None


def _answer(
    response: requests.Response, source: Source, have: int, whole: int | None
) -> tuple[int | None, int | None]:
    """Return at which byte the answer starts (None: ask anew) and how large the whole file is."""
    if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
        return None, None
    if response.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise _GivenUp(f"HTTP {response.status_code} {response.reason}".rstrip())
    start, total = 0, response.headers.get("Content-Length")
    total = int(total) if total is not None and total.isdecimal() else None
    if response.status_code == HTTPStatus.PARTIAL_CONTENT:
        told = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", ""))
        if (
            told is None
            or int(told[1]) != have
            or int(told[2]) + 1 != whole
            or told[3] not in ("*", str(whole))
        ):
            return None, None
        start, total = have, whole
    if source.size is not None and total is not None and total != source.size:
        raise Unusable(f"it has {total:,} bytes, but should have {source.size:,}")
    return start, total


def _version(response: requests.Response) -> str | None:
    etag = response.headers.get("ETag", "")
    # Weak tags, W/"...", say nothing about bytes.
    return etag if etag.startswith('"') else response.headers.get("Last-Modified")


def _save(response: requests.Response, part: Path, start: int, total: int | None) -> None:
    name = response.url.rsplit("/", 1)[-1].split("?")[0]
    try:
        with part.open("r+b" if start else "wb") as file, Meter(name, total, "B", start) as meter:
            file.seek(start)
            # The bytes as they lie on the server: .tar.gz is also announced as an encoding.
            for piece in response.raw.stream(_PIECE, decode_content=False):
                file.write(piece)
                meter.advance(len(piece))
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        raise UserError(
            f"cannot write {part}: {error.strerror or error}; what has arrived is kept, "
            "so free some space and run again"
        ) from error


def _reason(error: Exception) -> str:
    """Return in words why a connection failed."""
    text = str(error)
    for pattern, words in (
        ("Name or service not known|Failed to resolve|nodename nor servname", "the host is not known"),
        ("Connection refused", "the connection was refused"),
        ("timed out", "the server did not answer in time"),
        ("IncompleteRead|Connection broken|Connection aborted|Remote end closed", "the connection broke off"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not valid"),
        ("too many .* error responses", "the server kept answering with errors"),
        ("Network is unreachable|No route to host", "there is no way to the host"),
        ("ProxyError|Unable to connect to proxy", "the proxy cannot be reached"),
    ):
        if re.search(pattern, text):
            return words
    return f"{type(error).__name__}: {text.splitlines()[0] if text else ''}".rstrip(": ")
