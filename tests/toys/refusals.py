"""What a user is told about a mistake."""

import contextlib
from collections.abc import Iterator

import pytest
from motifcnn.core.errors import UserError


@contextlib.contextmanager
def refused(*words: str, start: str = "") -> Iterator[None]:
    """Expect a `UserError` of one line that begins with `start` and holds all `words`."""
    with pytest.raises(UserError) as caught:
        yield
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.startswith(start), sentence
    for each in words:
        assert each in sentence, sentence
