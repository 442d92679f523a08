import gzip
import io
import shutil
import tarfile
from collections import namedtuple

import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.data.archives import unpack
from motifcnn.data.download import Unusable

WANTED = ("a.mat", "b.mat")


def member(name, data=b"", kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data), kind, target
    return info, io.BytesIO(data)


def make(path, *members):
    with tarfile.open(path, "w:gz") as file:
        for info, data in members:
            file.addfile(info, data)
    return path


GOOD = (
    member("inside/", kind=tarfile.DIRTYPE),
    member("inside/a.mat", b"one"),
    member("inside/b.mat", b"two"),
)


@pytest.fixture
def good(tmp_path):
    def fresh():
        return [(info, io.BytesIO(data.getvalue())) for info, data in GOOD]

    return fresh


@pytest.mark.parametrize("inside", ["deepsea_train/", "DeepSEA_data/", "./x/y/", ""])
def test_wanted_files_come_out_whatever_folder_they_are_in(tmp_path, inside):
    archive = make(
        tmp_path / "x.tar.gz",
        member(f"{inside}a.mat", b"one"),
        member(f"{inside}readme", b"!"),
        member(f"{inside}b.mat", b"two"),
    )
    out = tmp_path / "out" / "deep"
    assert unpack(archive, out, WANTED) == {"a.mat": out / "a.mat", "b.mat": out / "b.mat"}
    assert (out / "a.mat").read_bytes() == b"one"
    assert sorted(path.name for path in out.iterdir()) == ["a.mat", "b.mat"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (member("../a.mat", b"x"), "leads out of its folder"),
        (member("inside/../../../etc/a.mat", b"x"), "leads out of its folder"),
        (member("inside\\..\\..\\a.mat", b"x"), "leads out of its folder"),
        (member("/etc/a.mat", b"x"), "an absolute path"),
        (member("C:\\a.mat", b"x"), "an absolute path"),
        (member("inside/a.mat", kind=tarfile.SYMTYPE, target="/etc/passwd"), "a link to /etc/passwd"),
        (member("other", kind=tarfile.SYMTYPE, target="inside/b.mat"), "a link to inside/b.mat"),
        (member("inside/a.mat", kind=tarfile.LNKTYPE, target="../../x"), "a link to ../../x"),
        (member("dev", kind=tarfile.CHRTYPE), "a device or a pipe"),
        (member("dev", kind=tarfile.BLKTYPE), "a device or a pipe"),
        (member("pipe", kind=tarfile.FIFOTYPE), "a device or a pipe"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_malicious_archive_is_refused(tmp_path, good, bad, reason, first):
    bad = (bad[0], io.BytesIO(bad[1].getvalue()))
    members = [bad, *good()] if first else [*good(), bad]
    archive = make(tmp_path / "x.tar.gz", *members)
    out = tmp_path / "box" / "out"
    with pytest.raises(Unusable, match=r"x.tar.gz is not to be trusted: its member") as caught:
        unpack(archive, out, WANTED)
    assert reason in str(caught.value)
    # Nothing but the wanted files, in the folder itself, and nothing beside or above it.
    written = {path.name for path in (tmp_path / "box").rglob("*") if path.is_file()}
    assert written <= set(WANTED)
    assert not any(path.is_symlink() for path in tmp_path.rglob("*"))


def test_a_truncated_archive_is_refused(tmp_path):
    rng = np.random.default_rng(0)
    data = rng.integers(0, 256, 200_000, np.uint8).tobytes()
    archive = make(tmp_path / "x.tar.gz", member("a.mat", data), member("b.mat", data))
    content = archive.read_bytes()
    for share in (0.0001, 0.2, 0.7, 0.9999):
        archive.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(Unusable, match=r"x.tar.gz is cut short or damaged|lacks a.mat"):
            unpack(archive, tmp_path / "out", WANTED)
    # Only the checksum at its end is missing.
    archive.write_bytes(content[:-8])
    with pytest.raises(Unusable, match=r"cut short or damaged"):
        unpack(archive, tmp_path / "out", WANTED)
    archive.write_bytes(content)
    assert unpack(archive, tmp_path / "out", WANTED)["b.mat"].read_bytes() == data


def test_a_flipped_bit_is_noticed(tmp_path):
    data = np.random.default_rng(0).integers(0, 256, 50_000, np.uint8).tobytes()
    archive = make(tmp_path / "x.tar.gz", member("a.mat", data), member("b.mat", data))
    content = bytearray(archive.read_bytes())
    content[-6] ^= 1
    archive.write_bytes(content)
    with pytest.raises(Unusable, match=r"cut short or damaged \(CRC check failed"):
        unpack(archive, tmp_path / "out", WANTED)


def test_a_tar_that_ends_early_within_whole_gzip(tmp_path, good):
    plain = gzip.decompress(make(tmp_path / "x.tar.gz", *good()).read_bytes())
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(plain[: 3 * 512 + 1]))
    with pytest.raises(Unusable, match=r"cut short or damaged|lacks"):
        unpack(tmp_path / "x.tar.gz", tmp_path / "out", WANTED)


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(b"<html>moved</html>")
    with pytest.raises(Unusable, match=r"x.tar.gz is not a gzip archive"):
        unpack(path, tmp_path / "out", WANTED)
    path.write_bytes(gzip.compress(b"not a tar at all" * 100))
    with pytest.raises(Unusable, match=r"is cut short or damaged"):
        unpack(path, tmp_path / "out", WANTED)


def test_missing_and_repeated_files_are_refused(tmp_path):
    archive = make(tmp_path / "x.tar.gz", member("in/a.mat", b"1"), member("in/other.mat", b"1"))
    with pytest.raises(Unusable, match=r"x.tar.gz lacks b.mat; it has in/other.mat"):
        unpack(archive, tmp_path / "out", WANTED)
    archive = make(
        tmp_path / "x.tar.gz", member("a.mat", b"1"), member("x/a.mat", b"2"), member("b.mat", b"3")
    )
    with pytest.raises(Unusable, match=r"has two files called a.mat"):
        unpack(archive, tmp_path / "out", WANTED)


def test_too_little_room_is_said_and_is_not_the_archives_fault(tmp_path, good, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 8, 2))
    archive = make(tmp_path / "x.tar.gz", *good())
    with pytest.raises(UserError, match=r"a.mat has 3 bytes, but .* has room for 2 bytes only") as caught:
        unpack(archive, tmp_path / "out", WANTED)
    assert not isinstance(caught.value, Unusable)
