"""What is known about a dataset of each kind before it is made."""

import pytest
from motifcnn.experiment.dataset_kinds import KINDS, Size, bundle_owners, download_advice, kind_of
from motifcnn.experiment.registries import complete_dataset
from motifcnn.experiment.schema import complete, read_schema
from repository import ROOT
from toys.refusals import refused

DEFINITIONS = read_schema()["$defs"]
LEAST = {
    "simulate": {"motifs": ["MAX", "SRF", "YY1"]},
    "deepsea": {"urls": ["https://a/b"], "targets": ["A", "B"]},
    "peaks": {
        "genome": "g.fa",
        "peaks": {"A": "a.bed", "B": "b.bed"},
        "chromosomes": {"valid": ["chr1"], "test": ["chr2"]},
    },
    "released": {"file": "x.h5"},
}
COUNTS = {
    "rows": {"train": 1000, "valid": 100, "test": 500},
    "kept": {"train": 200, "test": 60},
    "positives": {"train": {"A": 150, "B": 70}},
}


def definition(kind, **changes):
    """A definition with the keys it cannot do without, the changes, and all defaults."""
    return complete({"type": kind, **LEAST[kind], **changes}, f"dataset_types.{kind}")


def ask(method, kind, *arguments, **changes):
    described = definition(kind, **changes)
    return getattr(kind_of(described), method)(described, *arguments)


def files(kind, **changes):
    described = definition(kind, **changes)
    return kind_of(described).files("mine", described)


def test_motifs_are_planted_in_simulated_datasets_alone():
    assert ask("planted_motifs", "simulate", motifs=["SP1"]) == ["SP1"]
    code = {"motifs": ["SP1"], "negatives": {"motifs": ["MA0139.1"]}}
    assert ask("planted_motifs", "simulate", **code) == ["SP1", "MA0139.1"]
    assert ask("planted_motifs", "peaks", negatives={}) == []


def test_every_kind_is_in_the_schema_and_has_a_rule():
    in_schema = DEFINITIONS["dataset"]["properties"]["type"]["enum"]
    assert list(KINDS) == list(DEFINITIONS["dataset_types"]) == in_schema
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    for name, kind in KINDS.items():
        assert f"rule {kind.maker}:" in rules
        assert f'datasets_of("{name}")' in rules
        assert kind.downloader is None or f"rule {kind.downloader}:" in rules


def test_keys_that_a_kind_names_are_in_its_schema():
    for name, kind in KINDS.items():
        keys = set(DEFINITIONS["dataset_types"][name]["properties"])
        assert kind.locations | ({kind.own_copy} - {None}) <= keys


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (
            "simulate",
            "n_sequences length motifs both_strands p_motifs min_gap background negatives split stream "
            "example_models seed",
        ),
        ("deepsea", "source targets resplit reverse_complement seed expected"),
        (
            "peaks",
            "source genome peaks chromosomes centre bin window min_overlap blacklist filter max_n negatives "
            "reverse_complement seed",
        ),
        ("released", "source targets channels models reverse_complement"),
    ],
)
def test_only_what_decides_the_content_is_a_parameter(kind, keys):
    assert set(ask("parameters", kind)) == set(keys.split())


def test_files_are_the_user_s_or_downloaded():
    assert files("simulate") == {}
    downloaded = {split: f"downloads/deepsea/{split}.mat" for split in ("train", "valid", "test")}
    assert files("deepsea") == downloaded
    own = files("deepsea", folder="/mine", resplit=0.1)
    assert own == {"train": "/mine/train.mat", "test": "/mine/test.mat"}
    peaks = {"genome": "g.fa", "peaks": ["a.bed", "b.bed"]}
    assert files("peaks") == peaks
    more = {"blacklist": "black.bed", "filter": {"file": "m.bw", "min": 0.5}}
    assert files("peaks", **more) == peaks | {"blacklist": "black.bed", "filter": "m.bw"}
    assert files("released", file="/mine.h5") == {"released": "/mine.h5"}
    assert files("released", file=None) == {"released": "downloads/released/mine"}


@pytest.mark.parametrize(
    ("kind", "changes", "targets", "length"),
    [
        ("simulate", {"length": 60}, ["MAX", "SRF", "YY1"], 60),
        ("deepsea", {}, ["A", "B"], 1000),
        ("deepsea", {"targets": {"mine": 3}}, ["mine"], 1000),
        ("peaks", {"window": 600}, ["A", "B"], 600),
        ("released", {}, None, None),
        ("released", {"targets": ["IRF1"]}, ["IRF1"], None),
    ],
)
def test_targets_and_length(kind, changes, targets, length):
    assert ask("targets", kind, **changes) == targets
    assert ask("sequence_length", kind, **changes) == length


@pytest.mark.parametrize(
    ("kind", "changes", "size"),
    [
        ("simulate", {}, Size(200, 3, 17500, 2500, 5000)),
        # The validation file is not counted: as large a share of it as of the training file.
        ("deepsea", {"expected": COUNTS}, Size(1000, 2, 200, 20, 60)),
        ("deepsea", {"expected": COUNTS, "resplit": 0.1}, Size(1000, 2, 180, 20, 60)),
        ("deepsea", {"expected": COUNTS, "reverse_complement": False}, Size(1000, 2, 100, 10, 30)),
        ("deepsea", {"expected": COUNTS, "targets": {"A": 3, "B": 4}}, Size(1000, 2, 200, 20, 60)),
        # Counts of other targets say nothing.
        ("deepsea", {"expected": COUNTS, "targets": ["A"]}, None),
        ("deepsea", {"expected": {}}, None),
        # Only their files know how many sequences there are.
        ("peaks", {}, None),
        ("released", {}, None),
    ],
)
def test_size(kind, changes, size):
    assert ask("size", kind, **changes) == size


def test_size_in_bytes():
    assert Size(200, 3, 17500, 2500, 5000).bytes == pytest.approx(0.41 * 200 * 25000)


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        ("simulate", {"p_motifs": [0.5, 0.4]}, ".p_motifs adds up to 0.9, but must add up to 1"),
        (
            "simulate",
            {"n_sequences": 10, "split": [0.98, 0.01, 0.01]},
            ".n_sequences is 10, which is too few for the split [0.98, 0.01, 0.01]: each of train, valid and",
        ),
        (
            "peaks",
            {"window": 1001},
            ".window is 1001, which cannot be centred on a bin of 200 nt; it must be as wide as the bin or wider by an "
            "even number, such as window: 1000 for bin: 200",
        ),
        ("peaks", {"window": 100}, ".window is 100, which cannot be centred on a bin of 200 nt; "),
        (
            "peaks",
            {"chromosomes": {"train": ["chr1", "chr3"], "valid": ["chr2"], "test": ["chr3"]}},
            ".chromosomes has chr3 in train and in test; leave it in one of them",
        ),
    ],
)
def test_keys_that_contradict_each_other(kind, changes, sentence):
    ask("check", kind, "here")
    with refused(start=f"here{sentence}"):
        ask("check", kind, "here", **changes)


@pytest.mark.parametrize(
    ("kind", "changes", "what"), [("deepsea", {"urls": []}, "folder"), ("released", {"file": None}, "file")]
)
def test_files_that_are_nowhere(kind, changes, what):
    ask("check_place", kind, "mine")
    with refused(
        f"if you have the {what}, add --config 'define={{datasets: {{mine: {{{what}: PATH}}}}}}'",
        start=f"the dataset 'mine' must have either {what}, where you have it, or urls to download it from",
    ):
        ask("check_place", kind, "mine", **changes)


def test_where_the_positions_of_motifs_are_known():
    known = {kind: ask("positions_are_known", kind) for kind in KINDS}
    assert known == {"simulate": True, "deepsea": False, "peaks": False, "released": False}
    assert ask("positions_are_known", "released", models=True)


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        (
            "simulate",
            {"background": [0.5, 0.5, 0.5, -0.5]},
            ".background, item 4 is -0.5, but must be at least 0",
        ),
        ("deepsea", {"resplit": 0}, ".resplit is 0, but must be more than 0"),
        ("peaks", {"peaks": {}}, ".peaks is empty, but must have at least 1, for example "),
        ("peaks", {"filter": {"file": "a.bw"}}, ".filter lacks the key 'min'; add it"),
        ("peaks", {"negatives": {"kind": "random"}}, ".negatives.kind is 'random'; write 'gc_matched'"),
        (
            "peaks",
            {"reverse_complement": "both"},
            ".reverse_complement is 'both'; write 'none', 'train' or 'all'",
        ),
        (
            "peaks",
            {"chromosomes": {"valid": ["chr2"]}},
            ".chromosomes lacks the key 'test'; add it, for example [",
        ),
        (
            "released",
            {"channels": "ACGG"},
            ".channels is 'ACGG', but must be each of A, C, G and T once, such as",
        ),
    ],
)
def test_mistakes_that_the_schema_finds(kind, changes, sentence):
    with refused(start=f"mine{sentence}"):
        complete_dataset({"type": kind, **LEAST[kind], **changes}, "mine")


def test_defaults_of_peaks_are_those_of_deepsea():
    made = complete_dataset({"type": "peaks", **LEAST["peaks"], "negatives": {}}, "mine")
    assert (made["bin"], made["window"], made["min_overlap"], made["max_n"]) == (200, 1000, 0.5, 0.5)
    others = ("blacklist", "filter", "reverse_complement", "seed")
    assert [made[key] for key in others] == [None, None, "train", 1]
    assert made["negatives"] == {"kind": "gc_matched", "ratio": 1}


def test_the_first_dataset_with_a_bundle_says_where_it_is_from():
    datasets = {
        "other": definition("simulate"),
        "mine": definition("deepsea", bundle="mine"),
        "own": definition("deepsea", folder="somewhere"),
        "a": definition("deepsea", seed=1),
        "b": definition("deepsea"),
    }
    assert bundle_owners(datasets) == {"deepsea": "a", "mine": "mine"}
    assert bundle_owners({"own": datasets["own"]}) == {}


@pytest.mark.parametrize(
    ("name", "kinds", "text"),
    [
        (
            "deepsea",
            {"synthetic": "simulate", "deepsea": "deepsea"},
            "run again later; or, if you have the folder, add --config "
            "'define={datasets: {deepsea: {folder: PATH}}}'; or run without deepsea: "
            "--config 'datasets=[synthetic]'",
        ),
        (
            "irf1",
            {"irf1": "released"},
            "run again later; or, if you have the file, add --config "
            "'define={datasets: {irf1: {file: PATH}}}'",
        ),
    ],
)
def test_advice(name, kinds, text):
    assert download_advice(name, {name: definition(kind) for name, kind in kinds.items()}) == text
