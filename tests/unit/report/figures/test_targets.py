import json

from matplotlib.colors import to_hex
from motifcnn.report.figures.targets import MAX_TARGETS, bars_of_targets, draw
from toys.described import described


def test_a_bar_per_target_and_split(tmp_path):
    (tmp_path / "data.json").write_text(json.dumps(described()))
    figure = draw({"data.json": [str(tmp_path / "data.json")]})
    (panel,) = figure.axes
    assert [label.get_text() for label in panel.get_yticklabels()] == ["MAX", "<X>"]
    bars = [(bar.get_x(), bar.get_width()) for bar in panel.patches]
    # Training, validation and test, each of both targets, one behind the other.
    assert bars == [(0, 1000), (0, 800), (1000, 100), (800, 80), (1100, 125), (880, 100)]
    assert len({to_hex(bar.get_facecolor()) for bar in panel.patches}) == 3
    assert [text.get_text() for text in panel.texts] == [" 0.250", " 0.200  no motif in the database"]
    assert figure.get_suptitle() == "mine"


def test_of_many_targets_those_with_the_most_positives():
    names = [f"T{i}" for i in range(MAX_TARGETS + 2)]
    part = {"sequences": 100, "without_target": 0, "positives": {name: i for i, name in enumerate(names)}}
    splits = dict.fromkeys(("train", "valid", "test"), part)
    figure = bars_of_targets(described(targets=names, splits=splits, without_motif=[]))
    shown = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert shown == names[:1:-1]
    assert "the 40 of 42 targets with the most positives" in figure.get_suptitle()
