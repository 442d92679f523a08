"""Archives that somebody else made"""

import io
import os
import tarfile

import pytest
from infrastructure.flaky_server import Page, flaky_server
from motifcnn.core.errors import UserError
from motifcnn.data.archives import unpack
from motifcnn.data.deepsea.bundle import FILES, get_bundle
from motifcnn.data.download import Patience, Source
from toys.miniature_bundle import build_bundle

from .promises import promise

QUICK = Patience(attempts=1, backoff=0.0, timeouts=(2.0, 2.0))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("bundle")
    build_bundle(folder, windows=(4, 4, 4), length=100)
    return {name: (folder / name).read_bytes() for name in FILES}


def pack(*members: tuple[str, bytes | tarfile.TarInfo]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in members:
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
            else:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tuple[str, tarfile.TarInfo]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return name, info


def late(*further):
    """All three files, whole and right, and then something more."""
    return lambda files: pack(*files.items(), *further)


def flip_checksum(files) -> bytes:
    content = bytearray(pack(*files.items()))
    content[-6] ^= 1
    return bytes(content)


@promise(
    "an archive of DeepSEA that is refused, be it at its very end",
    "one sentence why; not one file is left, and none is said to be kept",
    {
        "a wrong checksum": (flip_checksum, "cut short or damaged (CRC check failed"),
        "half of it": (lambda files: pack(*files.items())[:-2000], "cut short or damaged"),
        "no checksum": (lambda files: pack(*files.items())[:-8], "cut short or damaged"),
        "a member twice": (late(("x/test.mat", b"2")), "has two files called test.mat"),
        "one file missing": (lambda files: pack(*list(files.items())[:2]), "lacks test.mat"),
        "a path above": (late(("../evil.mat", b"")), "a path that leads out of its folder"),
        "an absolute path": (late(("/tmp/evil.mat", b"")), "an absolute path"),
        "a drive": (late(("C:\\evil.mat", b"")), "an absolute path"),
        "a link": (late(special("evil", tarfile.SYMTYPE, "/etc/passwd")), "a link to /etc/passwd"),
        "a hard link": (late(special("evil", tarfile.LNKTYPE, "../x")), "a link to ../x"),
        "a device": (late(special("evil", tarfile.CHRTYPE)), "a device or a pipe"),
        "a pipe": (late(special("evil", tarfile.FIFOTYPE)), "a device or a pipe"),
        "other data": (
            lambda files: pack(*((name, files["valid.mat"]) for name in files)),
            "has no variable trainxdata",
        ),
        "damaged data": (
            lambda files: pack(*(files | {"test.mat": files["test.mat"][:200]}).items()),
            "test.mat",
        ),
        "a web page": (lambda files: b"<html>moved</html>", "is not a gzip archive"),
        "nothing": (lambda files: b"", "is not a gzip archive"),
    },
)
def test_a_refused_bundle_leaves_nothing(case, bundle, tmp_path):
    make, sentence = case
    with flaky_server() as server:
        server.pages["x.tar.gz"] = Page(make(bundle))
        with pytest.raises(UserError) as caught:
            get_bundle([Source(server.url("x.tar.gz"))], tmp_path / "out", patience=QUICK)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith("); run again later")
    assert os.listdir(tmp_path / "out") == []
    assert os.listdir(tmp_path) == ["out"]


@promise("what a killed unpacking has left", "it is cleared by the next run", 1)
def test_the_folder_of_a_killed_run_is_cleared(bundle, tmp_path):
    left = tmp_path / "out/.x.tar.gz.unpacked"
    left.mkdir(parents=True)
    (left / "train.mat").write_bytes(b"half")
    (tmp_path / "x.tar.gz").write_bytes(pack(*bundle.items()))
    unpack(tmp_path / "x.tar.gz", tmp_path / "out", FILES)
    assert sorted(os.listdir(tmp_path / "out")) == sorted(FILES)
