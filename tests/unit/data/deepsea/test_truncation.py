import json

import h5py
import numpy as np
import pytest
from motifcnn.core.errors import UserError
from motifcnn.core.sequences import reverse_complement
from motifcnn.data.dataset import read_dataset
from motifcnn.data.deepsea import matlab, truncation
from motifcnn.data.deepsea.truncation import check_file, truncate
from motifcnn.motifs.factors import read_factors
from toys.miniature_bundle import (
    FACTORS,
    Truth,
    build_bundle,
    channels_of,
    expected_counts,
    v73_header,
    write_v5,
    write_v73,
)
from toys.refusals import refused

TWELVE = {name: factor.deepsea_index for name, factor in read_factors(FACTORS).items()}
COLUMNS = list(TWELVE.values())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    truths = build_bundle(folder, windows=(60, 40, 40), length=200)
    return {split: folder / f"{split}.mat" for split in truths}, truths


@pytest.fixture
def cut(bundle, tmp_path):
    """Truncate the bundle to the twelve targets, or some other files and targets; return the checks."""

    def run(changed=None, targets=TWELVE, name="d.h5", **options):
        return truncate({**bundle[0], **(changed or {})}, tmp_path / name, targets, **options)

    return run


@pytest.fixture
def rewritten(tmp_path):
    """Write a file of the bundle anew from codes and labels of its rows, as v5 or in chunks as v7.3."""

    def write(split, codes, labels, chunks=None):
        arrays = {f"{split}xdata": channels_of(codes), f"{split}data": labels.T}
        path = tmp_path / f"{split}.mat"
        write_v73(path, arrays, chunks) if split == "train" else write_v5(path, arrays)
        return {split: path}

    return write


def kept(truth, columns=COLUMNS):
    rows = truth.labels[:, columns].any(1)
    return truth.codes[rows], truth.labels[rows][:, columns]


def assert_holds(path, split, truth, columns=COLUMNS):
    found, (codes, labels) = getattr(read_dataset(path), split), kept(truth, columns)
    np.testing.assert_array_equal(found.sequence, codes)
    np.testing.assert_array_equal(found.label, labels)


# The truncation


def test_codes_and_labels_are_exact(bundle, cut, tmp_path):
    cut()
    dataset = read_dataset(tmp_path / "d.h5")
    assert dataset.targets == tuple(TWELVE)
    for split, truth in bundle[1].items():
        assert_holds(tmp_path / "d.h5", split, truth)
    assert (dataset.train.sequence == 4).any()


def test_channels_are_a_g_c_t(cut, rewritten, tmp_path):
    codes, labels = np.array([[0, 1, 2, 3, 4]], np.uint8), np.ones((1, 919), np.uint8)
    rows = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    assert channels_of(codes)[:, :, 0].tolist() == rows
    files = {}
    for split in ("train", "valid", "test"):
        files |= rewritten(split, codes, labels, (5, 4, 1))
    cut(files)
    assert read_dataset(tmp_path / "d.h5").test.sequence.tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize(
    ("chunks", "small"),
    [((1, 1, 7), False), ((200, 4, 3), True), ((3, 2, 120), True), ((1, 4, 1), False), ((200, 4, 120), True)],
)
def test_any_chunks_and_any_budget_give_the_same(
    bundle, cut, rewritten, tmp_path, monkeypatch, chunks, small
):
    if small:
        monkeypatch.setattr(matlab, "PIECE", 5000)
        monkeypatch.setattr(truncation, "_HELD", 3000)
    truth = bundle[1]["train"]
    cut(rewritten("train", truth.codes, truth.labels, chunks))
    assert_holds(tmp_path / "d.h5", "train", truth)


def test_the_same_bytes_every_time(cut, tmp_path):
    for name in ("a.h5", "b.h5"):
        cut(name=name, resplit=0.3, seed=4)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_another_seed_is_another_validation_set(cut, tmp_path):
    found = []
    for name, seed in (("a.h5", 4), ("b.h5", 5)):
        cut(name=name, resplit=0.3, seed=seed)
        found.append({row.tobytes() for row in read_dataset(tmp_path / name).valid.sequence})
    assert found[0] != found[1]


def test_a_larger_share_adds_to_the_validation_set(cut, tmp_path):
    valid, train = {}, {}
    for share in (0.1, 0.3, 0.9):
        cut(name="d.h5", resplit=share)
        dataset = read_dataset(tmp_path / "d.h5")
        valid[share] = {row.tobytes() for row in dataset.valid.sequence}
        train[share] = {row.tobytes() for row in dataset.train.sequence}
    assert valid[0.1] < valid[0.3] < valid[0.9]
    assert len(valid[0.1]) < 0.2 * len(train[0.1])
    assert len(train[0.9]) < 0.2 * len(valid[0.9])


def test_all_919_features(bundle, cut, tmp_path):
    everything = {f"f{i}": i for i in reversed(range(919))}
    cut(targets=everything)
    assert_holds(tmp_path / "d.h5", "test", bundle[1]["test"], list(everything.values()))


def test_forward_strand_only(bundle, cut, tmp_path):
    cut(reverse_complement=False)
    for split, truth in bundle[1].items():
        half = len(truth.codes) // 2
        assert_holds(tmp_path / "d.h5", split, Truth(truth.codes[:half], truth.labels[:half]))


def test_both_strands_of_a_window_stay_together_when_resplit(bundle, tmp_path):
    files, truths = bundle
    del (files := dict(files))["valid"]
    truncate(files, tmp_path / "d.h5", TWELVE, resplit=0.3, seed=1)
    dataset = read_dataset(tmp_path / "d.h5")
    codes, _ = kept(truths["train"])
    train, valid = dataset.train.sequence, dataset.valid.sequence
    assert len(train) + len(valid) == len(codes)
    assert 0 < len(valid) < len(train)
    for rows in (train, valid):
        assert len(rows) % 2 == 0
        np.testing.assert_array_equal(reverse_complement(rows[: len(rows) // 2]), rows[len(rows) // 2 :])
    rows_of = {row.tobytes() for row in codes}
    assert {row.tobytes() for row in train} | {row.tobytes() for row in valid} == rows_of
    np.testing.assert_array_equal(dataset.test.sequence, kept(truths["test"])[0])
    assert (dataset.seed, dataset.name) == (1, "deepsea")


def test_the_new_split_of_a_window_does_not_depend_on_the_targets(cut, tmp_path):
    cut(name="all.h5", resplit=0.3)
    cut(targets=dict(list(TWELVE.items())[:6]), name="few.h5", resplit=0.3)
    every, few = (read_dataset(tmp_path / name) for name in ("all.h5", "few.h5"))
    for split in ("train", "valid"):
        known = {row.tobytes() for row in getattr(every, split).sequence}
        assert {row.tobytes() for row in getattr(few, split).sequence} <= known


# Counts


def test_equal_counts_are_recorded(bundle, cut, tmp_path):
    expected = expected_counts(bundle[1], TWELVE)
    checks = cut(expected=expected)
    assert all(check["equal"] for check in checks)
    # features, rows, strands, kept and twelve positives, for each file
    assert len(checks) == 3 * 16
    found = expected["kept"]["test"]
    what = "test rows with at least one positive of the 12 targets"
    assert {"what": what, "expected": found, "found": found, "equal": True} in checks
    with h5py.File(tmp_path / "d.h5") as file:
        assert json.loads(file.attrs["checks"]) == checks
    # They are of the whole file, whatever the options.
    checks = cut(expected=expected, resplit=0.2, reverse_complement=False)
    assert len(checks) == 2 * 16
    assert all(check["equal"] for check in checks)


def test_other_targets_are_compared_as_far_as_counts_are_known(bundle, cut):
    checks = cut(targets={"SP1": 359, "CTCF": 125}, expected=expected_counts(bundle[1], TWELVE))
    assert [check["what"] for check in checks if check["what"].startswith("test")] == [
        "test windows that are kept on one strand only", "test positives of SP1",
    ]  # fmt: skip


def test_counts_that_differ_are_recorded_with_both_numbers(bundle, cut):
    expected = expected_counts(bundle[1], TWELVE)
    right = expected["positives"]["train"]["MAX"]
    expected["positives"]["train"]["MAX"] += 2
    assert [check for check in cut(expected=expected) if not check["equal"]] == [
        {"what": "train positives of MAX", "expected": right + 2, "found": right, "equal": False}
    ]


def test_strands_that_do_not_belong_together_are_noticed(bundle, cut, rewritten):
    truth = bundle[1]["test"]
    labels = truth.labels.copy()
    labels[-1, 592] ^= 1
    labels[-1, COLUMNS[1:]] = 0
    checks = cut(rewritten("test", truth.codes, labels), {"Arid3a": 592})
    found = [(c["found"], c["equal"]) for c in checks if "one strand" in c["what"]]
    assert found == [(0, True), (0, True), (1, False)]


# What may be wrong with the files


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trainxdata": (200, 5, 8)}, r"trainxdata has the shape \(200, 5, 8\).*must be \(length, 4, rows\)"),
        ({"trainxdata": (4, 200, 8)}, r"must be \(length, 4, rows\)"),
        ({"trainxdata": (200, 4, 9)}, "trainxdata has 9 rows, but traindata 8"),
        ({"traindata": (350, 8)}, "has 350 features, so there is no feature 592, Arid3a"),
    ],
)
def test_a_wrong_shape_is_refused(cut, tmp_path, change, message):
    arrays = {"trainxdata": (200, 4, 8), "traindata": (919, 8)} | change
    path = tmp_path / "train.mat"
    write_v73(path, {name: np.zeros(shape, np.uint8) for name, shape in arrays.items()})
    with pytest.raises(UserError, match=message):
        cut({"train": path})
    assert not (tmp_path / "d.h5").exists()


def test_files_in_each_others_place_are_refused(bundle):
    with refused("has no variable testxdata; what it has is validdata, validxdata"):
        check_file(bundle[0]["valid"], "test")


def test_what_is_not_one_hot_is_refused(cut, tmp_path):
    # In eight bits 1 + 255 and 4 · 64 are 0.
    wrapping = [((5, channel), 255) for channel in (1, 2, 3)]
    for place, value in (((5, 1), 1), ((5, 1), 2), ((5, slice(None)), 64), *wrapping):
        one_hot = channels_of(np.zeros((4, 200), np.uint8))
        one_hot[(*place, 2)] = value
        path = tmp_path / "train.mat"
        write_v73(path, {"trainxdata": one_hot, "traindata": np.ones((919, 4), np.uint8)})
        with refused("trainxdata of train.mat is not one-hot"):
            cut({"train": path})


def rows(n, label, length=200):
    return np.zeros((n, length), np.uint8), np.full((n, 919), label, np.uint8)


def test_rows_that_cannot_be_used_are_refused(cut, rewritten):
    with refused("traindata of train.mat has values other than 0 and 1"):
        cut(rewritten("train", *rows(4, 2)))
    with refused("has 5 rows, an odd number"):
        cut(rewritten("train", *rows(5, 1)), reverse_complement=False)
    with refused("of different lengths, 200 nt in train.mat, 200 nt in valid.mat, 300 nt"):
        cut(rewritten("test", *rows(4, 1, 300)))
    without = rewritten("valid", *rows(4, 0))
    with refused("no row of valid has a positive for Arid3a, ", " 'resplit: 0.1'"):
        cut(without)
    cut(without, resplit=0.3)


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_a_truncated_file_is_refused(bundle, cut, tmp_path, split):
    path, data = tmp_path / f"{split}.mat", bundle[0][split].read_bytes()
    for share in (0.1, 0.5, 0.98):
        path.write_bytes(data[: int(len(data) * share)])
        with refused(f"{split}.mat is cut short or damaged"):
            cut({split: path})
    assert not (tmp_path / "d.h5").exists()


def test_what_is_no_matlab_file_is_refused(bundle, cut, tmp_path):
    path = tmp_path / "train.mat"
    for content in (b"", b"<html>not found</html>" * 50):
        path.write_bytes(content)
        with refused("is not a MATLAB file"):
            cut({"train": path})
    with refused("nowhere.mat does not exist"):
        cut({"train": tmp_path / "nowhere.mat"})
    path.write_bytes(v73_header())
    with refused("train.mat"):
        cut({"train": path})
    with refused("valid.mat is needed"):
        truncate({k: v for k, v in bundle[0].items() if k != "valid"}, tmp_path / "d.h5", TWELVE)
