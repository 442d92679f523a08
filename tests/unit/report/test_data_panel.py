"""What the report says about the data."""

import json

import pytest
from motifcnn.core.errors import UserError
from motifcnn.report.data_panel import Check, data_panel, read_descriptions
from toys.described import described


def test_by_hand():
    panel = data_panel(described())
    assert (panel.dataset, panel.length) == ("mine", "1,000")
    assert panel.splits == (("train", "4,000", "2,000"), ("valid", "400", "200"), ("test", "500", "250"))
    heads = ("Peaks", "not in genome", "without a window", "train", "valid", "test", "prevalence")
    assert panel.columns == heads
    assert panel.targets == (
        (
            "MAX",
            ("1,200", "200", "30", "1,000", "100", "125", "0.250"),
            "MA0058.3 MAX, MA0059.1 MAX::MYC",
            False,
        ),
        ("<X>", ("50", "0", "0", "800", "80", "100", "0.200"), "none in the database", True),
    )
    assert (
        panel.peaks
        == "Windows are centred on bins that peaks cover, at 1,020 places; left out: 12 blacklisted."
    )
    (remark,) = panel.remarks
    assert remark.startswith("mine: 30 of 1,000 peaks of MAX (3%) make no window")
    assert (panel.folded, panel.factors, panel.check) == (False, (), None)
    missing = described()["counts"] | {"negatives_missing": 57}
    assert data_panel(described(counts=missing)).peaks.endswith("12 blacklisted. 57 negatives are missing.")


def test_without_peaks_and_with_lists_of_factors_that_are_no_targets():
    motifs = [[f"M{i}", ""] for i in range(8)]
    panel = data_panel(described(counts=None, relevant={"IRF": motifs}, without_motif=[]))
    assert panel.columns == ("train", "valid", "test", "prevalence")
    assert [row[2:] for row in panel.targets] == [("", False)] * 2
    assert panel.factors == ("IRF: M0, M1, M2, M3, M4, M5 and 2 more",)
    assert (panel.peaks, panel.remarks) == ("", ())


def test_no_test_sequences_and_many_targets():
    names = [f"T{i}" for i in range(25)]
    nothing = {"sequences": 0, "without_target": 0, "positives": dict.fromkeys(names, 0)}
    splits = dict.fromkeys(("train", "valid", "test"), nothing)
    panel = data_panel(described(counts=None, targets=names, splits=splits, without_motif=[], relevant={}))
    assert panel.folded
    assert panel.targets[0][1] == ("0", "0", "0", "–")


def comparison(found):
    return {"what": "positives", "expected": 27652, "found": found, "equal": found == 27652}


def test_counts_beside_published_ones():
    same, other = ([comparison(27652), comparison(found)] for found in (27652, 27650))
    assert data_panel(described(checks=same)).check == Check("mine", 2, ())
    assert data_panel(described(checks=other)).check == Check("mine", 2, (comparison(27650),))
    assert data_panel(described(checks=[])).check is None


def test_files(tmp_path):
    path = tmp_path / "data.json"
    path.write_text(json.dumps(described()))
    assert read_descriptions([path]) == (described(),)
    path.write_text("[]")
    with pytest.raises(UserError, match="does not describe a dataset; delete it and run again"):
        read_descriptions([path])
