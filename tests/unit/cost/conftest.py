import pytest
import yaml
from motifcnn.experiment.config import make_plan
from repository import ROOT


@pytest.fixture
def plan(monkeypatch):
    """The plan of the tests' smallest configuration."""
    monkeypatch.chdir(ROOT)
    return make_plan(yaml.safe_load((ROOT / "tests/workflow/config-tiny.yaml").read_text()))
