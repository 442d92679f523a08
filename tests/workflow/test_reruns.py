"""A touched or moved file re-runs nothing; an edit re-runs exactly the rules that it concerns."""

import re
import shutil
from pathlib import Path

import pytest

from .conftest import TINY, copy_repository, planned, reasons, snakemake

pytestmark = pytest.mark.workflow

# One run is enough to have a job of every rule.
ATTRIBUTION = "attribution={methods: {saliency: {}, replaced: {method: mutagenesis}}}"
ARGUMENTS = ("--configfile", TINY, "--config", "seeds=1", ATTRIBUTION)
EDITED = "params have changed since last execution"


@pytest.fixture(scope="module")
def finished(tmp_path_factory) -> Path:
    """A repository in which everything has been run, by adapters that import all that they do but write empty files."""
    folder = copy_repository(tmp_path_factory.mktemp("finished") / "repository")
    for script in (folder / "workflow/scripts").glob("*.py"):
        text = script.read_text()
        if "run(main" in text:
            real = re.sub("^", "    ", text, flags=re.M)
            script.write_text(
                "if 'snakemake' in globals():\n    for path in snakemake.output:\n        open(path, 'w').close()\n"
                f"else:\n{real}"
            )
    snakemake(folder, *ARGUMENTS)
    return folder


@pytest.fixture
def repository(finished, tmp_path) -> Path:
    return shutil.copytree(finished, tmp_path / "moved", symlinks=True)


def plan(repository, *more):
    return snakemake(repository, "--dry-run", *ARGUMENTS, *more)


def edit(repository, name, line="EDITED = True"):
    path = repository / "workflow/scripts" / name
    path.write_text(path.read_text() + f"\n{line}\n")


def test_touching_everything_re_runs_nothing(repository):
    for path in [
        repository / "Snakefile",
        *(repository / "workflow").rglob("*"),
        *(repository / "config").rglob("*"),
    ]:
        path.touch()
    assert planned(plan(repository)) == {}


def test_words_and_what_cannot_change_a_result_re_run_nothing(repository):
    scripts = repository / "workflow/scripts"
    for path in scripts.rglob("*.py"):
        edit(repository, path.relative_to(scripts), '"""Edited."""  # edited')
    for name in ("core/progress.py", "core/versions.py", "adapters/entry.py", "experiment/schema.py"):
        edit(repository, f"motifcnn/{name}")
    assert planned(plan(repository)) == {}


@pytest.mark.parametrize(
    ("name", "jobs"),
    [
        # The plain network is for attribution alone.
        ("networks/plain.py", 4),
        ("networks/saved.py", 4),
        ("interpretation/attribution/explained.py", 4),
        ("interpretation/attribution/saliency.py", 2),
        ("interpretation/attribution/windows.py", 2),
        ("interpretation/attribution/deep_shap.py", 0),
    ],
)
def test_attributions_are_made_again_method_by_method(repository, name, jobs):
    edit(repository, f"motifcnn/{name}")
    after = {"plot_attribution_logos": 1, "make_report": 1, "all": 1}
    expected = {"attribute_sequences": jobs, **after} if jobs else {}
    assert planned(plan(repository)) == expected


@pytest.mark.parametrize(
    ("attribution", "jobs"),
    [
        ("{methods: {saliency: {corrected: true}, replaced: {method: mutagenesis}}}", 2),
        ("{methods: {saliency: {}, replaced: {method: mutagenesis}}, sequences: 9}", 4),
        # The same, written otherwise, and a method less.
        ("{methods: {saliency: {output: probability}, replaced: {method: mutagenesis}}}", 0),
        ("{methods: {saliency: null}}", 0),
        ("{methods: {saliency: {}, replaced: {method: mutagenesis}, deep_shap: {}}}", 2),
    ],
)
def test_an_option_concerns_its_method_alone(repository, attribution, jobs):
    output = plan(repository, "--config", "seeds=1", f"attribution={attribution}")
    assert planned(output).get("attribute_sequences", 0) == jobs
    assert set(planned(output)) <= {"attribute_sequences", "plot_attribution_logos", "make_report", "all"}


FUNCTIONS = "motifcnn/networks/activation_functions.py"


def test_another_activation_re_runs_nothing(repository):
    code = "from torch.nn.functional import softsign\n\n\ndef soft(x):\n    return softsign(x)"
    edit(repository, FUNCTIONS, code)
    registry = repository / "resources/activations.yaml"
    entry = "soft: {monotone: true, formula: x / (1 + |x|), source: a test}\n"
    registry.write_text(registry.read_text() + entry)
    assert planned(plan(repository)) == {}


def test_an_edited_activation_re_runs_exactly_its_runs(repository):
    path = repository / "workflow/scripts" / FUNCTIONS
    text = path.read_text()
    assert text.count("torch.exp(scale * x") == 1
    path.write_text(text.replace("torch.exp(scale * x", "torch.exp(x * scale"))
    output = plan(repository)
    jobs = planned(output)
    assert jobs["train_model"] == jobs["score_importance"] == 1
    assert jobs["extract_filters"] == 2
    assert jobs.keys() == {"train_model"} | AFTER_TRAINING
    assert re.findall(r"Training on \S+: shallow (\w+),", output) == ["exponential"]


def check(repository, concerned, after, *more):
    """Check which rules run because they were edited, and which because those run before them."""
    output = plan(repository, *more)
    assert reasons(output).get(EDITED, set()) == concerned
    assert planned(output).keys() == concerned | after


# What each stage brings with it, by the files that it writes anew.
TABLES = {"make_table", "judge_statements"}
AFTER_SCORING = {"plot_figure", "plot_figure_of_part", "plot_logos", *TABLES, "make_report", "all"}
SCORING = {"score_matches", "score_ground_truth"}
AFTER_MATCHING = SCORING | AFTER_SCORING
MATCHING = {"match_motifs", "match_ground_truth"}
AFTER_FILTERS = {"match_motifs", "score_matches"} | AFTER_SCORING
OF_MODELS = {"extract_filters", "score_importance", "attribute_sequences", "plot_attribution_logos"}
AFTER_TRAINING = OF_MODELS | AFTER_FILTERS
AFTER_SIMULATION = (
    {"train_model", "write_ground_truth", "describe_dataset"} | MATCHING | SCORING | AFTER_TRAINING
)
REPORT = {"make_report"}


@pytest.mark.parametrize(
    ("name", "concerned", "after"),
    [
        ("motifcnn/training/loop.py", {"train_model"}, AFTER_TRAINING),
        ("motifcnn/interpretation/filters.py", {"extract_filters"}, AFTER_FILTERS),
        ("motifcnn/data/simulate.py", {"simulate_dataset"}, AFTER_SIMULATION),
        ("motifcnn/motifs/tomtom/scores.py", MATCHING, AFTER_MATCHING),
        ("score_matches.py", SCORING, AFTER_SCORING),
        ("motifcnn/interpretation/importance.py", {"score_importance"}, {"plot_figure", *REPORT, "all"}),
        ("motifcnn/report/page.py", REPORT, {"all"}),
        ("../report/report.html.j2", REPORT, {"all"}),
        ("../report/table.html.j2", {"make_table"}, {"judge_statements", *REPORT, "all"}),
    ],
)
def test_an_edit_re_runs_exactly_what_it_concerns(repository, name, concerned, after):
    edit(repository, name)
    check(repository, concerned, after)


def test_figures_are_drawn_again_one_by_one(repository):
    assert planned(plan(repository)) == {}
    edit(repository, "motifcnn/report/figures/importance.py")
    assert planned(plan(repository)) == {"plot_figure": 1, "make_report": 1, "all": 1}
    # A caption is no reason to draw, but the report has it.
    edit(repository, "motifcnn/experiment/analyses.py", "EDITED = 1")
    assert planned(plan(repository)) == {"plot_figure": 1, "make_report": 1, "all": 1}


@pytest.mark.parametrize(
    ("change", "concerned", "after"),
    [
        ("protocol={training: {epochs: 3}}", {"train_model"}, AFTER_TRAINING),
        ("compute={precision: bf16}", {"train_model"}, AFTER_TRAINING),
        # The report shows the whole configuration.
        ("compute={threads: 2, device: auto}", REPORT, {"all"}),
        ("protocol={filters: {threshold: 0.7}}", {"extract_filters"}, AFTER_FILTERS),
        ("protocol={matching: {evalue: 0.05}}", MATCHING, AFTER_MATCHING),
        ("protocol={matching: {relevant: strict}}", SCORING | {"describe_dataset"}, AFTER_SCORING),
    ],
)
def test_a_key_re_runs_exactly_what_it_concerns(repository, change, concerned, after):
    check(repository, concerned, after, "--config", "seeds=1", ATTRIBUTION, change)
