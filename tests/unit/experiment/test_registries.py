import pytest
from motifcnn.data.deepsea.features import choose_targets, read_features
from motifcnn.data.download import as_sources
from motifcnn.experiment.dataset_kinds import kind_of
from motifcnn.experiment.registries import join_registries
from motifcnn.experiment.yaml_file import read_yaml
from motifcnn.motifs.factors import read_factors
from motifcnn.motifs.jaspar import read_database
from motifcnn.networks.network import Network
from repository import RESOURCES
from toys.refusals import refused

CONV = {"type": "conv", "filters": 3, "size": 5, "activation": "studied"}
DENSE = {"type": "dense", "units": 4}
DATASET = {"type": "simulate", "motifs": ["MAX"]}


def join(**define):
    return join_registries(RESOURCES, define)


def test_the_shipped_registries_are_good():
    known = join()
    assert {"cnn-2", "cnn-50", "cnn-deep"} <= set(known["architectures"])
    assert {"relu", "exponential", "linear"} <= set(known["activations"])
    assert (RESOURCES.parent / known["databases"]["jaspar2016"]["file"]).is_file()


def test_the_synthetic_dataset_is_that_of_the_papers():
    dataset = join()["datasets"]["synthetic"]
    assert dataset["n_sequences"] == 25000
    assert dataset["length"] == 200
    assert dataset["p_motifs"] == [0.5, 0.25, 0.17, 0.05, 0.03]
    assert dataset["motifs"] == list(read_factors(RESOURCES / "transcription_factors.tsv"))


def test_the_regulatory_code_is_that_of_the_paper():
    dataset = join()["datasets"]["regulatory_code"]
    names = {motif.id: motif.name for motif in read_database(RESOURCES / "jaspar2016_core_vertebrates.txt")}
    further = [names[motif] for motif in dataset["negatives"]["motifs"]]
    assert len(further) == 50
    assert [further[0], further[12], further[46], further[49]] == [
        "HOXD13", "MZF1(var.2)", "SMAD2::SMAD3::SMAD4", "FOXP2",
    ]  # fmt: skip
    assert not set(further) & set(dataset["motifs"])
    factors = read_factors(RESOURCES / "transcription_factors.tsv")
    assert dataset["relevant"] == {tf: list(factors[tf].relevant_papers) for tf in dataset["motifs"]}
    kind = kind_of(dataset)
    assert kind.targets(dataset) == ["positive"]
    assert kind.size(dataset) == (200, 1, 14_000, 2_000, 4_000)
    assert not kind.truth_is_known(dataset, factors)


def test_deepsea_is_that_of_the_papers():
    dataset = join()["datasets"]["deepsea"]
    factors = read_factors(RESOURCES / "transcription_factors.tsv")
    assert dataset["targets"] == list(factors)
    assert choose_targets(dataset["targets"], factors, read_features(RESOURCES / "deepsea_features.tsv")) == {
        name: factor.deepsea_index for name, factor in factors.items()
    }
    assert dataset["resplit"] is None
    assert dataset["reverse_complement"] is True
    expected = dataset["expected"]
    assert expected["kept"] == {"train": 270382, "test": 23768}
    assert list(expected["positives"]["train"].values()) == [
        27652, 85354, 19724, 34194, 43528, 87290, 9792, 22758, 17450, 7528, 4516, 31146,
    ]  # fmt: skip
    assert all(list(counts) == dataset["targets"] for counts in expected["positives"].values())


@pytest.mark.parametrize("name", ["irf1", "zbed2"])
def test_released_datasets_are_verified(name):
    dataset = join()["datasets"][name]
    assert dataset["licence"].startswith("MIT")
    assert all(entry["sha256"] for entry in dataset["urls"])
    # The list of relevant motifs is one of the shipped database.
    ids = {motif.id for motif in read_database(RESOURCES / "jaspar2016_core_vertebrates.txt")}
    assert {motif for family in dataset["relevant"].values() for motif in family} <= ids


def test_every_dataset_says_where_it_is_from():
    for name, dataset in join()["datasets"].items():
        assert dataset["source"], name
        if dataset["type"] in ("deepsea", "released"):
            assert dataset["licence"], name
            # Of basset_dnase there is no file to download.
            assert as_sources(dataset["urls"]) or name == "basset_dnase", name


def test_the_networks_are_those_of_the_paper():
    assert [layer.get("pool") for layer in join()["architectures"]["cnn-2"]["layers"]] == [2, 50, None]
    assert [layer.get("pool") for layer in join()["architectures"]["cnn-50"]["layers"]] == [50, 2, None]
    for name in ("cnn-2", "cnn-50"):
        network = Network(join()["architectures"][name], "relu", 200, 12, {"eps": 1e-8, "momentum": 0.99})
        assert len(network.convolutions) == 2
        assert len(network.convolutions[0].weight) == 30


def test_own_entries_get_defaults():
    known = join(architectures={"mine": {"layers": [CONV, DENSE]}}, datasets={"few": DATASET})
    assert known["architectures"]["mine"]["layers"] == [
        CONV | {"padding": "same", "norm": "batch", "pool": None, "dropout": 0},
        DENSE | {"norm": "batch", "activation": "relu", "dropout": 0},
    ]
    assert known["datasets"]["few"]["split"] == [0.7, 0.1, 0.2]


def test_variants_of_networks():
    known = join(
        architectures={
            "wide": {"like": "cnn-2", "width": 2},
            "mine": {"layers": [CONV, {"type": "residual", "convolutions": [{"size": 3}]}, DENSE]},
            "thrice": {"like": "mine", "width": 3, "first_layer": {"size": 9, "norm": None, "bias": False}},
        }
    )["architectures"]
    assert [layer.get("filters", layer.get("units")) for layer in known["wide"]["layers"]] == [60, 256, 1024]
    assert known["wide"]["layers"][0] == known["cnn-2"]["layers"][0] | {"filters": 60}
    first, block, last = known["thrice"]["layers"]
    assert first == known["mine"]["layers"][0] | {"filters": 9, "size": 9, "norm": None, "bias": False}
    assert block == known["mine"]["layers"][1]
    assert last["units"] == 12
    assert "activation_before_norm" not in block["convolutions"][0]


def test_mistakes_in_variants():
    with refused(
        "there is no network with layers 'cnn2' (define.architectures.x.like); did you mean 'cnn-2'?"
    ):
        join(architectures={"x": {"like": "cnn2"}})
    # A variant of a shipped variant is fine, of one's own not.
    with refused("there is no network with layers 'y' (define.architectures.x.like)"):
        join(architectures={"y": {"like": "cnn-2-64filters"}, "x": {"like": "y"}})
    with refused("there is no key 'units' in define.architectures.x.first_layer; its keys are type, filters"):
        join(architectures={"x": {"like": "cnn-2", "first_layer": {"units": 3}}})


def test_own_modules_are_taken():
    known = join(
        architectures={"mine": {"module": "my.net:Net"}}, activations={"soft": {"module": "my.net:Soft"}}
    )
    assert known["architectures"]["mine"]["module"] == "my.net:Net"
    assert known["activations"]["soft"] == {"module": "my.net:Soft", "source": ""}


@pytest.mark.parametrize(
    ("part", "entries", "sentence"),
    [
        ("datasets", {"x": {"type": "simulat"}}, ".x.type is 'simulat'; did you mean 'simulate'?"),
        ("datasets", {"x": {"folder": "mine"}}, ".x lacks the key 'type'; add it"),
        ("datasets", {"deepsea": {"resplit": 2}}, ".deepsea.resplit is 2, but must be less than 1"),
        (
            "datasets",
            {"deepsea": {"type": "deepsea", "folder": "x"}},
            ": 'deepsea' clashes with the built-in 'deepsea'",
        ),
        (
            "datasets",
            {"x": {"type": "released", "urls": ["ftp://a/b"]}},
            ".x.urls, item 1 is 'ftp://a/b', but must be a URL that begins with http:// or https://",
        ),
        (
            "datasets",
            {"x": {"type": "released", "urls": [{"url": "https://a/b", "sha256": "abc"}]}},
            ".x.urls, item 1: sha256 is 'abc', but must be 64 hexadecimal digits",
        ),
        (
            "datasets",
            {"x": {"type": "simulate"}},
            '.x lacks the key \'motifs\'; add it, for example ["CEBPB", "MAX", "YY1"]',
        ),
        (
            "datasets",
            {"x": DATASET | {"negatives": {"motifs": ["SP1"]}, "stream": "legacy"}},
            ".x has negatives, which `stream: legacy` cannot draw; leave `stream` out",
        ),
        (
            "datasets",
            {"x": DATASET | {"negatives": {}}},
            ".x.negatives lacks the key 'motifs'",
        ),
        (
            "datasets",
            {"x": DATASET | {"p_motifs": [0.5, 0.4]}},
            ".x.p_motifs adds up to 0.9, but must add up to 1",
        ),
        ("datasets", {"x": DATASET | {"split": [0.5] * 3}}, ".x.split adds up to 1.5, but must add up to 1"),
        (
            "datasets",
            {"tables": DATASET},
            ": the name 'tables' is taken by the workflow itself; choose another",
        ),
        (
            "datasets",
            {"Synthetic": DATASET},
            ": 'Synthetic' clashes with the built-in 'synthetic' (upper and lower case count as one); choose another",
        ),
        (
            "databases",
            {"a": {"file": "x"}, "A": {"file": "y"}},
            ": 'A' clashes with your own 'a' (upper and lower case count as one); choose another name",
        ),
        ("activations", {"relu": {"module": "a.b:C"}}, ": 'relu' clashes with the built-in 'relu'"),
        ("activations", {"x": {"module": "a.b"}}, ".x.module is 'a.b', but must be package.module:Class"),
        ("architectures", {"x": {}}, ".x must have either layers, like or module, package.module:Class"),
        (
            "architectures",
            {"x": {"layers": [CONV], "module": "a:B"}},
            ".x must have either layers, like or module",
        ),
        (
            "architectures",
            {"x": {"layers": [CONV, {"type": "danse"}]}},
            ".x.layers, item 2: type is 'danse'; did",
        ),
        (
            "architectures",
            {"x": {"layers": [DENSE, CONV]}},
            ".x: the first layer must be of type conv, and all of type",
        ),
        (
            "architectures",
            {"x": {"layers": [DENSE]}},
            ".x: the first layer must be of type conv, and all of type",
        ),
        (
            "architectures",
            {"x": {"layers": [CONV | {"activation": "relu"}]}},
            ".x has no layer with 'activation: studied'",
        ),
        (
            "architectures",
            {"x": {"layers": [CONV | {"pool": {"stride": 3}}]}},
            ".x.layers, item 1: pool lacks the key",
        ),
        (
            "architectures",
            {"x": {"layers": [CONV, DENSE, {"type": "residual", "convolutions": [{"size": 3}]}]}},
            ".x: the first layer must be of type conv, and all of type",
        ),
        (
            "architectures",
            {"x": {"layers": [CONV], "width": 2}},
            ".x has the key 'width', which only a variant",
        ),
        (
            "architectures",
            {"x": {"like": "cnn-2", "first_layer": {"activation": "relu"}}},
            ".x has no layer with 'activation: studied'",
        ),
        (
            "architectures",
            {True: {"layers": [CONV]}},
            " has the key true, which YAML does not read as text; put it",
        ),
    ],
)
def test_each_mistake_has_its_sentence(part, entries, sentence):
    with refused(start=f"define.{part}{sentence}"):
        join(**{part: entries})


def test_names_that_cannot_be_part_of_a_path_and_misspelt_keys():
    with refused(start="the name 'a b' (define.architectures) becomes part of a path"):
        join(architectures={"a b": {"layers": [CONV]}})
    with refused(start="there is no key 'foldr' in define.datasets.deepsea; did you mean 'folder'?"):
        join(datasets={"deepsea": {"foldr": "mine"}})
    with refused(
        start="there is no key 'sze' in define.architectures.x.layers, item 1; did you mean 'size'?"
    ):
        join(architectures={"x": {"layers": [CONV | {"sze": 3}]}})


def test_a_missing_or_broken_registry_is_named(tmp_path):
    with refused("cannot read ", "nothing.yaml"):
        read_yaml(tmp_path / "nothing.yaml")
    (tmp_path / "broken.yaml").write_text("a: [")
    with refused("broken.yaml is not valid YAML"):
        read_yaml(tmp_path / "broken.yaml")
