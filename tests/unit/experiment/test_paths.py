import pytest
from motifcnn.experiment.config import make_plan
from motifcnn.experiment.paths import Layout
from repository import ROOT


@pytest.fixture
def layout(monkeypatch):
    """Two datasets; of four sheets, one is of both and the others of one each."""
    monkeypatch.chdir(ROOT)
    panels = [["cnn-2", "relu"]]
    sheets = [
        {"title": "Only few", "panels": panels, "datasets": ["few"]},
        {"title": "Only synthetic", "panels": panels, "datasets": ["synthetic"]},
        {"title": "Both", "panels": panels},
        {"title": "Not on few", "panels": [["cnn-50", "relu"]]},
    ]
    plan = make_plan(
        {
            "experiment": "mine",
            "datasets": ["synthetic", "few"],
            "define": {"datasets": {"few": {"type": "simulate", "motifs": ["MAX"]}}},
            "grid": [
                {"architectures": ["cnn-2"], "activations": ["relu"]},
                {"architectures": ["cnn-50"], "activations": ["relu"], "datasets": ["synthetic"]},
            ],
            "report": {"sheets": sheets},
        }
    )
    return Layout(plan)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            "",
            [
                ("synthetic/logos-2", "Only synthetic"),
                ("synthetic/logos-3", "Both"),
                ("synthetic/logos-4", "Not on few"),
                ("few/logos-1", "Only few"),
                ("few/logos-3", "Both"),
            ],
        ),
        ("few/", [("few/logos-1", "Only few"), ("few/logos-3", "Both")]),
    ],
)
def test_the_titles_of_a_report_s_sheets_are_in_the_order_of_its_figures(layout, part, expected):
    figures = layout.figures_of(part)
    sheets = [path for path in figures if "/logos-" in path]
    titles = [title for name in layout.datasets_of(part) for title in layout.titles_of_sheets(name)]
    named = [(f"results/mine/figures/{name}.png", title) for name, title in expected]
    assert list(zip(sheets, titles, strict=True)) == named
    # Beside the sheets: one of the part, four of each dataset.
    assert figures[0] == f"results/mine/{part}figures/matches.svg"
    assert len(figures) == len(expected) + 1 + 4 * len(layout.datasets_of(part))
