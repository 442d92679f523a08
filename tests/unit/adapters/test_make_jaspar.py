import pytest
from motifcnn.core.errors import UserError

make_jaspar = pytest.importorskip("make_jaspar")


@pytest.mark.parametrize("release", sorted(make_jaspar.SOURCES))
def test_it_makes_the_file_in_resources(tmp_path, release):
    pytest.importorskip("pyjaspar", reason="a maintainer's tool")
    make_jaspar.main(release=release, output=tmp_path / "a.txt")
    resource = make_jaspar.RESOURCES / f"{release.lower()}_core_vertebrates.txt"
    assert (tmp_path / "a.txt").read_bytes() == resource.read_bytes()


def test_an_unknown_release_is_refused(tmp_path):
    pytest.importorskip("pyjaspar", reason="a maintainer's tool")
    with pytest.raises(UserError, match="no release JASPAR1999"):
        make_jaspar.main(release="JASPAR1999", output=tmp_path / "a.txt")
    assert not list(tmp_path.iterdir())
