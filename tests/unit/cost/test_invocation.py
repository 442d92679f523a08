"""The arguments of a run, read as Snakemake reads them."""

import sys

import pytest
from motifcnn.core.errors import UserError
from motifcnn.cost.invocation import read_arguments
from motifcnn.experiment.config import make_plan
from repository import ROOT
from snakemake.cli import parse_args, parse_config

TINY = "tests/workflow/config-tiny.yaml"


@pytest.fixture(autouse=True)
def in_repository(monkeypatch):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("SNAKEMAKE_PROFILE", raising=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--cores", "3"),
        ("-c2", "--configfile", TINY, "config/quickstart.yaml"),
        ("-j", "4", "--workflow-profile", "none"),
        ("--workflow-profile", "profiles/slurm"),
        ("--workflow-profile", "slurm", "--jobs", "7"),
        ("--workflow-profile", "profiles/slurm", "--executor", "local", "--cores", "5"),
        ("--workflow-profile", "profiles/slurm/config.yaml", "--resources", "gpu=3", "mem_mb=9"),
        ("--profile", "profiles/slurm", "--cores", "2"),
        ("--resources", "gpu=4", "--cores", "2"),
        ("-C", "seeds=3", "title=A b", "protocol={training: {epochs: 3}}", "--cores=2"),
    ],
    ids=" ".join,
)
def test_everything_is_understood_as_by_snakemake(arguments):
    _, expected = parse_args(list(arguments))
    found = read_arguments(arguments)
    remote = expected.executor not in (None, "local")
    assert found.cluster_jobs == (expected.jobs if remote else None)
    if not remote:
        assert found.cores == (expected.cores or expected.jobs)
    gpus = expected.resources.get("gpu")
    assert found.gpus == (gpus and gpus.value and int(gpus.value))
    for key, value in parse_config(expected.config).items():
        assert found.config[key] == value or found.config[key]["training"]["epochs"] == 3
    assert found.others == ()


def test_nested_values_have_the_types_of_yaml():
    protocol = 'protocol={"training": {"epochs": 3, "stop": null}}'
    found = read_arguments(("--configfile", TINY, "--config", protocol, "seeds=[3, 5]")).config
    assert found["seeds"] == [3, 5]
    # The batch size is that of the file.
    assert found["protocol"]["training"] == {"epochs": 3, "stop": None, "batch_size": 50}
    assert len(make_plan(found).runs) == 4


def test_a_configuration_that_is_named_stands_alone():
    assert read_arguments(()).config["experiment"] == "koo_ploenzke_2019"
    assert "published" not in read_arguments(("--configfile", "config/chipseq.yaml")).config
    several = read_arguments(("--configfile", TINY, "config/quickstart.yaml")).config
    assert several["experiment"] == "quickstart"
    assert "small" in several["define"]["datasets"]


def test_a_profile_in_the_environment_counts(monkeypatch, tmp_path):
    (tmp_path / "config.yaml").write_text(
        "executor: slurm\njobs: 9\nconfigfiles: [config/quickstart.yaml]\nconfig: {seeds: 2}\n"
    )
    monkeypatch.setenv("SNAKEMAKE_PROFILE", str(tmp_path))
    found = read_arguments(())
    assert (found.cluster_jobs, found.config["experiment"], found.config["seeds"]) == (9, "quickstart", 2)


def test_what_has_no_bearing_is_handed_back():
    found = read_arguments(("results/a.tsv", "--cores", "2", "--kores", "3", "-n", "--latency-wait", "5"))
    assert found.cores == 2
    assert found.others == ("results/a.tsv", "--kores", "3", "-n", "--latency-wait", "5")


def test_any_number_of_jobs():
    assert read_arguments(("--workflow-profile", "slurm", "--jobs", "unlimited")).cluster_jobs == sys.maxsize


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--config", "seeds"), "Invalid config definition: "),
        (("--configfile", "nowhere.yaml"), "cannot read nowhere.yaml: "),
        (("--configfile", "README.md"), "README.md is not valid YAML ("),
        (("--cores",), "argument --cores/-c: expected one argument"),
        (("--cores", "many"), "--cores is many, but must be a whole number or 'all'"),
        (("--jobs", "all"), "--jobs is all, but must be a whole number or 'unlimited'"),
        (("--workflow-profile", "none", "--executor", "slurm"), "--jobs is missing"),
        (("--profile", "nowhere"), "there is no profile 'nowhere'"),
    ],
)
def test_a_mistake_is_one_sentence(arguments, sentence):
    with pytest.raises(UserError) as error:
        read_arguments(arguments)
    assert sentence in str(error.value)
