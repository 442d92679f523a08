"""What would be run, without running it."""

import pytest

from .conftest import TINY, planned, snakemake

pytestmark = pytest.mark.workflow


RUN = ("train_model", "extract_filters", "match_motifs", "score_matches")
GROUND_TRUTH = ("write_ground_truth", "match_ground_truth", "score_ground_truth")
SUMMARY = (
    "make_tables",
    "plot_matches",
    "plot_learning_curves",
    "plot_precision_recall",
    "make_report",
    "all",
)


def jobs(n, *more):
    """Jobs of `n` runs on one dataset."""
    return dict.fromkeys(RUN, n) | dict.fromkeys(("simulate_dataset", *SUMMARY, *more), 1)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), jobs(30, *GROUND_TRUTH, "plot_logos")),
        (("--configfile", "config/quickstart.yaml"), jobs(8, *GROUND_TRUTH, "plot_logos")),
        (("--configfile", TINY), jobs(4, *GROUND_TRUTH, "plot_logos")),
        (("--config", "seeds=2"), jobs(12, *GROUND_TRUTH, "plot_logos")),
        (("--snakefile", "workflow/Snakefile"), jobs(30, *GROUND_TRUTH, "plot_logos")),
    ],
    ids=["default", "quickstart", "tiny", "an override", "without the root's Snakefile"],
)
def test_shipped_configs(repository, arguments, expected):
    assert planned(snakemake(repository, "--dry-run", *arguments)) == expected


def test_a_config_on_the_command_line_stands_alone(repository):
    config = repository / "config/mine.yaml"
    config.write_text(
        "experiment: mine\ndatasets: [synthetic]\nseeds: 1\n"
        "grid: [{architectures: [cnn-2], activations: [relu]}]\nprotocol: {controls: []}\n"
    )
    plan = planned(snakemake(repository, "--dry-run", "--configfile", "config/mine.yaml"))
    # No sheet of config/config.yaml, and no controls.
    assert plan == jobs(1)


def test_nested_values_on_the_command_line(repository):
    output = snakemake(
        repository,
        "--dry-run",
        "--configfile",
        TINY,
        "--config",
        'protocol={"training": {"epochs": 3, "stop": null}}',
        "seeds=[3, 5]",
    )
    assert planned(output)["train_model"] == 4
    assert "seed 5" in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("sede=3",), "there is no key 'sede' in the configuration; did you mean 'seeds'?"),
        (("seeds=-3",), "seeds is -3, but must be at least 1"),
        (("datasets=[synthetc]",), "there is no dataset 'synthetc' (datasets); did you mean 'synthetic'?"),
        (
            ("published=koo",),
            "there is no file of published numbers 'koo' (published); known: koo_ploenzke_2019",
        ),
        (
            ("protocol={filters: {treshold: 0.7}}",),
            "there is no key 'treshold' in protocol.filters; did you mean",
        ),
    ],
)
def test_a_mistake_is_one_sentence(repository, arguments, sentence):
    output = snakemake(repository, "--dry-run", "--config", *arguments, good=False)
    assert sentence in output
    assert "Traceback" not in output
    assert not (repository / "results").exists()


def test_a_repeated_key_is_refused(repository):
    path = repository / TINY
    path.write_text(path.read_text() + "\nseeds: 3\n")
    output = snakemake(repository, "--dry-run", "--configfile", TINY, good=False)
    assert "seeds stands twice in" in output
