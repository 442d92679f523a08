import pytest
from motifcnn.experiment.paths import Layout
from toys.plan_builder import MINIMAL, plan
from toys.refusals import refused


@pytest.fixture
def layout():
    """Two datasets; of four sheets, one is of both and the others of one each."""
    panels = [["cnn-2", "relu"]]
    sheets = [
        {"title": "Only few", "panels": panels, "datasets": ["few"]},
        {"title": "Only synthetic", "panels": panels, "datasets": ["synthetic"]},
        {"title": "Both", "panels": panels},
        {"title": "Not on few", "panels": [["cnn-50", "relu"]]},
    ]
    other = {"architectures": ["cnn-50"], "activations": ["relu"], "datasets": ["synthetic"]}
    return Layout(
        plan(
            datasets=["synthetic", "few"],
            define={"datasets": {"few": {"type": "simulate", "motifs": ["MAX"]}}},
            grid=[*MINIMAL["grid"], other],
            report={"sheets": sheets},
        )
    )


FEW = [("few/logos-1", "Only few"), ("few/logos-3", "Both")]
SYNTHETIC = [
    ("synthetic/logos-2", "Only synthetic"), ("synthetic/logos-3", "Both"), ("synthetic/logos-4", "Not on few"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "expected"), [("", SYNTHETIC + FEW), ("few/", FEW)])
def test_the_titles_of_a_report_s_sheets_are_in_the_order_of_its_figures(layout, part, expected):
    figures = layout.figures_of(part)
    sheets = [path for path in figures if "/logos-" in path]
    titles = [title for name in layout.datasets_of(part) for title in layout.titles_of_sheets(name)]
    named = [(f"results/mine/figures/{name}.png", title) for name, title in expected]
    assert list(zip(sheets, titles, strict=True)) == named
    # Beside the sheets: one of the part, five of each dataset.
    assert figures[0] == f"results/mine/{part}figures/matches.svg"
    assert len(figures) == len(expected) + 1 + 5 * len(layout.datasets_of(part))


def test_the_filters_of_the_sheets_are_listed_once_each():
    sheets = [{"title": "A", "panels": [["cnn-2", "relu"], ["cnn-2", "relu", 2]]}]
    sheets += [{"title": "B", "panels": [["cnn-2", "relu"]]}]
    grid = [{"architectures": ["cnn-2"], "activations": ["relu"], "layers": [1, 2]}]
    run = "results/mine/synthetic/cnn-2/relu/seed-1"
    files = ("summary.json", "matches.tsv", "filters.meme")
    expected = [f"{run}/{layer}{name}" for name in files for layer in ("", "layer-2/")]
    for analyses, more in ((["logos"], []), (["logos", "importance"], [f"{run}/importance.tsv"])):
        layout = Layout(plan(grid=grid, report={"sheets": sheets, "analyses": analyses}))
        assert layout.filters_of_sheets("synthetic") == expected + more
    assert Layout(plan(report={"sheets": sheets[1:], "analyses": []})).filters_of_sheets("synthetic") == []


def test_a_part_has_the_tables_that_it_has_datasets_for():
    tables = [
        {"name": "table1", "title": "One", "datasets": ["synthetic"]},
        {"name": "table2", "title": "Two", "datasets": ["few", "synthetic"]},
    ]
    few = {"few": {"type": "simulate", "motifs": ["MAX"]}}
    layout = Layout(
        plan(datasets=["synthetic", "few"], define={"datasets": few}, report={"tables": tables}, seeds=1)
    )
    assert layout.tables_of("") == ["results/mine/tables/table1.tsv", "results/mine/tables/table2.tsv"]
    assert layout.tables_of("few/") == ["results/mine/few/tables/table2.tsv"]
    run = "cnn-2/relu/seed-1/summary.json"
    truth = "controls/ground_truth/summary.json"
    assert layout.summaries_of("", "table2") == [
        f"results/mine/{name}/{file}" for name in ("few", "synthetic") for file in (run, truth)
    ]
    with refused("few/tables/table1.tsv would be empty", "ask for results/mine/few/tables/table2.tsv"):
        layout.summaries_of("few/", "table1")
    assert layout.summaries_of("few/", "table2") == [f"results/mine/few/{file}" for file in (run, truth)]


def test_localisation_is_for_datasets_in_which_motifs_have_known_positions():
    layout = Layout(
        plan(
            datasets=["synthetic", "irf1"],
            define__datasets={"irf1": {"file": "x.h5"}},
            report__analyses=["localisation"],
        )
    )
    assert layout.figures_of("") == ["results/mine/figures/synthetic/localisation.png"]
    assert [one.name for one in layout.analyses_of("synthetic")] == ["localisation"]
    assert layout.analyses_of("irf1") == []
    assert sum("score_localisation" in path for path in layout.benchmarks("synthetic")) == 5
    assert not any("score_localisation" in path for path in layout.benchmarks("irf1"))
    assert layout.localised("irf1") == []


def test_the_leaderboard_has_the_localisation_of_the_model_that_a_run_uses():
    settings = {"unchanged": {}, "low": {"filters": {"threshold": 0.1}}}
    grid = [{"architectures": ["cnn-2"], "activations": ["relu"], "settings": settings}]
    made = {name: plan(grid=grid, seeds=1, report__analyses=[name]) for name in ("localisation", "matches")}
    run, low = (f"results/mine/synthetic/cnn-2/relu/{setting}seed-1" for setting in ("", "low/"))
    expected = [f"{run}/summary.json", f"{low}/summary.json", *[f"{run}/localisation.tsv"] * 2]
    assert Layout(made["localisation"]).localised("synthetic") == expected
    assert Layout(made["matches"]).localised("synthetic") == []
