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
    draw,
    expected_counts,
    v73_header,
    write_v5,
    write_v73,
)

TWELVE = {name: factor.deepsea_index for name, factor in read_factors(FACTORS).items()}
COLUMNS = list(TWELVE.values())


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    truths = build_bundle(folder, windows=(60, 40, 40), length=200)
    return {split: folder / f"{split}.mat" for split in truths}, truths


def kept(truth, columns=COLUMNS):
    rows = truth.labels[:, columns].any(1)
    return truth.codes[rows], truth.labels[rows][:, columns]


# The truncation


def test_codes_and_labels_are_exact(bundle, tmp_path):
    files, truths = bundle
    truncate(files, tmp_path / "d.h5", TWELVE)
    dataset = read_dataset(tmp_path / "d.h5")
    assert dataset.targets == tuple(TWELVE)
    for split, truth in truths.items():
        codes, labels = kept(truth)
        np.testing.assert_array_equal(getattr(dataset, split).sequence, codes)
        np.testing.assert_array_equal(getattr(dataset, split).label, labels)
    assert (dataset.train.sequence == 4).any()


def test_channels_are_a_g_c_t(tmp_path):
    truth = Truth(np.array([[0, 1, 2, 3, 4]], np.uint8), np.ones((1, 919), np.uint8))
    assert channels_of(truth.codes)[:, :, 0].tolist() == [
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 1, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
    ]
    files = {}
    for split in ("train", "valid", "test"):
        files[split] = tmp_path / f"{split}.mat"
        write_v5(files[split], {f"{split}xdata": channels_of(truth.codes), f"{split}data": truth.labels.T})
    truncate(files, tmp_path / "d.h5", TWELVE)
    assert read_dataset(tmp_path / "d.h5").test.sequence.tolist() == [[0, 1, 2, 3, 4]]


@pytest.mark.parametrize("chunks", [(1, 1, 7), (200, 4, 3), (3, 2, 120), (1, 4, 1), (200, 4, 120)])
@pytest.mark.parametrize("small", [False, True])
def test_any_chunks_and_any_budget_give_the_same(bundle, tmp_path, monkeypatch, chunks, small):
    files, truths = bundle
    if small:
        monkeypatch.setattr(matlab, "PIECE", 5000)
        monkeypatch.setattr(truncation, "_HELD", 3000)
    truth = truths["train"]
    path = tmp_path / "train.mat"
    write_v73(path, {"trainxdata": channels_of(truth.codes), "traindata": truth.labels.T}, chunks)
    truncate({**files, "train": path}, tmp_path / "d.h5", TWELVE)
    codes, labels = kept(truth)
    dataset = read_dataset(tmp_path / "d.h5")
    np.testing.assert_array_equal(dataset.train.sequence, codes)
    np.testing.assert_array_equal(dataset.train.label, labels)


def test_the_same_bytes_every_time(bundle, tmp_path):
    for name in ("a.h5", "b.h5"):
        truncate(bundle[0], tmp_path / name, TWELVE, resplit=0.3, seed=4)
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_all_919_features(bundle, tmp_path):
    files, truths = bundle
    everything = {f"f{i}": i for i in reversed(range(919))}
    truncate(files, tmp_path / "d.h5", everything)
    dataset = read_dataset(tmp_path / "d.h5")
    codes, labels = kept(truths["test"], list(everything.values()))
    np.testing.assert_array_equal(dataset.test.label, labels)
    np.testing.assert_array_equal(dataset.test.sequence, codes)


def test_forward_strand_only(bundle, tmp_path):
    files, truths = bundle
    truncate(files, tmp_path / "d.h5", TWELVE, reverse_complement=False)
    dataset = read_dataset(tmp_path / "d.h5")
    for split, truth in truths.items():
        half = len(truth.codes) // 2
        codes, labels = kept(Truth(truth.codes[:half], truth.labels[:half]))
        np.testing.assert_array_equal(getattr(dataset, split).sequence, codes)
        np.testing.assert_array_equal(getattr(dataset, split).label, labels)


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
    assert dataset.seed == 1


def test_the_new_split_of_a_window_does_not_depend_on_the_targets(bundle, tmp_path):
    files, _ = bundle
    truncate(files, tmp_path / "all.h5", TWELVE, resplit=0.3)
    truncate(files, tmp_path / "few.h5", dict(list(TWELVE.items())[:6]), resplit=0.3)
    every, few = (read_dataset(tmp_path / name) for name in ("all.h5", "few.h5"))
    for split in ("train", "valid"):
        known = {row.tobytes() for row in getattr(every, split).sequence}
        assert {row.tobytes() for row in getattr(few, split).sequence} <= known


# Counts


def test_equal_counts_are_recorded(bundle, tmp_path):
    files, truths = bundle
    expected = expected_counts(truths, TWELVE)
    checks = truncate(files, tmp_path / "d.h5", TWELVE, expected=expected)
    assert all(check["equal"] for check in checks)
    # features, rows, strands, kept and twelve positives, for each file
    assert len(checks) == 3 * 16
    assert {
        "what": "test rows with at least one positive of the 12 targets",
        "expected": expected["kept"]["test"],
        "found": expected["kept"]["test"],
        "equal": True,
    } in checks
    with h5py.File(tmp_path / "d.h5") as file:
        assert json.loads(file.attrs["checks"]) == checks


def test_counts_that_differ_are_recorded_with_both_numbers(bundle, tmp_path):
    files, truths = bundle
    expected = expected_counts(truths, TWELVE)
    right = expected["positives"]["train"]["MAX"]
    expected["positives"]["train"]["MAX"] += 2
    checks = truncate(files, tmp_path / "d.h5", TWELVE, expected=expected)
    assert [check for check in checks if not check["equal"]] == [
        {"what": "train positives of MAX", "expected": right + 2, "found": right, "equal": False}
    ]


def test_counts_are_of_the_whole_file_whatever_the_options(bundle, tmp_path):
    files, truths = bundle
    expected = expected_counts(truths, TWELVE)
    checks = truncate(
        files, tmp_path / "d.h5", TWELVE, expected=expected, resplit=0.2, reverse_complement=False
    )
    assert len(checks) == 2 * 16
    assert all(check["equal"] for check in checks)


def test_other_targets_are_compared_as_far_as_counts_are_known(bundle, tmp_path):
    files, truths = bundle
    expected = expected_counts(truths, TWELVE)
    checks = truncate(files, tmp_path / "d.h5", {"SP1": 359, "CTCF": 125}, expected=expected)
    assert [check["what"] for check in checks if check["what"].startswith("test")] == [
        "test windows that are kept on one strand only",
        "test positives of SP1",
    ]


def test_strands_that_do_not_belong_together_are_noticed(bundle, tmp_path):
    files, truths = bundle
    truth = truths["test"]
    labels = truth.labels.copy()
    labels[-1, 592] ^= 1
    labels[-1, COLUMNS[1:]] = 0
    path = tmp_path / "test.mat"
    write_v5(path, {"testxdata": channels_of(truth.codes), "testdata": labels.T})
    checks = truncate({**files, "test": path}, tmp_path / "d.h5", {"Arid3a": 592})
    assert [(c["found"], c["equal"]) for c in checks if "one strand" in c["what"]] == [
        (0, True),
        (0, True),
        (1, False),
    ]


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
def test_a_wrong_shape_is_refused(bundle, tmp_path, change, message):
    arrays = {"trainxdata": (200, 4, 8), "traindata": (919, 8)} | change
    path = tmp_path / "train.mat"
    write_v73(path, {name: np.zeros(shape, np.uint8) for name, shape in arrays.items()})
    with pytest.raises(UserError, match=message):
        truncate({**bundle[0], "train": path}, tmp_path / "d.h5", TWELVE)
    assert not (tmp_path / "d.h5").exists()


def test_files_in_each_others_place_are_refused(bundle):
    with pytest.raises(UserError, match="has no variable testxdata; what it has is validdata, validxdata"):
        check_file(bundle[0]["valid"], "test")


def test_what_is_not_one_hot_is_refused(bundle, tmp_path):
    for place, value in (((5, 1), 1), ((5, 1), 2), ((5, slice(None)), 64)):
        codes = np.zeros((4, 200), np.uint8)
        one_hot = channels_of(codes)
        one_hot[(*place, 2)] = value
        path = tmp_path / "train.mat"
        write_v73(path, {"trainxdata": one_hot, "traindata": np.ones((919, 4), np.uint8)})
        with pytest.raises(UserError, match=r"trainxdata of train.mat is not one-hot"):
            truncate({**bundle[0], "train": path}, tmp_path / "d.h5", TWELVE)


def test_labels_other_than_0_and_1_are_refused(bundle, tmp_path):
    path = tmp_path / "train.mat"
    labels = np.full((919, 4), 2, np.uint8)
    write_v73(path, {"trainxdata": channels_of(np.zeros((4, 200), np.uint8)), "traindata": labels})
    with pytest.raises(UserError, match=r"traindata of train.mat has values other than 0 and 1"):
        truncate({**bundle[0], "train": path}, tmp_path / "d.h5", TWELVE)


def test_files_of_unlike_length_are_refused(bundle, tmp_path):
    path = tmp_path / "test.mat"
    truth = draw(np.random.default_rng(0), 4, 300)
    write_v5(path, {"testxdata": channels_of(truth.codes), "testdata": truth.labels.T})
    with pytest.raises(
        UserError, match=r"of different lengths, 200 nt in train.mat, 200 nt in valid.mat, 300 nt"
    ):
        truncate({**bundle[0], "test": path}, tmp_path / "d.h5", TWELVE)


def test_a_split_without_positives_is_refused(bundle, tmp_path):
    files, _ = bundle
    path = tmp_path / "valid.mat"
    write_v5(
        path,
        {"validxdata": channels_of(np.zeros((4, 200), np.uint8)), "validdata": np.zeros((919, 4), np.uint8)},
    )
    with pytest.raises(UserError, match=r"no row of valid has a positive for Arid3a, .* 'resplit: 0.1'"):
        truncate({**files, "valid": path}, tmp_path / "d.h5", TWELVE)
    truncate({**files, "valid": path}, tmp_path / "d.h5", TWELVE, resplit=0.3)


@pytest.mark.parametrize("split", ["train", "valid", "test"])
def test_a_truncated_file_is_refused(bundle, tmp_path, split):
    files, _ = bundle
    for share in (0.1, 0.5, 0.98):
        data = files[split].read_bytes()
        path = tmp_path / f"{split}.mat"
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(UserError, match=rf"{split}.mat is cut short or damaged"):
            truncate({**files, split: path}, tmp_path / "d.h5", TWELVE)
    assert not (tmp_path / "d.h5").exists()


def test_what_is_no_matlab_file_is_refused(bundle, tmp_path):
    path = tmp_path / "train.mat"
    for content in (b"", b"<html>not found</html>" * 50):
        path.write_bytes(content)
        with pytest.raises(UserError, match="is not a MATLAB file"):
            truncate({**bundle[0], "train": path}, tmp_path / "d.h5", TWELVE)
    with pytest.raises(UserError, match=r"nowhere.mat does not exist"):
        truncate({**bundle[0], "train": tmp_path / "nowhere.mat"}, tmp_path / "d.h5", TWELVE)
    path.write_bytes(v73_header())
    with pytest.raises(UserError, match=r"train.mat"):
        truncate({**bundle[0], "train": path}, tmp_path / "d.h5", TWELVE)


def test_what_the_options_and_the_files_do_not_allow(bundle, tmp_path):
    files, _ = bundle
    with pytest.raises(UserError, match=r"valid.mat is needed"):
        truncate({k: v for k, v in files.items() if k != "valid"}, tmp_path / "d.h5", TWELVE)
    path = tmp_path / "train.mat"
    odd = np.zeros((5, 200), np.uint8)
    write_v73(path, {"trainxdata": channels_of(odd), "traindata": np.ones((919, 5), np.uint8)})
    with pytest.raises(UserError, match="has 5 rows, an odd number"):
        truncate({**files, "train": path}, tmp_path / "d.h5", TWELVE, reverse_complement=False)
