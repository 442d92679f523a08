"""What later steps read about filters is what was written, and other files are refused."""

import h5py
import numpy as np
import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.interpretation import filter_tables as tables

MATCHES = {
    "filter": ["filter0", "filter1"],
    "n_sites": pd.array([12, None], "Int64"),
    "width": [8, 19],
    "information": [1.25, 0.0],
    "dead": [False, True],
    "best_id": ["007", ""],
    "best_name": ["NA", ""],
    "best_evalue": [1.23456789e-5, float("nan")],
    "relevant_tf": ["None", ""],
    "relevant_id": ["1e5", ""],
    "relevant_evalue": [0.25, float("nan")],
    "relevant_qvalue": [0.125, float("nan")],
}
IMPORTANCE = {
    "filter": ["filter0", "1"],
    "mean_output": [0.5, 0.25],
    "aupr_intact": [0.75, 0.75],
    "aupr_drop": [0.125, -0.5],
    "logit_change": [1.0, -2.0],
    "logit_change_abs": [1.0, 2.0],
    "target": ["NA", ""],
    "target_aupr_drop": [0.5, float("nan")],
    "aupr_drop:NA": [0.5, 0.0],
    "aupr_drop:7": [1.0, 2.0],
}
LOCALISATION = {
    "scan": ["filters", "7"],
    "bounds": ["site", "NA"],
    "buffer": [0, 10],
    "sequences": [100, 7],
    "auroc": [0.75, float("nan")],
    "auroc_sd": [0.125, 0.0],
    "aupr": [0.5, 1.0],
    "aupr_sd": [0.25, 0.5],
}


def test_matches(tmp_path):
    trained = pd.DataFrame(MATCHES).assign(further=1)
    untrained = trained.assign(width=[3, 4], best_name=["", "nan"])
    tables.write_matches(tmp_path / "m.tsv", {"trained": trained, "untrained": untrained})
    lines = (tmp_path / "m.tsv").read_bytes().decode().split("\n")
    assert lines[0] == "variant\t" + "\t".join(MATCHES)
    assert lines[1] == "trained\tfilter0\t12\t8\t1.25\tFalse\t007\tNA\t1.23457e-05\tNone\t1e5\t0.25\t0.125"
    assert lines[2] == "trained\tfilter1\t\t19\t0\tTrue" + 7 * "\t"
    assert len(lines) == 6
    assert lines[-1] == ""
    found = tables.read_matches(tmp_path / "m.tsv")
    assert list(found.columns) == ["variant", *tables.MATCH_COLUMNS] == ["variant", *MATCHES]
    assert list(found["variant"]) == ["trained"] * 2 + ["untrained"] * 2
    for name in ("filter", "best_id", "relevant_tf", "relevant_id", "width", "information", "dead"):
        assert list(found[name][:2]) == MATCHES[name], name
    assert list(found["best_name"]) == ["NA", "", "", "nan"]
    assert found["n_sites"].dtype == "Int64"
    assert found["n_sites"][0] == 12
    assert found["n_sites"].isna().tolist() == [False, True] * 2
    assert found["best_evalue"][0] == 1.23457e-5
    assert (
        found[["best_evalue", "relevant_evalue", "relevant_qvalue"]].isna().all(axis=1).tolist()
        == [
            False,
            True,
        ]
        * 2
    )


def test_importance(tmp_path):
    tables.write_importance(tmp_path / "i.tsv", pd.DataFrame(IMPORTANCE))
    assert (tmp_path / "i.tsv").read_text().splitlines()[2] == "1\t0.25\t0.75\t-0.5\t-2\t2\t\t\t0\t2"
    found = tables.read_importance(tmp_path / "i.tsv")
    pd.testing.assert_frame_equal(found, pd.DataFrame(IMPORTANCE), check_dtype=False)
    assert (found["aupr_drop:7"].dtype, found["mean_output"].dtype) == (float, float)
    assert list(found.columns[:8]) == list(tables.IMPORTANCE_COLUMNS)
    assert tables.DROP_OF == "aupr_drop:"


def test_localisation(tmp_path):
    tables.write_localisation(tmp_path / "l.tsv", pd.DataFrame(LOCALISATION))
    found = tables.read_localisation(tmp_path / "l.tsv")
    pd.testing.assert_frame_equal(found, pd.DataFrame(LOCALISATION), check_dtype=False)
    assert (found["buffer"].dtype, found["sequences"].dtype, found["auroc"].dtype) == (int, int, float)
    assert list(found.columns) == list(tables.LOCALISATION_COLUMNS)


READERS = {
    "matches": (tables.read_matches, ["variant", *MATCHES]),
    "filter importance": (tables.read_importance, list(IMPORTANCE)[:8]),
    "localisation": (tables.read_localisation, list(LOCALISATION)),
}


@pytest.mark.parametrize("what", READERS)
def test_every_column_must_be_there(tmp_path, what):
    read, columns = READERS[what]
    path = tmp_path / "table.tsv"
    path.write_text("\t".join(columns) + "\n")
    assert len(read(path)) == 0
    for missing in columns:
        path.write_text("\t".join(name for name in columns if name != missing) + "\n")
        with pytest.raises(
            UserError, match=rf"table.tsv is not a table of {what} \(.*{missing}.*\); delete it and"
        ):
            read(path)


@pytest.mark.parametrize("what", READERS)
def test_other_files_are_refused(tmp_path, what):
    read, columns = READERS[what]
    path = tmp_path / "table.tsv"
    with pytest.raises(UserError, match=r"table.tsv does not exist"):
        read(path)
    with pytest.raises(UserError, match=r"cannot be read \(Is a directory\)"):
        read(tmp_path)
    for text in ("", "\t".join(columns) + "\n" + "\t".join(["x y"] * len(columns)) + "\n"):
        path.write_text(text)
        with pytest.raises(UserError, match=f"is not a table of {what} "):
            read(path)


def test_arrays(tmp_path):
    path = tmp_path / "filters.h5"
    with h5py.File(path, "w") as file:
        for group, value in (("/", 1), ("/untrained", 2)):
            file.require_group(group)["counts"] = np.full((2, 3), value)
            file[group]["n_sites"] = np.array([value, 0])
    trained, untrained = tables.read_arrays(path), tables.read_arrays(path, "untrained")
    assert trained.keys() == untrained.keys() == {"counts", "n_sites"}
    assert trained["counts"].tolist() == [[1, 1, 1], [1, 1, 1]]
    assert untrained["n_sites"].tolist() == [2, 0]
    assert tables.read_arrays(path, "other") == {}


def test_a_filter_file_that_is_missing_or_damaged(tmp_path):
    path = tmp_path / "filters.h5"
    for text in (None, "no HDF5"):
        if text:
            path.write_text(text)
        with pytest.raises(
            UserError, match=r"the filter file .*filters.h5 is missing or damaged; delete it and run"
        ):
            tables.read_arrays(path)
