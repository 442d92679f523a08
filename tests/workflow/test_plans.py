"""What would be run, without running it."""

import re
from collections import Counter
from pathlib import Path

import pytest
from motifcnn.cost.invocation import read_arguments
from motifcnn.cost.work import all_jobs, jobs_left
from motifcnn.data.preflight import look_at_files
from motifcnn.experiment.config import make_plan
from repository import ROOT
from toys.released_arrays import basset_arrays, write

from .conftest import TINY, planned, snakemake

pytestmark = pytest.mark.workflow


CHIPSEQ = "config/chipseq.yaml"
KOO_EDDY = "config/koo_eddy_2019.yaml"
KOO_EDDY_TEXT = "config/koo_eddy_2019_text.yaml"
RUN = ("train_model", "score_importance")
LAYER = ("extract_filters", "match_motifs", "score_matches")
GROUND_TRUTH = ("write_ground_truth", "match_ground_truth", "score_ground_truth")
# Learning curves, precision-recall curves, importance, redundancy and targets.
FIGURES = 5
SUMMARY = ("make_table", "judge_statements", "plot_figure_of_part", "make_report", "all")
NESTED = ("--config", 'protocol={"training": {"epochs": 3, "stop": null}}', "seeds=[3, 5]")


def jobs(n, *more, source=("simulate_dataset",), layers=None):
    """Jobs of `n` runs on one dataset, and of as many layers unless said otherwise."""
    several = dict.fromkeys(RUN, n) | dict.fromkeys(LAYER, layers or n) | {"plot_figure": FIGURES}
    return several | dict.fromkeys((*source, "describe_dataset", *SUMMARY, *more), 1)


PER_DATASET = (*GROUND_TRUTH, "describe_dataset", "plot_logos")
# Both halves of the paper: each has tables and a report of its own, and there are those of both.
PAPER = (
    jobs(30 + 18, source=("simulate_dataset", "download_deepsea", "truncate_deepsea"))
    | dict.fromkeys(PER_DATASET, 2)
    | dict.fromkeys(SUMMARY[:-1], 3)
    # Table 1 and all scores.
    | {"make_table": 6, "plot_figure": 2 * FIGURES}
)
# Seventeen networks on synthetic sequences and in vivo. CNN-1 has a second layer, CNN-1-1-100 two more.
ARCHITECTURES = (
    jobs(
        5 * 2 * 17,
        source=("simulate_dataset", "download_deepsea", "truncate_deepsea"),
        layers=5 * 2 * (17 + 1 + 2),
    )
    | dict.fromkeys(PER_DATASET, 2)
    | {"plot_logos": 6}
    | dict.fromkeys(SUMMARY[:-1], 3)
    # Tables 1 and 2 of the whole, and one for each half alone.
    | {"make_table": 4}
    | {"plot_figure": 2 * FIGURES}
)
# The text of that paper beside its code: four networks, trained in two ways, read in two ways each.
TEXT = jobs(4 * 2 * 3, *GROUND_TRUTH, layers=4 * 4 * 3) | {"plot_figure": FIGURES - 1, "plot_logos": 2}
del TEXT["score_importance"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        pytest.param((), PAPER, id="default"),
        pytest.param(
            ("--snakefile", "workflow/Snakefile", "--config", "datasets=[synthetic]"),
            jobs(30, *GROUND_TRUTH, "plot_logos") | {"make_table": 2},
            id="its synthetic half, without the root's Snakefile",
        ),
        pytest.param(
            ("--configfile", "config/quickstart.yaml"), jobs(8, *GROUND_TRUTH, "plot_logos"), id="quickstart"
        ),
        pytest.param(
            ("--configfile", "config/authors_sequences.yaml"),
            jobs(10, *GROUND_TRUTH, "plot_logos"),
            id="authors_sequences",
        ),
        pytest.param(
            ("--configfile", CHIPSEQ),
            jobs(6, "plot_logos", source=("download_file", "import_released")),
            id="chipseq",
        ),
        pytest.param(
            ("--configfile", TINY, *NESTED),
            jobs(4, *GROUND_TRUTH, "plot_logos", layers=8),
            id="tiny, overridden",
        ),
        pytest.param(("--configfile", KOO_EDDY), ARCHITECTURES, id="koo_eddy_2019"),
        pytest.param(("--configfile", KOO_EDDY_TEXT), TEXT, id="koo_eddy_2019_text"),
    ],
)
def test_shipped_configs(repository, monkeypatch, arguments, expected):
    assert planned(snakemake(repository, "--dry-run", *arguments)) == expected
    # ./run estimate counts the same jobs without Snakemake.
    monkeypatch.chdir(repository)
    plan = make_plan(read_arguments(arguments).config)
    assert Counter(job.rule for job in jobs_left(plan, all_jobs(plan))) + Counter({"all": 1}) == expected


# Snakemake plans the largest of them in test_scale.py.
@pytest.mark.parametrize(
    ("name", "trainings", "motifs"),
    [
        ("koo_ploenzke_2021", 1020, 1020),
        # Nine thresholds read six of the networks, one of them as the protocol does.
        ("koo_ploenzke_2021_small", 54, 102),
        ("koo_ploenzke_2021_scale", 110, 110),
        ("koo_ploenzke_2021_initialisation", 630, 630),
        # Nine thresholds read the same networks.
        ("koo_ploenzke_2021_threshold", 20, 180),
        ("koo_ploenzke_2021_log", 40, 40),
        ("koo_ploenzke_2021_code_log", 40, 40),
        ("koo_ploenzke_2021_references", 20, 20),
        ("koo_ploenzke_2021_scanner", 20, 20),
        # Two layers of each.
        ("koo_ploenzke_2021_deeper", 40, 80),
        ("koo_ploenzke_2021_chipseq", 12, 12),
        ("koo_ploenzke_2021_dnase", 2, 2),
        ("koo_ploenzke_2021_code", 220, 220),
        ("activations", 54, 54),
    ],
)
def test_what_a_later_paper_s_experiments_train(monkeypatch, name, trainings, motifs):
    monkeypatch.chdir(ROOT)
    path = f"config/{name}.yaml"
    plan = make_plan(read_arguments(["--configfile", path]).config)
    counts = Counter(job.rule for job in all_jobs(plan))
    assert (counts["train_model"], counts["extract_filters"]) == (trainings, motifs)
    # The file says what it costs.
    said = re.findall(r"(\d+) trainings", Path(path).read_text())
    assert not said or sum(map(int, said)) in (trainings, trainings // 2)


@pytest.mark.parametrize(
    ("analyses", "left_out", "figures"),
    [
        ("{importance: false, single_logos: true}", {"score_importance"}, FIGURES - 1),
        ("[]", {"score_importance", "plot_figure", "plot_figure_of_part", "plot_logos"}, 0),
    ],
)
def test_what_an_analysis_needs_is_computed_for_it_alone(repository, analyses, left_out, figures):
    config = ("--configfile", TINY, "--config", f"report={{analyses: {analyses}}}")
    expected = jobs(4, *GROUND_TRUTH, "plot_logos", layers=8) | {"plot_figure": figures}
    if "single_logos" in analyses:
        expected["plot_single_logos"] = 8
    plan = planned(snakemake(repository, "--dry-run", *config))
    assert plan == {rule: count for rule, count in expected.items() if rule not in left_out}


def test_a_user_s_own_copy_is_not_downloaded(repository):
    (repository / "mine.h5").touch()
    define = "define={datasets: {irf1: {file: mine.h5}}}"
    plan = planned(snakemake(repository, "--dry-run", "--configfile", CHIPSEQ, "--config", define))
    assert plan == jobs(6, "plot_logos", source=("import_released",))


def test_a_folder_of_one_s_own_may_lie_among_the_downloads(repository, monkeypatch):
    """As that of config/rehearsal.yaml does, for which nothing is downloaded."""
    arguments = ("--configfile", "config/rehearsal.yaml")
    output = snakemake(repository, "--dry-run", *arguments, good=False)
    assert "Missing input files for rule truncate_deepsea" in output
    assert "downloads/rehearsal/train.mat" in output
    folder = repository / "downloads/rehearsal"
    folder.mkdir(parents=True)
    for split in ("train", "valid", "test"):
        (folder / f"{split}.mat").touch()
    expected = jobs(6, *PER_DATASET, source=("truncate_deepsea",))
    assert planned(snakemake(repository, "--dry-run", *arguments)) == expected
    monkeypatch.chdir(repository)
    plan = make_plan(read_arguments(arguments).config)
    assert Counter(job.rule for job in jobs_left(plan, all_jobs(plan))) + Counter({"all": 1}) == expected


def test_a_target_without_a_motif_is_said(repository):
    output = snakemake(repository, "--dry-run", "--configfile", CHIPSEQ, "--config", "datasets=[zbed2]")
    assert (
        output.count("Note: zbed2: no motif in resources/jaspar2016_core_vertebrates.txt is known to be") == 1
    )


DNASE = {
    "import_released": 1,
    "describe_dataset": 1,
    "train_model": 2,
    "extract_filters": 2,
    "match_motifs": 2,
    "score_matches": 2,
    # Two networks by two methods, in one figure.
    "attribute_sequences": 4,
    "plot_attribution_logos": 1,
    "plot_logos": 1,
    # Learning curves and targets.
    "plot_figure": 2,
} | dict.fromkeys(SUMMARY, 1)


def test_dnase_of_a_user_s_own(repository, monkeypatch):
    """Of the DNase-seq nobody keeps a file; a dry run names the place where it should be."""
    arguments = ("--configfile", "config/koo_ploenzke_2021_dnase.yaml")
    output = snakemake(repository, "--dry-run", *arguments, good=False)
    assert "Missing input files for rule import_released" in output
    path = repository / "data/encode_roadmap.h5"
    assert str(path.relative_to(repository)) in output
    path.parent.mkdir()
    write(path, basset_arrays())
    assert planned(snakemake(repository, "--dry-run", *arguments)) == DNASE
    monkeypatch.chdir(repository)
    plan = make_plan(read_arguments(arguments).config)
    assert Counter(job.rule for job in jobs_left(plan, all_jobs(plan))) + Counter({"all": 1}) == DNASE
    assert look_at_files(plan) == []


def test_own_peaks(repository):
    """The example's files are the user's to get; a dry run names those that are missing."""
    example = "config/peaks-example.yaml"
    output = snakemake(repository, "--dry-run", "--configfile", example, good=False)
    assert "Missing input files for rule window_peaks" in output
    files = re.findall(r"data/[\w./-]+", (repository / example).read_text())
    assert len(files) == 5
    (repository / "data").mkdir()
    for name in files:
        assert name in output
        (repository / name).touch()
    plan = planned(snakemake(repository, "--dry-run", "--configfile", example))
    assert plan == jobs(12, "plot_logos", source=("window_peaks",))


def test_a_config_on_the_command_line_stands_alone(repository):
    config = repository / "config/mine.yaml"
    config.write_text(
        "experiment: mine\ndatasets: [synthetic]\nseeds: 1\n"
        "grid: [{architectures: [cnn-2], activations: [relu]}]\nprotocol: {controls: []}\n"
    )
    plan = planned(snakemake(repository, "--dry-run", "--configfile", "config/mine.yaml"))
    # No sheet of config/config.yaml, and no controls.
    assert plan == jobs(1)


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("sede=3", "there is no key 'sede' in the configuration; did you mean 'seeds'?"),
        (
            "published=koo",
            "there is no file of published numbers 'koo' (published); known: koo_eddy_2019, koo_",
        ),
    ],
)
def test_a_mistake_is_one_sentence(repository, argument, sentence):
    output = snakemake(repository, "--dry-run", "--config", argument, good=False)
    assert sentence in output
    assert "Traceback" not in output
    assert not (repository / "results").exists()


def test_a_repeated_key_is_refused(repository):
    path = repository / TINY
    path.write_text(path.read_text() + "\nseeds: 3\n")
    output = snakemake(repository, "--dry-run", "--configfile", TINY, good=False)
    assert "seeds stands twice in" in output
