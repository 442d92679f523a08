"""Servers that misbehave"""

import hashlib
import os

import numpy as np
import pytest
from infrastructure.flaky_server import Page, flaky_server
from motifcnn.core.errors import UserError
from motifcnn.data import download
from motifcnn.data.download import Patience, Source, fetch

from .promises import promise

CONTENT = np.random.default_rng(0).integers(0, 256, 300_000, np.uint8).tobytes()
SHA = hashlib.sha256(CONTENT).hexdigest()
QUICK = Patience(attempts=2, backoff=0.0, timeouts=(2.0, 2.0), spell=0.2)

WAYS = {
    "it drips a byte at a time": (Page(CONTENT, pause=0.005), " per second, which is too slow"),
    "it drips and says no size": (Page(CONTENT, pause=0.005, length=""), " per second, which is too slow"),
    "it sends more than it may without a size": (
        Page(CONTENT * 2, length=""), "it sends more than 400.0 kB, without having said how much"
    ),
    "it breaks off again and again": (
        Page(CONTENT, breaks=[10] * 9, ranges=False), "the connection broke off, 3 times in a row"
    ),
    "it says a size that never comes": (Page(CONTENT, length=300_001, ranges=False), "the connection broke off"),
    "500 without end": (Page(CONTENT, statuses=[500] * 99), "HTTP 500"),
    "404": (Page(CONTENT, statuses=[404] * 99), "HTTP 404"),
    "416 at once": (Page(CONTENT, statuses=[416] * 99), "HTTP 416"),
    "another file": (Page(CONTENT[::-1]), "its SHA-256 is"),
    "a shorter file": (Page(CONTENT[:-1]), "its SHA-256 is"),
    "an empty file": (Page(b""), "its SHA-256 is"),
}  # fmt: skip


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(download, "_MOST_UNDECLARED", 400_000)
    with flaky_server() as running:
        yield running


@promise("a server with a mirror", "the file comes from the mirror", WAYS)
def test_the_mirror_is_taken(case, server, tmp_path):
    page, _ = case
    server.pages |= {"a": page, "mirror": Page(CONTENT)}
    sources = [Source(server.url(name), sha256=SHA) for name in ("a", "mirror")]
    assert fetch(sources, tmp_path / "x.bin", patience=QUICK).url == server.url("mirror")
    assert (tmp_path / "x.bin").read_bytes() == CONTENT
    assert os.listdir(tmp_path) == ["x.bin"]


@promise("a server without a mirror", "one sentence why; no file under its final name", WAYS)
def test_without_a_mirror(case, server, tmp_path):
    page, sentence = case
    server.pages["a"] = page
    with pytest.raises(UserError) as caught:
        fetch([Source(server.url("a"), sha256=SHA)], tmp_path / "x.bin", patience=QUICK)
    assert sentence in str(caught.value)
    assert not (tmp_path / "x.bin").exists()
    kept = any(path.stat().st_size for path in tmp_path.glob("*.part"))
    assert ("what has arrived is kept" in str(caught.value)) == kept
