"""Amounts in words."""

import pytest
from motifcnn.core.amounts import amount, duration


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (600, "10 min"), (3600 * 5.25, "5.2 h"), (86400 * 3, "3.0 days")]
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (3_400_000_000, "3.4 GB")]
)
def test_amounts(value, text):
    assert amount(value) == text
