"""An HTTP server on this machine that breaks off, forgets how to resume, and the like."""

import contextlib
import hashlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What a path of the server does.

    Attributes
    ----------
    content
        Its bytes.
    breaks
        After how many bytes each request in turn breaks off; None for not at all. Later requests are whole.
    ranges
        Whether it can resume.
    statuses
        Statuses that requests in turn get instead of the content.
    length
        The size it announces; None for the true one, "" for none at all.
    tagged
        Whether it has an ETag, or the ETag.
    modified
        Its Last-Modified; None for none.
    claims
        What it says in place of the Content-Range of what it sends; None for the truth.
    pause
        Seconds between single bytes; None sends all at once.
    """

    content: bytes = b""
    breaks: list = field(default_factory=list)
    ranges: bool = True
    statuses: list = field(default_factory=list)
    length: int | str | None = None
    tagged: bool | str = True
    modified: str | None = None
    claims: str | None = None
    pause: float | None = None


class FlakyServer:
    """Serves `pages` by path, and remembers each (path, range) that was `asked` for, and If-Range in `conditions`."""

    def __init__(self):
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.conditions: list[str | None] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    def url(self, path: str) -> str:
        """Return the URL of a path."""
        return f"http://127.0.0.1:{self.server.server_port}/{path}"

    def _handler(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                outer._serve(self)

        return Handler

    def _serve(self, request):
        page = self.pages.get(request.path.lstrip("/"))
        asked = request.headers.get("Range")
        self.asked.append((request.path.lstrip("/"), asked))
        self.conditions.append(request.headers.get("If-Range"))
        status = 404 if page is None else page.statuses.pop(0) if page.statuses else 200
        if status != 200:
            request.send_response(status)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        tag = '"' + hashlib.sha256(page.content).hexdigest()[:8] + '"'
        tag = page.tagged if isinstance(page.tagged, str) else tag
        content, start = page.content, 0
        same = request.headers.get("If-Range", tag) in (tag, page.modified)
        if asked and page.ranges and same:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                request.send_response(416)
                request.send_header("Content-Length", "0")
                request.end_headers()
                return
            request.send_response(206)
            request.send_header(
                "Content-Range", page.claims or f"bytes {start}-{len(content) - 1}/{len(content)}"
            )
        else:
            request.send_response(200)
        if page.tagged:
            request.send_header("ETag", tag)
        if page.modified:
            request.send_header("Last-Modified", page.modified)
        if page.length != "":
            request.send_header("Content-Length", str(page.length or len(content) - start))
        request.send_header("Connection", "close")
        request.end_headers()
        stop = page.breaks.pop(0) if page.breaks else None
        with contextlib.suppress(OSError):
            rest = content[start:] if stop is None else content[start : start + stop]
            for piece in [rest] if page.pause is None else (rest[i : i + 1] for i in range(len(rest))):
                request.wfile.write(piece)
                time.sleep(page.pause or 0)
        request.close_connection = True


@contextlib.contextmanager
def flaky_server():
    """Yield a running FlakyServer."""
    flaky = FlakyServer()
    thread = threading.Thread(target=flaky.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield flaky
    finally:
        flaky.server.shutdown()
        flaky.server.server_close()
        thread.join()
