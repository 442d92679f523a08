"""The jobs of a plan, and those that are left of them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import yaml
from motifcnn.core.errors import UserError
from motifcnn.core.files import write_json
from motifcnn.cost.work import _jobs_of_datasets, all_jobs, dataset_sizes, jobs_left
from motifcnn.data.dataset import Dataset, Split, write_dataset
from motifcnn.experiment.analyses import ANALYSES
from motifcnn.experiment.config import make_plan
from motifcnn.experiment.dataset_kinds import Size
from motifcnn.experiment.paths import Layout
from repository import ROOT

RUN = "results/tiny/small/shallow/relu/seed-1"
# What follows from any change of a run's matches.
AFTER_SCORING = ("make_table", "judge_statements", "plot_figure_of_part", "make_report")
FROM_MATCHES = dict.fromkeys(("plot_logos", *AFTER_SCORING), 1)
FROM_MATCHES["plot_figure"] = 2
TRUTH = ("match_ground_truth", "score_ground_truth", *AFTER_SCORING)


def plan_of(config):
    return make_plan(yaml.safe_load((ROOT / config).read_text()))


def finish(folder, plan):
    """Write every file of every job, empty but for the metrics."""
    for job in all_jobs(plan):
        for path in job.outputs:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).touch()
            if path.endswith("metrics.json"):
                write_json(folder / path, {"protocol": plan.config["protocol"]["training"]})
    return folder


def left(plan, folder, *targets):
    return dict(Counter(job.rule for job in jobs_left(plan, all_jobs(plan), targets, folder)))


def test_a_job_comes_after_those_that_it_builds_on(plan):
    seen = set()
    for job in all_jobs(plan):
        assert seen >= set(job.inputs)
        seen |= set(job.outputs)


def test_attributions_and_what_is_made_of_them(tmp_path):
    config = yaml.safe_load((ROOT / "tests/workflow/config-tiny.yaml").read_text())
    config["attribution"] = {"methods": {"saliency": {}, "mutagenesis": {}}}
    # A single target, whose motifs are looked for.
    config["define"]["datasets"]["small"]["negatives"] = {"target": "bound", "motifs": ["MA0139.1"]}
    plan = make_plan(config)
    counts = Counter(job.rule for job in all_jobs(plan))
    assert counts["attribute_sequences"] == counts["score_attributions"] == 8
    assert counts["tabulate_attributions"] == 1
    folder = finish(tmp_path, plan)
    assert left(plan, folder) == {}
    explained = folder / RUN / "attribution/saliency"
    (explained / "scores.json").unlink()
    after = {"tabulate_attributions": 1, "judge_statements": 1, "plot_figure": 1, "make_report": 1}
    assert left(plan, folder) == {"score_attributions": 1, **after}
    (explained / "attributions.h5").unlink()
    before = {"attribute_sequences": 1, "plot_attribution_logos": 1}
    assert left(plan, folder) == {"score_attributions": 1, **before, **after}


def test_everything_is_left_in_an_empty_folder_and_nothing_when_all_files_are_there(plan, tmp_path):
    assert left(plan, tmp_path) == dict(Counter(job.rule for job in all_jobs(plan)))
    assert left(plan, finish(tmp_path, plan)) == {}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("results/tiny/report.html", {"make_report": 1}),
        ("results/tiny/tables/statements.tsv", {"judge_statements": 1, "make_report": 1}),
        ("results/tiny/tables/leaderboard.tsv", {"judge_statements": 1, "make_report": 1}),
        (f"{RUN}/importance.tsv", {"score_importance": 1, "plot_figure": 1, "make_report": 1}),
        (f"{RUN}/controls/untrained.tomtom.tsv", {"match_motifs": 1, "score_matches": 1} | FROM_MATCHES),
        (f"{RUN}/layer-2/filters.h5", dict.fromkeys(("extract_filters", "match_motifs", "score_matches"), 1)),
        ("results/tiny/small/controls/ground_truth/tomtom.tsv", dict.fromkeys(TRUTH, 1)),
    ],
)
def test_a_missing_file_takes_along_all_that_is_made_of_it(plan, tmp_path, file, expected):
    (finish(tmp_path, plan) / file).unlink()
    found = left(plan, tmp_path)
    if "layer-2" in file:
        assert found.items() >= expected.items()
        # The sheet shows a second layer, of the other network.
        assert "plot_logos" not in found
        assert "train_model" not in found
    else:
        assert found == expected


def test_a_training_with_another_protocol_is_done_again(plan, tmp_path):
    finish(tmp_path, plan)
    protocol = plan.config["protocol"]["training"]
    write_json(tmp_path / RUN / "metrics.json", {"protocol": protocol | {"epochs": 3}})
    found = left(plan, tmp_path)
    assert (found["train_model"], found["score_importance"], found["extract_filters"]) == (1, 1, 2)
    assert found["plot_figure"] == 4


def test_what_no_analysis_needs_is_no_work(plan):
    plan = replace(plan, analyses=tuple(one for one in plan.analyses if one.name == "redundancy"))
    found = Counter(job.rule for job in all_jobs(plan))
    assert {rule: found[rule] for rule in ("plot_figure", "plot_figure_of_part", "plot_logos")} == {
        "plot_figure": 1, "plot_figure_of_part": 0, "plot_logos": 0
    }  # fmt: skip
    assert "score_importance" not in found


def test_localisation_is_measured_once_per_training(plan):
    plan = replace(plan, analyses=(ANALYSES["localisation"],))
    jobs = [job for job in all_jobs(plan) if job.rule == "score_localisation"]
    trained = [job for job in all_jobs(plan) if job.rule == "train_model"]
    assert [job.outputs for job in jobs] == [
        (job.outputs[0].replace("model.safetensors", "localisation.tsv"),) for job in trained
    ]
    (figure,) = [job for job in all_jobs(plan) if job.rule == "plot_figure"]
    assert {job.outputs[0] for job in jobs} < set(figure.inputs)


def test_patterns_of_tf_modisco(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    given = yaml.safe_load((ROOT / "tests/workflow/config-tiny.yaml").read_text())
    plan = make_plan(given | {"attribution": {"modisco": {}}})
    found = Counter(job.rule for job in all_jobs(plan))
    rules = ("attribute_sequences", "find_patterns", "trim_patterns", "match_patterns", "score_patterns")
    assert {rule: found[rule] for rule in rules} == dict.fromkeys(rules, len(plan.runs))
    test_a_job_comes_after_those_that_it_builds_on(plan)
    (finish(tmp_path, plan) / f"{RUN}/modisco/patterns.meme").unlink()
    again = (
        "trim_patterns",
        "match_patterns",
        "score_patterns",
        "plot_logos",
        "make_table",
        "judge_statements",
    )
    assert left(plan, tmp_path) == dict.fromkeys((*again, "make_report"), 1)


def test_a_proxy_is_scored_for_every_method(monkeypatch):
    monkeypatch.chdir(ROOT)
    given = yaml.safe_load((ROOT / "tests/workflow/config-tiny.yaml").read_text())
    methods = {"saliency": {}, "mutagenesis": {}}
    plan = make_plan(given | {"attribution": {"methods": methods, "proxy": {}}})
    found = Counter(job.rule for job in all_jobs(plan))
    assert (found["score_proxy"], found["score_attributions"]) == (2 * len(plan.runs), 0)
    test_a_job_comes_after_those_that_it_builds_on(plan)


def test_a_target_takes_what_leads_to_it(plan, tmp_path):
    assert left(plan, tmp_path, f"{RUN}/tomtom.tsv") == dict.fromkeys(
        ("simulate_dataset", "train_model", "extract_filters", "match_motifs"), 1
    )
    finish(tmp_path, plan)
    (tmp_path / "results/tiny/report.html").unlink()
    assert left(plan, tmp_path, f"{RUN}/tomtom.tsv") == {}


def test_downloads_that_nothing_needs_are_not_made_again(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    plan = plan_of("config/chipseq.yaml")
    assert left(plan, tmp_path)["download_file"] == 1
    finish(tmp_path, plan)
    (download,) = (job for job in all_jobs(plan) if job.rule == "download_file")
    (tmp_path / download.outputs[0]).unlink()
    assert left(plan, tmp_path) == {}
    next((tmp_path / "results").glob("*/*/dataset.h5")).unlink()
    found = left(plan, tmp_path)
    assert (found["download_file"], found["import_released"], found["train_model"]) == (1, 1, len(plan.runs))


def test_a_bundle_is_downloaded_once_with_all_that_is_needed_of_it(monkeypatch):
    monkeypatch.chdir(ROOT)
    plan = plan_of("config/config.yaml")
    plan.datasets["other"] = plan.datasets["deepsea"] | {"resplit": 0.1}
    (job,) = [job for job in _jobs_of_datasets(plan, Layout(plan)) if job.rule == "download_deepsea"]
    names = sorted(path.rpartition("/")[2] for path in job.outputs)
    assert names == ["test.mat", "train.mat", "valid.mat"]


def test_files_of_the_user_s_own_have_to_be_there(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    plan = plan_of("config/peaks-example.yaml")
    with pytest.raises(UserError, match="window_peaks needs files that do not exist: data/"):
        left(plan, tmp_path)


def test_sizes_are_those_of_the_file_or_else_of_the_definition(plan, tmp_path):
    # 600 sequences, split 0.7, 0.1 and 0.2.
    assert dataset_sizes(plan, tmp_path) == {"small": Size(80, 3, 420, 60, 120)}

    def split(rows):
        return Split(np.zeros((rows, 50), np.uint8), np.zeros((rows, 3), np.uint8))

    path = tmp_path / "results/tiny/small/dataset.h5"
    path.parent.mkdir(parents=True)
    write_dataset(path, Dataset(split(7), split(2), split(4), ("a", "b", "c"), "small"))
    assert dataset_sizes(plan, tmp_path) == {"small": Size(50, 3, 7, 2, 4)}
    # A file that is cut short is as good as none.
    path.write_bytes(b"\x89HDF")
    assert dataset_sizes(plan, tmp_path) == {"small": Size(80, 3, 420, 60, 120)}
    plan.datasets["small"]["type"] = "peaks"
    assert dataset_sizes(plan, tmp_path) == {"small": None}
