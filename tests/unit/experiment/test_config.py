import shutil
import subprocess
import sys

import pytest
import yaml
from motifcnn.core.errors import UserError
from motifcnn.experiment.config import make_plan, with_types
from motifcnn.experiment.yaml_file import read_yaml
from repository import ROOT
from toys.plan_builder import plan
from toys.refusals import refused

JASPAR = "resources/jaspar2016_core_vertebrates.txt"
CONV = {"type": "conv", "filters": 3, "size": 5, "activation": "studied"}


def shipped(name):
    return make_plan(yaml.safe_load((ROOT / "config" / name).read_text()))


def test_a_minimal_config_is_completed_with_the_paper_s_protocol():
    made = plan()
    training = made.config["protocol"]["training"]
    adam = {"name": "adam", "lr": 0.001, "betas": [0.95, 0.999], "eps": 1e-8, "momentum": 0}
    assert training["optimizer"] == adam
    assert training["stop"] == {"monitor": "val_loss", "patience": 20}
    assert training["schedule"] is None
    assert made.config["compute"] == {"device": "auto", "precision": "fp32", "threads": 1}
    assert made.published is None
    assert made.settings[""].database == JASPAR
    assert made.databases == {"synthetic": JASPAR}
    assert made.with_ground_truth == ("synthetic",)


def test_the_order_of_keys_does_not_matter():
    one = plan(protocol={"filters": {"window": 9, "threshold": 0.7}})
    other = plan(protocol={"filters": {"threshold": 0.7, "window": 9}})
    assert repr(one.config) == repr(other.config)


def test_ground_truth_of_every_simulated_dataset_if_asked_for():
    assert plan(protocol={"controls": ["untrained"]}).with_ground_truth == ()
    by_id = {"few": {"type": "simulate", "motifs": ["MA0007.3"]}}
    assert plan(datasets=["few"], define={"datasets": by_id}).with_ground_truth == ("few",)


def test_a_database_may_be_a_path(tmp_path):
    path = tmp_path / "mine.meme"
    path.write_text("")
    assert plan(protocol={"matching": {"database": str(path)}}).settings[""].database == str(path)
    define = {"databases": {"other": {"file": str(path)}}}
    made = plan(define=define, protocol={"matching": {"database": "other"}})
    assert made.settings[""].database == str(path)


SHIPPED = [*(ROOT / "config").glob("*.yaml"), ROOT / "tests/workflow/config-tiny.yaml"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_configs_are_good(path):
    make_plan(read_yaml(path))


def test_a_block_s_datasets_are_passed_over_where_the_experiment_leaves_them_out():
    given = yaml.safe_load((ROOT / "config/config.yaml").read_text()) | {"datasets": ["synthetic"]}
    made = make_plan(given)
    assert {run.dataset for run in made.runs} == {"synthetic"}
    assert list(made.datasets) == ["synthetic"]


@pytest.mark.parametrize("dataset", ["synthetic_30000", "synthetic_30000_legacy", "deepsea"])
def test_any_of_its_datasets_alone(dataset):
    given = yaml.safe_load((ROOT / "config/koo_ploenzke_2021.yaml").read_text()) | {"datasets": [dataset]}
    made = make_plan(given)
    assert {run.dataset for run in made.runs} == {dataset}
    assert len(made.runs) == 17 * 3 * 10
    assert [table.datasets for table in made.tables] == [(dataset,)]
    assert [name for name, _ in made.sheets] == [dataset]


PEAKS = {
    "type": "peaks",
    "genome": "g.fa",
    "chromosomes": {"valid": ["chr1"], "test": ["chr2"]},
    "negatives": {},
}


@pytest.mark.parametrize(
    ("dataset", "known"),
    [
        ({"type": "deepsea", "folder": "x"}, True),
        ({"type": "deepsea", "folder": "x", "targets": ["MAX", "YY1"]}, True),
        ({"type": "deepsea", "folder": "x", "targets": ["MAX", "K562|CTCF|None", 12]}, False),
        ({"type": "deepsea", "folder": "x", "targets": {"MAX": 12}}, True),
        ({"type": "deepsea", "folder": "x", "targets": ["MAX"], "relevant": {"MAX": ["MA0058.3"]}}, False),
        (PEAKS | {"peaks": {"MAX": "max.bed"}}, True),
        (PEAKS | {"peaks": {"MAX": "max.bed", "CTCF": "ctcf.bed"}}, False),
        ({"type": "released", "file": "x", "targets": ["SRF"]}, True),
        ({"type": "released", "file": "x"}, False),
    ],
)
def test_in_vivo_the_ground_truth_is_that_of_known_factors(dataset, known):
    made = plan(datasets=["mine"], define={"datasets": {"mine": dataset}})
    assert made.with_ground_truth == (("mine",) if known else ())
    assert made.databases == {"mine": JASPAR}


def test_keys_of_a_dataset_of_the_registry_can_be_changed():
    changes = {"deepsea": {"folder": "/data/deepsea_train", "resplit": 0.1}}
    made = plan(datasets=["deepsea"], define={"datasets": changes}).datasets["deepsea"]
    before = plan(datasets=["deepsea"]).datasets["deepsea"]
    assert made == before | changes["deepsea"]


def test_chip_seq_is_trained_as_in_koo_ploenzke_2021():
    training = shipped("chipseq.yaml").config["protocol"]["training"]
    assert training["optimizer"]["betas"] == [0.9, 0.999]
    assert (training["epochs"], training["keep"], training["order"]) == (100, "last", ["dropout", "pool"])
    assert training["stop"] == {"monitor": "val_auroc", "patience": 20}
    expected = {"monitor": "val_auroc", "factor": 0.2, "patience": 5, "floor": 1e-7}
    assert training["schedule"].items() >= expected.items()


def test_the_default_config_is_the_paper():
    made = shipped("config.yaml")
    assert [run.dataset for run in made.runs] == ["synthetic"] * 3 * 2 * 5 + ["deepsea"] * 3 * 2 * 3
    assert made.with_ground_truth == ("synthetic", "deepsea")
    assert made.published == "resources/published/koo_ploenzke_2019.yaml"
    assert plan().config["protocol"] == made.config["protocol"]


def test_the_quickstart_differs_from_the_paper_in_scale_only():
    paper, quick = shipped("config.yaml"), shipped("quickstart.yaml")
    assert len(quick.runs) == 2 * 2 * 2
    quick.config["protocol"]["training"]["epochs"] = 200
    assert quick.config["protocol"] == paper.config["protocol"]
    assert quick.config["compute"] == paper.config["compute"]


def grid(**keys):
    return {"grid": [{"architectures": ["cnn-2"], "activations": ["relu"]} | keys]}


MISSPELT_LAYER = [CONV, {"type": "dense", "units": 3, "activation": "rleu"}]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"protocol__traning": {}}, "there is no key 'traning' in protocol; did you mean 'training'?"),
        (
            {"epochs": 3},
            "there is no key 'epochs' in the configuration; it belongs to protocol.training.epochs",
        ),
        ({"seeds": 0}, "seeds is 0, but must be at least 1"),
        ({"seeds": [1, -2]}, "seeds, item 2 is -2, but must be at least 0"),
        ({"seeds": [1, 1]}, "seeds lists 1 twice; write it once"),
        (
            {"seeds": "5"},
            "seeds is the text '5', but must be a whole number or a list; write 5 without quotes",
        ),
        ({"grid": []}, "grid is an empty list, but must have at least 1"),
        (grid(activations=[]), "grid, item 1: activations is an empty list, but must have at least 1"),
        (
            {"grid": [{"architectures": ["cnn-2"]}]},
            'grid, item 1 lacks the key \'activations\'; add it, for example ["relu", "exponential"]',
        ),
        (
            {"datasets": ["synthetc"]},
            "there is no dataset 'synthetc' (datasets); did you mean 'synthetic'? known: basset_dnase, ",
        ),
        (
            {"datasets": ["basset_dnase"]},
            "the dataset 'basset_dnase' must have either file, where you have it, or urls to download it from; if ",
        ),
        (
            grid(architectures=["cnn2"]),
            "there is no architecture 'cnn2' (grid, item 1: architectures); did you mean 'cnn-2'? known: basset, ",
        ),
        (
            grid(activations=["exponental"]),
            "there is no activation 'exponental' (grid, item 1: activations); did you mean 'exponential'? known: ",
        ),
        (
            grid(datasets=["syntetic"]),
            "there is no dataset 'syntetic' (grid, item 1: datasets); did you mean 'synthetic'? known: ",
        ),
        (
            {"grid": grid()["grid"] * 2},
            "grid, items 1 and 2, both ask for cnn-2 with relu on synthetic, seed 1; take it out of one of them",
        ),
        ({"experiment": "../b"}, "the name '../b' (experiment) becomes part of a path"),
        (
            {"protocol__training__optimizer__lr": "1e-3"},
            "protocol.training.optimizer.lr is the text '1e-3', but must be a number; write 1.0e-3 without quotes",
        ),
        (
            {"protocol__matching__database": "jaspr2016"},
            "protocol.matching.database: 'jaspr2016' is neither a file nor a known database; "
            "did you mean 'jaspar2016'? known: jaspar2016",
        ),
        (
            {"protocol__controls": ["untrained", "shufled"]},
            "protocol.controls, item 2 is 'shufled'; did you mean 'shuffled'? write 'ground_truth', 'untrained' or",
        ),
        (
            {"published": "koo_ploenze_2019"},
            "there is no file of published numbers 'koo_ploenze_2019' (published); "
            "did you mean 'koo_ploenzke_2019'?",
        ),
        (
            {"report__sheets": [{"title": "x", "panels": [["cnn-deep", "relu"]]}]},
            "report.sheets, item 1, shows cnn-deep relu, which the grid does not train; add it to the grid",
        ),
        (
            {"define__databases": {"gone": {"file": "gone.meme"}}, "protocol__matching__database": "gone"},
            "the file gone.meme of the motif database 'gone' does not exist",
        ),
        (
            {"define__architectures": {"net": {"layers": MISSPELT_LAYER}}, **grid(architectures=["net"])},
            "there is no activation 'rleu' (layer 2 of the architecture 'net'); did you mean 'relu'?",
        ),
    ],
)
def test_each_mistake_has_its_sentence(changes, sentence):
    with refused(start=sentence):
        plan(**changes)


def test_an_empty_file_lacks_all_that_is_required():
    with pytest.raises(UserError) as caught:
        make_plan({})
    assert [line.split(";")[0] for line in str(caught.value).splitlines()] == [
        "the configuration lacks the key 'experiment'",
        "the configuration lacks the key 'datasets'",
        "the configuration lacks the key 'grid'",
    ]


def test_values_of_the_command_line_get_the_types_of_yaml():
    overrides = {"seeds": ["1", "2"], "protocol": {"training": {"epochs": "3", "stop": "null"}}}
    typed = {"seeds": [1, 2], "protocol": {"training": {"epochs": 3, "stop": None}}}
    assert with_types(overrides | {"title": "5"}, overrides) == typed | {"title": "5"}


def test_planning_needs_no_pytorch_nor_pandas(tmp_path):
    # Where only Snakemake is installed, a run can still be planned and sent to a cluster.
    shutil.copytree(ROOT / "workflow/scripts/motifcnn", tmp_path / "motifcnn")
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('torch', 'pandas', 'numpy', 'h5py', 'sklearn', 'tqdm')));"
        "import motifcnn.experiment.config, motifcnn.adapters.code_digest"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_motifs_that_are_in_no_database_stop_before_the_first_job():
    with refused("matching.drop has 'MA9999.1', which is not in ", "jaspar2016"):
        plan(protocol={"matching": {"drop": ["MA9999.1"]}})
    assert plan(protocol={"matching": {"drop": ["MA0615.1"]}}).config["protocol"]["matching"]["drop"]
    few = {"few": {"type": "simulate", "motifs": ["CEBPBB"]}}
    with refused("dataset 'few': motifs has 'CEBPBB'", "did you mean 'CEBPB'"):
        plan(datasets=["few"], define={"datasets": few})
