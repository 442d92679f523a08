import pytest
from repository import ROOT


@pytest.fixture(autouse=True)
def _in_the_root(monkeypatch):
    """Plans look for files below the working directory."""
    monkeypatch.chdir(ROOT)
