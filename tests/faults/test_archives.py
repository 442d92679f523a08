"""Archives that somebody else made"""

import bz2
import gzip
import io
import os
import tarfile
import zipfile

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


def plain(files) -> bytes:
    return gzip.decompress(pack(*files.items()))


def zipped(files) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def first_header(place: int, value: bytes):
    """Write something else into the header of the first member, with a checksum that is right."""

    def change(files) -> bytes:
        content = bytearray(plain(files))
        content[place : place + len(value)] = value
        content[148:156] = b"%06o\0 " % (sum(content[:148]) + 8 * ord(" ") + sum(content[156:512]))
        return gzip.compress(bytes(content))

    return change


def flip_in_the_middle(files) -> bytes:
    content = bytearray(pack(*files.items()))
    content[len(content) // 2] ^= 255
    return bytes(content)


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
        "a byte in its middle": (flip_in_the_middle, "cut short or damaged ("),
        "a header with a byte changed": (
            lambda files: gzip.compress(b"x" + plain(files)[1:]),
            "cut short or damaged (bad checksum)",
        ),
        "a size in words": (first_header(124, b"z" * 12), "cut short or damaged (invalid header)"),
        "a negative size": (first_header(124, b"\xff" * 12), "cut short or damaged (a file ends too early)"),
        "a size of 8 GB": (
            first_header(124, b"77777777777\0"),
            "cut short or damaged (unexpected end of data)",
        ),
        "more behind its end": (
            lambda files: pack(*files.items()) + b"more",
            "cut short or damaged (Not a gz",
        ),
        "packed twice": (lambda files: gzip.compress(pack(*files.items())), "cut short or damaged (invalid"),
        "no members": (lambda files: pack(), "lacks test.mat, train.mat, valid.mat; it has nothing else"),
        "zeros alone": (
            lambda files: gzip.compress(bytes(10**6)),
            "lacks test.mat, train.mat, valid.mat; it",
        ),
        "names in capitals": (
            lambda files: pack(*((name.upper(), content) for name, content in files.items())),
            "lacks test.mat, train.mat, valid.mat; it has TRAIN.MAT",
        ),
        "names of two lines": (
            lambda files: pack(*((f"{name}\n", content) for name, content in files.items())),
            "lacks test.mat, train.mat, valid.mat; it has 'train.mat\\n'",
        ),
        "a folder for a file": (
            lambda files: pack(*list(files.items())[:2], special("test.mat", tarfile.DIRTYPE)),
            "lacks test.mat; it has test.mat/",
        ),
        "a path of Windows": (late(("..\\evil.mat", b"")), "a path that leads out of its folder"),
        "a kind to come": (late(special("evil", b"Q")), "neither a file nor a folder"),
        "empty files": (
            lambda files: pack(*((name, b"") for name in files)),
            "train.mat is not a MATLAB file of version 5 to 7.3",
        ),
        "web pages in place of data": (
            lambda files: pack(*((name, b"<html>") for name in files)),
            "train.mat is not a MATLAB file of version 5 to 7.3",
        ),
        "a zip file": (zipped, "is not a gzip archive"),
        "not compressed": (plain, "is not a gzip archive"),
        "bzip2": (lambda files: bz2.compress(plain(files)), "is not a gzip archive"),
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
    assert "\n" not in str(caught.value)
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
