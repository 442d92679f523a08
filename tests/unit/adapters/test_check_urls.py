import check_urls
import pytest
import yaml
from infrastructure.flaky_server import Page, flaky_server
from motifcnn.core.errors import UserError


@pytest.fixture
def server():
    with flaky_server() as running:
        running.pages["good"] = Page(b"0123456789")
        running.pages["broken"] = Page(b"0123456789", statuses=[503])
        yield running


def check(folder, **urls):
    registry = {"synthetic": {"type": "simulate"}} | {name: {"urls": urls[name]} for name in urls}
    (folder / "datasets.yaml").write_text(yaml.safe_dump(registry))
    check_urls.main(registry=folder / "datasets.yaml", timeout=10)


def test_urls_that_answer(server, tmp_path, capsys):
    check(tmp_path, a=[server.url("good")], b=[{"url": server.url("good"), "size": 10}])
    assert capsys.readouterr().out.splitlines() == [
        f"a: {server.url('good')}: answers",
        f"b: {server.url('good')}: answers",
    ]


def test_every_failure_is_told_and_the_last_word(server, tmp_path, capsys):
    gone, broken, other = server.url("gone"), server.url("broken"), server.url("good")
    with pytest.raises(UserError, match=r"4 of the URLs in .* failed: "):
        check(tmp_path, a=[gone, broken], b=[{"url": other, "size": 11}, "http://127.0.0.1:9/refused"])
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()] == [
        f"{gone}: HTTP 404 Not Found",
        f"{broken}: HTTP 503 Service Unavailable",
        f"{other}: has 10 bytes, but should have 11",
        "http://127.0.0.1:9/refused: ConnectionError",
    ]
