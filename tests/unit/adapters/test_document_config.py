import document_config
from repository import ROOT


def test_the_readme_is_up_to_date(tmp_path):
    document_config.main(output=tmp_path / "README.md")
    made = (tmp_path / "README.md").read_text()
    assert (ROOT / "config/README.md").read_text() == made, "run: python workflow/scripts/document_config.py"
