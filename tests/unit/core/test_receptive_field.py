"""Receptive fields and pooling, worked out by hand; and the windows that can be defined with them."""

import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.receptive_field import (
    Pooling,
    ReceptiveFields,
    convolution_shapes,
    same_padding,
    window_width,
)
from toys.networks import shipped


def conv(size, padding="same", pool=None):
    return {"type": "conv", "filters": 1, "size": size, "padding": padding, "pool": pool}


def declared(name):
    return shipped()[name]["layers"]


@pytest.mark.parametrize(
    ("length", "size", "stride", "expected"),
    [
        (200, 19, 1, (9, 9)),
        (200, 4, 1, (1, 2)),
        (59, 4, 4, (0, 1)),
        (58, 4, 4, (1, 1)),
        (64, 3, 3, (1, 1)),
        (60, 50, 2, (24, 24)),
    ],
)
def test_same_padding_as_tensorflow_defines_it(length, size, stride, expected):
    assert same_padding(length, size, stride) == expected


def test_valid_and_pooled_layers():
    layers = [conv(5, "valid", 4), conv(3, pool=2), {"type": "dense"}, conv(3, "valid")]
    first, second, third = convolution_shapes(layers, 44)
    # Valid: the first window is 0..4, centred on 2; 40 of them.
    assert first.fields == ReceptiveFields(start=0, step=1, width=5, positions=40)
    assert first.fields.centres() == range(2, 42)
    assert first.pool == Pooling(size=4, stride=4, padding=(0, 0), positions=10)
    # A pooled value sees 5 + 3 letters, the next one 4 further; three of them see 8 + 2*4, one step of
    # padding reaches 4 to the left.
    assert second.fields == ReceptiveFields(start=-4, step=4, width=16, positions=10)
    # Pooled by two: 4 wider, 8 apart; three of those: 16 wider.
    assert third.fields == ReceptiveFields(start=-4, step=8, width=36, positions=3)
    assert third.pool is None
    assert third.positions_out == 3


def test_overlapping_pooling():
    # 10 letters, filters of 3: positions 0..9 see -1..1 to 8..10. A pool of 4 at every second position
    # gives ceil(10 / 2) = 5 of them, which needs 4 * 2 + 4 - 10 = 2 of padding, one on each side: the
    # first pool covers the positions -1..2 and so the letters -2..3, the next ones begin 2 further.
    first, second = convolution_shapes([conv(3, pool={"size": 4, "stride": 2}), conv(1)], 10)
    assert first.pool == Pooling(size=4, stride=2, padding=(1, 1), positions=5)
    assert second.fields == ReceptiveFields(start=-2, step=2, width=6, positions=5)
    # Of the letters -2..3 the centre is 1, three of them to its left.
    assert list(second.fields.centres()) == [1, 3, 5, 7, 9]
    # Without padding there are only (10 - 4) // 2 + 1 pools, the first of which covers 0..3.
    pool = {"size": 4, "stride": 2, "padding": "valid"}
    first, second = convolution_shapes([conv(3, pool=pool), conv(1)], 10)
    assert first.pool == Pooling(size=4, stride=2, padding=(0, 0), positions=4)
    assert second.fields == ReceptiveFields(start=-1, step=2, width=6, positions=4)


# Second layers of filters of 5 over filters of 19, 200 nt. Without pooling a field is 19 + 4 wide and
# begins 9 + 2 before the sequence. After a pool of p it is 19 + (p - 1) + 4 p wide, begins 9 + 2 p before.
# The overlapping pool of 50 at every second position is padded by (99 * 2 + 50 - 200) / 2 = 24 on the left:
# 19 + 49 + 4 * 2 wide, from -9 - 24 - 2 * 2.
# After the residual block, whose two filters of 5 add 8 to the 19 nt of a field, and pools of 10 and 5: 27 + 9, 10
# apart, + 6 * 10 on both sides together, + 4 * 10, then three of them 50 apart.
@pytest.mark.parametrize(
    ("name", "length", "layer", "expected"),
    [
        ("cnn-1", 200, 2, ReceptiveFields(-11, 1, 23, 200)),
        ("cnn-2", 200, 2, ReceptiveFields(-13, 2, 28, 100)),
        ("cnn-10", 200, 2, ReceptiveFields(-29, 10, 68, 20)),
        ("cnn-100", 200, 2, ReceptiveFields(-209, 100, 518, 2)),
        ("cnn-50-2", 200, 2, ReceptiveFields(-37, 2, 76, 100)),
        ("cnn19-1-2", 200, 2, ReceptiveFields(-9, 2, 20, 100)),
        ("cnn-1-1-100", 200, 3, ReceptiveFields(-13, 1, 27, 200)),
        ("residualbind", 400, 2, ReceptiveFields(-13, 1, 27, 400)),
        ("residualbind", 400, 3, ReceptiveFields(-43, 10, 96, 40)),
        ("residualbind", 400, 4, ReceptiveFields(-43, 50, 236, 6)),
    ],
)
def test_networks_of_the_papers(name, length, layer, expected):
    assert convolution_shapes(declared(name), length)[layer - 1].fields == expected


def test_a_residual_block_sees_what_its_convolutions_see():
    block = {"type": "residual", "convolutions": [{"size": 5}, {"size": 4}], "pool": 2}
    first, second, third = convolution_shapes([conv(3, pool=4), block, conv(1)], 40)
    assert first.positions_out == 10
    # Fields of 3 + 3, 4 apart, from -1. A filter of 5 adds four steps, two of them on the left; one of 4 adds three
    # steps, of which one is on the left.
    assert [inner.padding for inner in second.path] == [(2, 2), (1, 2)]
    assert second.path[0].fields == ReceptiveFields(start=-9, step=4, width=22, positions=10)
    assert second.fields == ReceptiveFields(start=-13, step=4, width=34, positions=10)
    assert second.positions_out == 5
    assert third.fields == ReceptiveFields(start=-13, step=8, width=38, positions=5)


@pytest.mark.parametrize("width", [4, 5])
def test_a_window_of_the_fields_width_covers_the_field(width):
    centre = ReceptiveFields(start=7, step=1, width=width, positions=1).centres()[0]
    assert list(range(centre - width // 2, centre - width // 2 + width)) == list(range(7, 7 + width))


@pytest.mark.parametrize(
    ("layers", "length", "message"),
    [
        ([conv(5), conv(9, "valid")], 8, "layer 2 has filters of 9, but only 8 positions are left of 8 nt"),
        ([conv(5, pool={"size": 9, "padding": "valid"})], 8, "a pool of 9 does not fit into 8 positions"),
    ],
)
def test_too_short_a_sequence(layers, length, message):
    with pytest.raises(UserError, match=message):
        convolution_shapes(layers, length)


def test_windows():
    fourth = ReceptiveFields(start=-17, step=4, width=38, positions=50)
    assert window_width(19, fourth, 2, 200) == 19
    assert window_width(4, fourth, 2, 200) == 4
    assert window_width("receptive_field", fourth, 2, 200) == 38
    assert window_width("receptive_field", fourth, 2, 38) == 38
    assert window_width(19, ReceptiveFields(0, 1, None, 200), 1, 200) == 19


@pytest.mark.parametrize(
    ("window", "fields", "message"),
    [
        (
            19,
            ReceptiveFields(-59, 25, 143, 8),
            "19 is not defined for layer 2: its positions are 25 nt apart",
        ),
        (
            "receptive_field",
            ReceptiveFields(-109, 50, 268, 4),
            "sees 268 nt, more than the 200 nt of a sequence",
        ),
        ("receptive_field", ReceptiveFields(0, 1, None, 200), "is not known for layer 2 of this network"),
    ],
)
def test_windows_that_cannot_be_defined(window, fields, message):
    with pytest.raises(UserError, match=message):
        window_width(window, fields, 2, 200)
