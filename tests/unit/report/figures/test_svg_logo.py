import re
from xml.etree import ElementTree

import numpy as np
import pytest
from motifcnn.core.sequences import ALPHABET
from motifcnn.report.figures.svg_logo import letter_shapes, svg_logo

# 2 bits of A; 1 bit, of C and G in equal parts; nothing.
PPM = np.array([[1, 0, 0, 0], [0, 0.5, 0.5, 0], [0.25, 0.25, 0.25, 0.25]])


def test_letters_stand_where_their_heights_put_them():
    logo = ElementTree.fromstring(svg_logo(PPM))
    assert logo.get("viewBox") == "0 0 3 2"
    assert logo.get("aria-label") == "ACA"
    letters = [(use.get("href"), use.get("transform")) for use in logo]
    # (1 0 0 height place top): C and G, half a bit each, fill the lower bit, C at the bottom.
    assert letters == [
        ("#letter-A", "matrix(1 0 0 2 0 0)"),
        ("#letter-G", "matrix(1 0 0 0.5 1 1)"),
        ("#letter-C", "matrix(1 0 0 0.5 1 1.5)"),
    ]


def test_every_letter_fills_a_unit_square_in_its_colour():
    shapes = ElementTree.fromstring(letter_shapes()).find("defs")
    assert [shape.get("id") for shape in shapes] == [f"letter-{letter}" for letter in ALPHABET]
    assert len({shape.get("fill") for shape in shapes}) == 4
    for shape in shapes:
        numbers = [float(number) for number in re.findall(r"-?[0-9.]+(?:e-?\d+)?", shape.get("d"))]
        x, y = numbers[::2], numbers[1::2]
        assert (min(y), max(y)) == pytest.approx((0, 1), abs=0.01)
        assert 0 <= min(x) < max(x) <= 1
