import matplotlib
import pytest
from matplotlib.figure import Figure
from motifcnn.core.errors import UserError
from motifcnn.report.figures.style import activation_colours, activation_looks, save, style


def drawing():
    with style():
        figure = Figure(figsize=(2, 1))
        figure.subplots().plot([1, 2, 4], label="a line")
        figure.legend()
    return figure


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_same_figure_gives_the_same_bytes(tmp_path, suffix):
    files = [tmp_path / f"{number}.{suffix}" for number in range(2)]
    for path in files:
        save(drawing(), path)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_size > 1000


def test_nobodys_settings_matter(tmp_path):
    save(drawing(), tmp_path / "plain.svg")
    with matplotlib.rc_context({"font.size": 30, "lines.linewidth": 9, "svg.hashsalt": "other"}):
        save(drawing(), tmp_path / "other.svg")
        assert matplotlib.rcParams["font.size"] == 30
    assert (tmp_path / "plain.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()


def test_no_date_in_a_vector_file(tmp_path):
    save(drawing(), tmp_path / "a.svg")
    assert "<dc:date>" not in (tmp_path / "a.svg").read_text()


def test_another_suffix(tmp_path):
    with pytest.raises(UserError, match=r"cannot be drawn; give a name that ends in \.png, \.svg, \.pdf"):
        save(drawing(), tmp_path / "a.gif")
    assert list(tmp_path.iterdir()) == []


MANY = [
    "relu", "exponential", "sigmoid", "tanh", "softplus", "linear", "elu", "shift_relu", "scale_relu",
    "shift_scale_relu", "shift_sigmoid", "scale_sigmoid", "shift_scale_sigmoid", "shift_tanh", "scale_tanh",
    "shift_scale_tanh", "exp_relu", "log_relu", "gelu", "silu",
]  # fmt: skip


def test_twenty_activations_look_different_and_the_same_whatever_else_is_drawn():
    looks = activation_looks(MANY)
    assert len(set(looks.values())) == len(MANY)
    for name in MANY:
        assert activation_looks(["mine", name])[name] == looks[name] == activation_looks([name])[name]
    assert looks["relu"] == ("#5b6f87", "o")
    assert looks["exponential"] == ("#d55e00", "o")


def test_names_of_ones_own_look_like_no_other():
    own = [f"own-{number}" for number in range(20)]
    looks = activation_looks([*own, *MANY])
    assert len(set(looks.values())) == len(own) + len(MANY)
    assert {looks[name].colour for name in own}.isdisjoint(
        {looks["relu"].colour, looks["exponential"].colour}
    )
    assert activation_looks(reversed(own)) == {name: looks[name] for name in own}
    # a-b and a_b are two names.
    assert len(set(activation_looks(["shift-relu", "shift_relu"]).values())) == 2


def test_colours_are_distinct_and_keep_their_meaning():
    colours = activation_colours(["elu", "relu", "tanh", "exponential", "relu"])
    assert len(set(colours.values())) == 4
    assert colours["relu"] == activation_colours(["relu"])["relu"]
    assert colours["exponential"] == activation_colours(["sigmoid", "exponential"])["exponential"]
