import errno
import hashlib
import os
import socket

import numpy as np
import pytest
from infrastructure.flaky_server import Page, flaky_server
from motifcnn.core.errors import UserError
from motifcnn.data import download
from motifcnn.data.download import Patience, Receipt, Source, Unusable, as_sources, fetch

CONTENT = np.random.default_rng(0).integers(0, 256, 300_000, np.uint8).tobytes()
SHA = hashlib.sha256(CONTENT).hexdigest()
QUICK = Patience(attempts=2, backoff=0.0, timeouts=(2.0, 2.0))


@pytest.fixture
def server():
    with flaky_server() as running:
        yield running


@pytest.fixture
def get(tmp_path, server):
    """Fetch pages of the server, in order, into one file."""

    def run(*pages, **options):
        sources = [page if isinstance(page, Source) else Source(server.url(page)) for page in pages]
        return fetch(sources, tmp_path / "x.bin", patience=QUICK, **options)

    return run


def test_a_plain_download(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT)
    assert get("a") == Receipt(server.url("a"), len(CONTENT), SHA)
    assert (tmp_path / "x.bin").read_bytes() == CONTENT
    assert os.listdir(tmp_path) == ["x.bin"]


def test_it_goes_on_where_it_broke_off(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT, breaks=[100_000, 50_000])
    assert get("a").sha256 == SHA
    assert (tmp_path / "x.bin").read_bytes() == CONTENT
    assert server.asked == [("a", None), ("a", "bytes=100000-"), ("a", "bytes=150000-")]


def test_it_goes_on_in_another_process(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT, breaks=[60_000, 10, 10, 10])
    with pytest.raises(UserError, match="the connection broke off, 3 times in a row"):
        get("a")
    assert sum(path.stat().st_size for path in tmp_path.glob("*.part")) == 60_020
    assert not (tmp_path / "x.bin").exists()
    assert get("a").sha256 == SHA
    assert [asked for _, asked in server.asked[-2:]] == ["bytes=60020-", "bytes=60030-"]
    assert os.listdir(tmp_path) == ["x.bin"]


def test_progress_renews_the_patience(server, get, monkeypatch):
    monkeypatch.setattr(download, "_PROGRESS", 10_000)
    server.pages["a"] = Page(CONTENT, breaks=[20_000] * 12)
    assert get("a").sha256 == SHA


def test_without_resuming_it_starts_anew(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT, breaks=[100_000], ranges=False)
    assert get("a").sha256 == SHA
    assert server.asked == [("a", None), ("a", "bytes=100000-")]


def test_a_server_that_never_finishes_is_given_up(server, get):
    server.pages["a"] = Page(CONTENT, breaks=[100_000] * 50, ranges=False)
    with pytest.raises(UserError, match="3 times in a row"):
        get("a")
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("before", "tagged"),
    [(b"old" * 50_000, True), (CONTENT[:200_000], False)],
    ids=["by its tag", "by its size"],
)
def test_a_file_that_has_changed_is_not_joined_to_the_old_one(server, get, tmp_path, before, tagged):
    server.pages["a"] = Page(before, breaks=[20_000] * 3, tagged=tagged)
    with pytest.raises(UserError):
        get("a")
    server.pages["a"] = Page(CONTENT, tagged=tagged)
    get("a")
    assert (tmp_path / "x.bin").read_bytes() == CONTENT


DATE = "Sat, 21 Nov 2026 20:00:00 GMT"


@pytest.mark.parametrize(
    ("tag", "modified", "condition"),
    [
        ('"strong"', None, '"strong"'),
        ('"strong"', DATE, '"strong"'),
        ('W/"weak"', None, None),
        ('W/"weak"', DATE, DATE),
        (False, DATE, DATE),
        (False, None, None),
    ],
)
def test_only_a_strong_tag_or_a_date_promises_the_same_bytes(server, get, tag, modified, condition):
    server.pages["a"] = Page(CONTENT, breaks=[100_000], tagged=tag, modified=modified)
    get("a")
    assert server.asked == [("a", None), ("a", "bytes=100000-")]
    assert server.conditions == [None, condition]


@pytest.mark.parametrize(
    "said", ["100000-299999/300001", "100000-299998/300000", "99999-299999/300000", "*/300000"]
)
def test_what_does_not_continue_the_part_is_asked_for_anew(server, get, tmp_path, said):
    server.pages["a"] = Page(CONTENT, breaks=[100_000], claims=f"bytes {said}")
    get("a")
    assert server.asked == [("a", None), ("a", "bytes=100000-"), ("a", None)]
    assert (tmp_path / "x.bin").read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_thrown_away(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT, breaks=[20_000] * 3)
    with pytest.raises(UserError):
        get("a")
    (part,) = tmp_path.glob("*.part")
    part.write_bytes(CONTENT + b"more")
    get("a")
    assert (tmp_path / "x.bin").read_bytes() == CONTENT


def test_no_announced_size(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT, length="")
    assert get("a").size == len(CONTENT)


def test_passing_errors_of_the_server_are_waited_out(server, get):
    server.pages["a"] = Page(CONTENT, statuses=[503, 500])
    assert get("a").sha256 == SHA


def test_404_then_the_mirror(server, get):
    server.pages["mirror"] = Page(CONTENT)
    assert get("gone", "mirror") == Receipt(server.url("mirror"), len(CONTENT), SHA)
    assert server.asked == [("gone", None), ("mirror", None)]


def test_an_unknown_host_or_a_closed_port_then_the_mirror(server, get):
    server.pages["mirror"] = Page(CONTENT)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = Source(f"http://127.0.0.1:{unused.getsockname()[1]}/x")
    assert get(closed, "mirror").url == server.url("mirror")


@pytest.mark.parametrize(
    ("known", "message"),
    [
        ({"size": 299_999}, "it has 300,000 bytes, but should have 299,999"),
        ({"sha256": "0" * 64}, f"its SHA-256 is {SHA}, but should be {'0' * 64}"),
    ],
)
def test_a_wrong_size_or_checksum_then_the_mirror(server, get, tmp_path, known, message):
    server.pages |= {"a": Page(CONTENT), "mirror": Page(CONTENT)}
    with pytest.raises(UserError, match=message):
        get(Source(server.url("a"), **known))
    assert os.listdir(tmp_path) == []
    assert get(Source(server.url("a"), **known), "mirror").url == server.url("mirror")


def test_a_wrong_size_is_noticed_before_the_download(server, get):
    server.pages["a"] = Page(CONTENT, breaks=[10] * 100)
    with pytest.raises(UserError, match="should have 5"):
        get(Source(server.url("a"), size=5))
    assert len(server.asked) == 1


def test_known_size_and_checksum_that_are_right(server, get):
    server.pages["a"] = Page(CONTENT)
    assert get(Source(server.url("a"), size=300_000, sha256=SHA.upper())).sha256 == SHA


def test_a_body_shorter_than_announced_is_not_taken(server, get):
    server.pages["a"] = Page(CONTENT, length=300_001, ranges=False)
    with pytest.raises(UserError, match="the connection broke off"):
        get("a")


def test_refused_content_then_the_mirror(server, get, tmp_path):
    server.pages |= {"a": Page(b"<html>"), "mirror": Page(CONTENT)}

    def accept(path):
        if path.read_bytes() != CONTENT:
            raise Unusable("it is a page")

    assert get("a", "mirror", accept=accept).url == server.url("mirror")
    with pytest.raises(UserError, match="/a: it is a page"):
        get("a", accept=accept)


def test_a_whole_part_is_not_downloaded_again(server, get, tmp_path):
    server.pages["a"] = Page(CONTENT)

    def interrupt(path):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get("a", accept=interrupt)
    assert get("a").sha256 == SHA
    assert len(server.asked) == 1


def test_when_everything_fails_every_reason_and_the_advice_is_given(server, get):
    server.pages["broken"] = Page(CONTENT, breaks=[10] * 9, ranges=False)
    with pytest.raises(UserError) as caught:
        get("gone", "broken", advice="run without the in vivo half")
    text = str(caught.value)
    assert text.startswith("could not download x.bin from any of 2 places (")
    assert f"{server.url('gone')}: HTTP 404 Not Found" in text
    assert f"{server.url('broken')}: the connection broke off, 3 times in a row" in text
    assert text.endswith("; run without the in vivo half")


def test_a_full_disk_is_said_and_no_mirror_is_tried(server, get, monkeypatch):
    server.pages |= {"a": Page(CONTENT), "mirror": Page(CONTENT)}

    def full(self, amount):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download.Meter, "advance", full)
    with pytest.raises(UserError, match=r"No space left on device; what has arrived is kept"):
        get("a", "mirror")
    assert [path for path, _ in server.asked] == ["a"]


def test_progress_is_shown(server, get, capsys):
    server.pages["some.tar.gz"] = Page(CONTENT)
    get("some.tar.gz")
    assert "some.tar.gz: 300.0 kB of 300.0 kB (100%)" in capsys.readouterr().err


def test_sources():
    expected = [Source("http://a/b"), Source("https://c/d", 3)]
    assert as_sources(["http://a/b", {"url": "https://c/d", "size": 3}]) == expected


@pytest.mark.parametrize("url", ["ftp://a/b", "/a/b", "file:///etc/passwd", ""])
def test_only_http_and_https(get, url):
    with pytest.raises(UserError, match="it is not a URL that starts with http:// or https://"):
        get(Source(url))
