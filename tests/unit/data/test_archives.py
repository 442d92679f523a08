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
    return info, data


def make(path, *members):
    with tarfile.open(path, "w:gz") as file:
        for info, data in members:
            file.addfile(info, io.BytesIO(data))
    return path


GOOD = (
    member("inside/", kind=tarfile.DIRTYPE),
    member("inside/a.mat", b"one"),
    member("inside/b.mat", b"two"),
)


@pytest.fixture
def refuse(tmp_path):
    """Expect an archive to be refused; a path, or the members to make one of."""

    def run(match, *members):
        path = tmp_path / "x.tar.gz"
        if members:
            make(path, *members)
        with pytest.raises(Unusable, match=match) as caught:
            unpack(path, tmp_path / "box" / "out", WANTED)
        return str(caught.value)

    return run


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
def test_a_malicious_archive_is_refused(tmp_path, refuse, bad, reason, first):
    members = [bad, *GOOD] if first else [*GOOD, bad]
    assert reason in refuse(r"x.tar.gz is not to be trusted: its member", *members)
    assert [path.name for path in tmp_path.rglob("*") if not path.is_dir()] == ["x.tar.gz"]


def test_a_damaged_archive_is_refused(tmp_path, refuse):
    data = np.random.default_rng(0).integers(0, 256, 200_000, np.uint8).tobytes()
    archive = make(tmp_path / "x.tar.gz", member("a.mat", data), member("b.mat", data))
    content = archive.read_bytes()
    for share in (0.0001, 0.2, 0.7, 0.9999):
        archive.write_bytes(content[: int(len(content) * share)])
        refuse(r"x.tar.gz is cut short or damaged|lacks a.mat")
    # Only the checksum at its end is missing, or wrong.
    archive.write_bytes(content[:-8])
    refuse("cut short or damaged")
    archive.write_bytes(content[:-6] + bytes([content[-6] ^ 1]) + content[-5:])
    refuse(r"cut short or damaged \(CRC check failed")
    archive.write_bytes(content)
    assert unpack(archive, tmp_path / "out", WANTED)["b.mat"].read_bytes() == data


def test_a_tar_that_ends_early_within_whole_gzip(tmp_path, refuse):
    plain = gzip.decompress(make(tmp_path / "x.tar.gz", *GOOD).read_bytes())
    (tmp_path / "x.tar.gz").write_bytes(gzip.compress(plain[: 3 * 512 + 1]))
    refuse("cut short or damaged|lacks")


def test_what_is_no_archive_is_refused(tmp_path, refuse):
    path = tmp_path / "x.tar.gz"
    path.write_bytes(b"<html>moved</html>")
    refuse("x.tar.gz is not a gzip archive")
    path.write_bytes(gzip.compress(b"not a tar at all" * 100))
    refuse("is cut short or damaged")


def test_missing_and_repeated_files_are_refused(refuse):
    refuse(
        "x.tar.gz lacks b.mat; it has in/other.mat", member("in/a.mat", b"1"), member("in/other.mat", b"1")
    )
    refuse("has two files called a.mat", *(member(name, b"1") for name in ("a.mat", "x/a.mat", "b.mat")))


def test_too_little_room_is_said_and_is_not_the_archives_fault(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 8, 2))
    archive = make(tmp_path / "x.tar.gz", *GOOD)
    with pytest.raises(UserError, match=r"a.mat has 3 bytes, but .* has room for 2 bytes only") as caught:
        unpack(archive, tmp_path / "out", WANTED)
    assert not isinstance(caught.value, Unusable)
