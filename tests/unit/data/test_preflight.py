"""The first look at a user's own files."""

import h5py
import pytest
from motifcnn.data.preflight import look_at_files
from toys import released_arrays
from toys.plan_builder import plan
from toys.refusals import refused
from toys.small_genome import write_genome


@pytest.fixture
def peaks(tmp_path):
    """A definition of a dataset whose files are there and good."""
    write_genome(tmp_path / "genome.fa", (("chr1", 400), ("chr2", 120), ("chr3", 120)))
    for target in ("CTCF", "SP1"):
        (tmp_path / f"{target}.bed").write_text("chr1\t10\t40\nchr2\t20\t50\n")
    return {
        "type": "peaks",
        "genome": str(tmp_path / "genome.fa"),
        "peaks": {target: str(tmp_path / f"{target}.bed") for target in ("CTCF", "SP1")},
        "chromosomes": {"valid": ["chr2"], "test": ["chr3"]},
    }


def said(definition, **others):
    names = ["own", *others]
    return look_at_files(plan(define={"datasets": {"own": definition, **others}}, datasets=names))


def test_good_files(peaks):
    assert said(peaks) == []


def test_all_that_is_wrong_is_said_at_once_and_once(peaks, tmp_path):
    (tmp_path / "CTCF.bed").write_text("1\t10\t40\n")
    (tmp_path / "SP1.bed").write_text("chr1\t50\t40\n")
    (tmp_path / "blacklist.bed").write_text("chr1\t400\t450\n")
    (tmp_path / "signal.bw").write_text("chr1\t1\n")
    changed = {
        "chromosomes": {"valid": ["chr9"], "test": ["chr3"]},
        "blacklist": str(tmp_path / "blacklist.bed"),
        "filter": {"file": str(tmp_path / "signal.bw"), "min": 1},
    }
    # The second dataset has the same files.
    sentences = said(peaks | changed, twin=peaks | changed)
    assert len(sentences) == 5
    for sentence, words in zip(
        sentences,
        (
            "chromosomes.valid has 'chr9', but",
            "CTCF.bed calls a chromosome '1' that",
            "line 1 of " + str(tmp_path / "SP1.bed") + " has an interval from 50 to 40",
            "begins at 400, but chr1 of",
            "signal.bw is not a bigWig file",
        ),
        strict=True,
    ):
        assert words in sentence


def test_files_that_do_not_exist_are_all_named_and_the_others_looked_at(peaks, tmp_path):
    (tmp_path / "SP1.bed").unlink()
    (tmp_path / "CTCF.bed").write_text("1\t10\t40\n")
    missing = f"the dataset 'own': {tmp_path}/SP1.bed (peaks) does not exist"
    first, second = said(peaks | {"blacklist": str(tmp_path / "CTCF.bed")})
    assert (first, "CTCF.bed calls a chromosome '1' that" in second) == (missing, True)
    (tmp_path / "genome.fa").unlink()
    assert said(peaks) == [f"the dataset 'own': {tmp_path}/genome.fa (genome) does not exist", missing]
    assert said({"type": "released", "file": str(tmp_path / "nowhere.h5")}) == [
        f"the dataset 'own': {tmp_path}/nowhere.h5 (released) does not exist"
    ]


def test_what_is_made_already_or_is_downloaded_is_not_looked_at(peaks, tmp_path, monkeypatch):
    (tmp_path / "genome.fa").unlink()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/mine/own").mkdir(parents=True)
    (tmp_path / "results/mine/own/dataset.h5").touch()
    assert said(peaks) == []
    assert look_at_files(plan(datasets=["regulatory_code_released"])) == []


def test_a_genome_without_an_index_that_takes_long_to_read_is_left_to_its_job(peaks, tmp_path, monkeypatch):
    (tmp_path / "CTCF.bed").write_text("1\t10\t40\n")
    monkeypatch.setattr("motifcnn.data.peaks.inputs._QUICKLY_READ", 100)
    assert said(peaks) == []
    (tmp_path / "genome.fa.fai").write_text(
        "".join(
            f"{name}\t{length}\t{offset}\t{length}\t{length + 1}\n"
            for name, length, offset in (("chr1", 400, 10), ("chr2", 120, 421), ("chr3", 120, 552))
        )
    )
    assert len(said(peaks)) == 1
    with (tmp_path / "CTCF.bed").open("a") as file:
        file.write("chr1\t10\t40\n" * 20)
    assert said(peaks) == []


def test_a_released_file(tmp_path):
    path = released_arrays.write(tmp_path / "released.h5", released_arrays.arrays())
    definition = {"type": "released", "file": str(path)}
    assert said(definition) == []
    with h5py.File(path, "r+") as file:
        del file["Y_test"]
    assert said(definition)[0].startswith(f"{path} lacks Y_test; it must have X_train, Y_train")


def test_a_single_target_without_negatives_is_refused_at_planning(peaks):
    del peaks["peaks"]["SP1"]
    with refused(
        "has a single target, CTCF, which is positive in every window", "negatives: {kind: gc_matched}"
    ):
        said(peaks)
    assert said(peaks | {"negatives": {"kind": "gc_matched"}}) == []
