"""The documentation as a site."""

import os
import re
import subprocess
import sys

import pytest
import yaml
from repository import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        # The theme's announcement of another program counts as no warning of ours.
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder


def pages(item) -> set[str]:
    if isinstance(item, str):
        return {item}
    return set().union(*map(pages, item.values() if isinstance(item, dict) else item))


def test_every_document_is_in_the_menu(site):
    # MkDocs' own tags cannot be read by yaml.safe_load, and are not of interest here.
    text = re.sub(r"!!python/\S+", "", (ROOT / "mkdocs.yml").read_text())
    listed = pages(yaml.safe_load(text)["nav"])
    documents = {path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/**/*.md")}
    assert documents <= listed
    assert all((site / name).with_suffix("").is_dir() for name in listed - {"index.md"})


def test_links_that_lead_out_of_the_documents(site):
    first = (site / "index.html").read_text()
    # From README.md to a page, to a page that is config/README.md in the repository, and to a file that is no page.
    assert 'href="gpu/"' in first
    assert 'href="configuration/"' in first
    assert "CITATION.cff</p>" not in first
    assert "(CITATION.cff)" in first
    assert 'href="CITATION.cff"' not in first
    assert 'href="../configuration/#' in (site / "extending/index.html").read_text()
    assert 'src="../../images/' in (site / "reproductions/koo_eddy_2019/index.html").read_text()
