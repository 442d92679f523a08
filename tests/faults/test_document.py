from infrastructure import document_promises
from repository import ROOT


def test_the_page_on_robustness_is_up_to_date():
    assert (ROOT / "docs/robustness.md").read_text(encoding="utf-8") == document_promises.main()
