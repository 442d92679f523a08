import io
import os
import tarfile

import download_deepsea
import pytest
import truncate_deepsea
from infrastructure.flaky_server import Page, flaky_server
from motifcnn.core.errors import UserError
from motifcnn.core.files import read_json
from motifcnn.data.dataset import read_dataset
from motifcnn.data.deepsea.bundle import get_bundle
from motifcnn.data.download import Patience, Source
from motifcnn.motifs.factors import read_factors
from toys.miniature_bundle import FACTORS, FEATURES, build_bundle, expected_counts, pack

QUICK = Patience(attempts=2, backoff=0.0, timeouts=(2.0, 2.0))
NAMES = ["test.mat", "train.mat", "valid.mat"]
TWELVE = {name: factor.deepsea_index for name, factor in read_factors(FACTORS).items()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The miniature's folder, its truth, and its archive as both places lay it out."""
    folder = tmp_path_factory.mktemp("made")
    truths = build_bundle(folder / "mat", windows=(40, 30, 30), length=100)
    pack(folder / "a.tar.gz", folder / "mat", "deepsea_train")
    pack(folder / "b.tar.gz", folder / "mat", "DeepSEA_data")
    return folder, truths, (folder / "a.tar.gz").read_bytes(), (folder / "b.tar.gz").read_bytes()


@pytest.fixture
def server(made):
    with flaky_server() as running:
        running.pages |= {"princeton.tar.gz": Page(made[2]), "zenodo.tar.gz": Page(made[3])}
        yield running


@pytest.fixture
def get(server, tmp_path):
    def run(*pages, **options):
        sources = [Source(server.url(page)) for page in pages]
        return get_bundle(sources, tmp_path / "out", patience=QUICK, **options)

    return run


@pytest.mark.parametrize("page", ["princeton.tar.gz", "zenodo.tar.gz"])
def test_both_layouts_give_the_same_files(made, get, tmp_path, page, server):
    got = get(page)
    assert sorted(os.listdir(tmp_path / "out")) == NAMES
    for name in NAMES:
        assert (tmp_path / "out" / name).read_bytes() == (made[0] / "mat" / name).read_bytes()
    assert got["archive"]["url"] == server.url(page)
    assert got["files"]["train.mat"] == (made[0] / "mat" / "train.mat").stat().st_size


def test_it_is_resumed_and_the_archive_kept_if_asked_for(made, get, server, tmp_path):
    server.pages["princeton.tar.gz"].breaks = [5000]
    get("princeton.tar.gz", keep_archive=True)
    assert server.asked[-1] == ("princeton.tar.gz", "bytes=5000-")
    assert sorted(os.listdir(tmp_path / "out")) == ["bundle.tar.gz", *NAMES]


def malicious(content):
    """The archive with a member more, outside of its folder."""
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(content)) as old,
        tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as new,
    ):
        info = tarfile.TarInfo("../../evil.mat")
        new.addfile(info)
        for member in old:
            new.addfile(member, old.extractfile(member))
    return out.getvalue()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (
            malicious,
            "is not to be trusted: its member '../../evil.mat' is a path that leads out of its folder",
        ),
        (lambda content: content[: len(content) // 2], "is cut short or damaged"),
        (lambda content: b"<html>we have moved</html>", "is not a gzip archive"),
    ],
)
def test_a_bad_archive_then_the_mirror(get, server, tmp_path, spoil, reason):
    server.pages["bad.tar.gz"] = Page(spoil(server.pages["princeton.tar.gz"].content))
    assert get("bad.tar.gz", "zenodo.tar.gz")["archive"]["url"] == server.url("zenodo.tar.gz")
    with pytest.raises(UserError, match=r"could not download bundle.tar.gz from any of 1 places") as caught:
        get("bad.tar.gz")
    assert reason in str(caught.value)
    assert not list(tmp_path.rglob("evil*"))
    assert not list(tmp_path.rglob("*.part*"))


def test_other_data_in_the_archive_then_the_mirror(made, get, server, tmp_path):
    folder = tmp_path / "wrong"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes((made[0] / "mat" / "valid.mat").read_bytes())
    pack(tmp_path / "wrong.tar.gz", folder)
    server.pages["wrong.tar.gz"] = Page((tmp_path / "wrong.tar.gz").read_bytes())
    assert get("wrong.tar.gz", "zenodo.tar.gz")["archive"]["url"] == server.url("zenodo.tar.gz")
    with pytest.raises(UserError, match="has no variable trainxdata"):
        get("wrong.tar.gz")


def test_from_the_server_to_the_dataset(made, server, tmp_path, capsys):
    truths = made[1]
    out = tmp_path / "bundle"
    download_deepsea.main(
        folder=out,
        urls=[server.url("gone.tar.gz"), {"url": server.url("zenodo.tar.gz"), "size": len(made[3])}],
    )
    assert read_json(out / "receipt.json")["archive"]["url"] == server.url("zenodo.tar.gz")
    expected = expected_counts(truths, TWELVE)
    expected["kept"]["test"] += 1
    truncate_deepsea.main(
        **{split: out / f"{split}.mat" for split in truths},
        dataset=tmp_path / "dataset.h5",
        checks=tmp_path / "checks.json",
        parameters={"targets": list(TWELVE), "expected": expected},
        dataset_name="deepsea",
        factors=FACTORS,
        features=FEATURES,
    )
    found = expected["kept"]["test"] - 1
    (wrong,) = [check for check in read_json(tmp_path / "checks.json") if not check["equal"]]
    assert (wrong["expected"], wrong["found"]) == (found + 1, found)
    assert wrong["what"] == "test rows with at least one positive of the 12 targets"
    said = capsys.readouterr().out
    assert f"of the 12 targets: {found}, but {found + 1} are published" in said
    assert "12 targets, 47 of 48 counts agree" in said
    assert len(read_dataset(tmp_path / "dataset.h5").test.label) == found


def test_a_download_that_fails_says_how_to_go_on(server, tmp_path):
    with pytest.raises(UserError, match=r"HTTP 404.*\); ask the librarian$"):
        download_deepsea.main(folder=tmp_path, urls=[server.url("gone")], advice="ask the librarian")
