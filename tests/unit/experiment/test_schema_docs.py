import pytest
from motifcnn.experiment.schema import read_schema
from motifcnn.experiment.schema_docs import document
from repository import ROOT

README = ROOT / "config" / "README.md"


def rows(text):
    return {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}


def test_the_readme_is_up_to_date():
    made = document(read_schema())
    assert README.read_text() == made, "run: python workflow/scripts/document_config.py"


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (
            "protocol.training.epochs",
            "| `protocol.training.epochs` | number ≥ 1 | `200` | Passes over the training sequences, at most. |",
        ),
        (
            "protocol.training.optimizer.eps",
            "| `protocol.training.optimizer.eps` | number > 0 | `1.0e-8` | Adam's ε. |",
        ),
        (
            "grid[].seeds",
            "| `grid[].seeds` | number ≥ 1, list | e.g. `3` | Other seeds than the experiment's. |",
        ),
        (
            "protocol.filters.window",
            "| `protocol.filters.window` | `receptive_field`, number ≥ 1 | `19` | Width of the window around a site, "
            "nt, or `receptive_field` for all that the filter sees, in the first layer its own width. Layers whose "
            "positions are further apart than the window is wide have no motifs. |",
        ),
        (
            "both_strands",
            "| `both_strands` | `true`, `false` | `true` | Plants reverse complements as well. |",
        ),
        (
            "units",
            "| `units` | number ≥ 1 | required | Number of units. |",
        ),
    ],
)
def test_a_key_is_documented(key, line):
    assert rows(README.read_text())[key] == line


def test_every_key_has_a_description():
    for key, line in rows(README.read_text()).items():
        assert not line.endswith("|  |"), key
