import pytest
from motifcnn.experiment.dataset_kinds import (
    advice,
    bundle_files,
    parameters,
    peak_files,
    released_file,
    with_bundle,
)

DEEPSEA = {
    "type": "deepsea",
    "title": "T",
    "source": "S",
    "urls": ["https://a/b"],
    "bundle": "deepsea",
    "folder": None,
    "resplit": None,
    "seed": 0,
    "relevant": {},
}


def test_what_only_describes_a_dataset_is_no_reason_to_make_it_again():
    assert parameters(DEEPSEA) == {"resplit": None, "seed": 0}
    released = {"type": "released", "source": "S", "file": "x.h5", "targets": ["A"], "licence": "MIT"}
    # Its source is written into the dataset.
    assert parameters(released) == {"source": "S", "targets": ["A"]}


def test_the_bundle_is_the_downloaded_one_or_the_user_s():
    assert bundle_files(DEEPSEA) == {
        split: f"downloads/deepsea/{split}.mat" for split in ("train", "valid", "test")
    }
    own = DEEPSEA | {"folder": "/mine", "resplit": 0.1}
    assert bundle_files(own) == {"train": "/mine/train.mat", "test": "/mine/test.mat"}


def test_the_first_dataset_with_a_bundle_says_where_it_is_from():
    datasets = {
        "other": {"type": "simulate"},
        "mine": DEEPSEA | {"bundle": "mine"},
        "a": DEEPSEA | {"seed": 1},
        "b": DEEPSEA,
    }
    assert with_bundle(datasets, "deepsea") == ("a", datasets["a"])
    assert with_bundle(datasets, "mine")[0] == "mine"


def test_peaks_are_made_of_all_the_user_s_files():
    peaks = {"type": "peaks", "genome": "g.fa", "peaks": {"A": "a.bed", "B": "b.bed"}}
    assert peak_files(peaks | {"blacklist": None, "filter": None}) == {
        "genome": "g.fa",
        "peaks": ["a.bed", "b.bed"],
    }
    more = {"blacklist": "black.bed", "filter": {"file": "m.bw", "min": 0.5}}
    assert peak_files(peaks | more) == {
        "genome": "g.fa",
        "peaks": ["a.bed", "b.bed"],
        "blacklist": "black.bed",
        "filter": "m.bw",
    }


def test_a_released_file_is_the_user_s_or_downloaded():
    assert released_file("irf1", {"file": "/mine.h5"}) == "/mine.h5"
    assert released_file("irf1", {"file": None}) == "downloads/released/irf1"


@pytest.mark.parametrize(
    ("name", "kind", "datasets", "text"),
    [
        (
            "deepsea",
            "deepsea",
            ["synthetic", "deepsea"],
            "run again later, what has arrived is kept; or, if you have the folder, add --config "
            "'define={datasets: {deepsea: {folder: PATH}}}'; or run without deepsea: "
            "--config 'datasets=[synthetic]'",
        ),
        (
            "irf1",
            "released",
            ["irf1"],
            "run again later, what has arrived is kept; or, if you have the file, add --config "
            "'define={datasets: {irf1: {file: PATH}}}'",
        ),
    ],
)
def test_advice(name, kind, datasets, text):
    assert advice(name, {"type": kind}, datasets) == text
