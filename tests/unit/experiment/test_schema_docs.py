import pytest
from repository import ROOT

README = ROOT / "config" / "README.md"


def rows(text):
    return {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}


@pytest.mark.parametrize(
    "line",
    [
        "| `protocol.training.optimizer.eps` | number > 0 | `1.0e-8` | Adam's ε. |",
        "| `grid[].seeds` | number ≥ 1, list | e.g. `3` | Seeds of this block in place of the experiment's. |",
        "| `both_strands` | `true`, `false` | `true` | Whether reverse complements are planted as well. |",
        "| `units` | number ≥ 1 | required | Number of units. |",
    ],
)
def test_a_key_is_documented(line):
    assert line in rows(README.read_text()).values()


def test_a_key_may_have_words_for_values_too():
    line = rows(README.read_text())["protocol.filters.window"]
    assert line.startswith(
        "| `protocol.filters.window` | `receptive_field`, number ≥ 1 | `19` | Width of the "
    )


def test_every_key_has_a_description():
    for key, line in rows(README.read_text()).items():
        assert not line.endswith("|  |"), key
