import subprocess
import sys

from repository import ROOT


def test_by_hand(tmp_path):
    script = ROOT / "workflow/scripts/document_config.py"
    subprocess.run([sys.executable, script, "--output", tmp_path / "README.md"], check=True)
    assert (tmp_path / "README.md").read_text() == (ROOT / "config/README.md").read_text()
