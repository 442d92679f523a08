import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import read_database
from motifcnn.motifs.meme import Motif, read_meme
from motifcnn.motifs.tomtom import match
from repository import DATA, RESOURCES

TOMTOM = DATA / "tomtom"
RESOURCE = RESOURCES / "jaspar2016_core_vertebrates.txt"
FULL = os.environ.get("MOTIF_FILTERS_GOLDEN")


@pytest.fixture(scope="module")
def database():
    return read_database(RESOURCE)


@pytest.fixture(scope="module")
def queries():
    return read_meme(TOMTOM / "queries.meme")


def table_lines(path):
    """The header and the rows of a Tomtom table, as they stand there."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt") as file:
        return file.read().split("\n\n")[0].splitlines()


def our_lines(tmp_path, *arguments, **options):
    match.write_rows(tmp_path / "ours.tsv", match.match(*arguments, **options))
    return table_lines(tmp_path / "ours.tsv")


def test_rows_below_the_threshold_are_those_of_the_program(tmp_path, database, queries):
    golden = table_lines(TOMTOM / "rows_evalue_0.1.tsv.gz")
    assert len(golden) == 474
    assert our_lines(tmp_path, queries, database) == golden


def test_all_rows_are_those_of_the_program(tmp_path, database, queries):
    golden = table_lines(TOMTOM / "rows_all_first_6.tsv.gz")
    assert len(golden) == 1 + 6 * 519
    assert our_lines(tmp_path, queries[:6], database, evalue=None) == golden


def test_all_rows_of_edge_cases_are_those_of_the_program(tmp_path, database):
    golden = table_lines(TOMTOM / "edge_rows_all.tsv.gz")
    assert len(golden) == 1 + 16 * 519
    assert our_lines(tmp_path, read_meme(TOMTOM / "edge.meme"), database, evalue=None) == golden


@pytest.mark.skipif(FULL is None, reason="MOTIF_FILTERS_GOLDEN names no folder with the full tables")
@pytest.mark.parametrize(
    ("query_file", "golden_file", "evalue"),
    [
        ("queries.meme", "real.tsv", 0.1),
        ("queries.meme", "real_all.tsv.gz", None),
        ("edge.meme", "edge_real_all.tsv.gz", None),
    ],
)
def test_full_tables_of_the_program(tmp_path, database, query_file, golden_file, evalue):
    motifs = read_meme(Path(FULL) / query_file)
    golden = table_lines(Path(FULL) / golden_file)
    assert our_lines(tmp_path, motifs, database, evalue=evalue) == golden


def test_a_motif_finds_itself(database):
    chosen = database[::40]
    rows = match.match(chosen, database)
    for motif in chosen:
        itself = rows[(rows.Query_ID == motif.id) & (rows.Target_ID == motif.id)].iloc[0]
        assert (itself.Optimal_offset, itself.Overlap, itself.Orientation) == (0, motif.width, "+")
        assert itself["p-value"] < 4.0**-motif.width * 519


def test_a_shifted_piece_of_a_motif_has_its_offset(database):
    whole = next(motif for motif in database if motif.id == "MA0496.1")
    piece = Motif("piece", "", whole.probabilities[3:13], whole.nsites)
    rows = match.match([piece], database).set_index("Target_ID")
    assert tuple(rows.loc["MA0496.1", ["Optimal_offset", "Overlap", "Orientation"]]) == (3, 10, "+")
    other = match.match([piece.reverse_complement()], database).set_index("Target_ID")
    assert tuple(other.loc["MA0496.1", ["Optimal_offset", "Overlap", "Orientation"]]) == (2, 10, "-")
    forward, backward = rows.loc["MA0496.1", "Target_consensus"], other.loc["MA0496.1", "Target_consensus"]
    assert backward == forward[::-1].translate(str.maketrans("ACGT", "TGCA"))


def test_a_reverse_complemented_target_swaps_the_strand(database, queries):
    before = match.match(queries[:1], database, evalue=None)
    turned = [m.reverse_complement() if m.id == "MA0139.1" else m for m in database]
    after = match.match(queries[:1], turned, evalue=None)
    changed = before.ne(after)
    assert changed.to_numpy().sum() == 1
    row = int(np.flatnonzero(before.Target_ID == "MA0139.1")[0])
    assert (before.Orientation[row], after.Orientation[row]) == ("-", "+")


def test_the_order_of_the_database_does_not_matter(database, queries):
    shuffled = [database[i] for i in np.random.default_rng(0).permutation(len(database))]
    pd.testing.assert_frame_equal(
        match.match(queries[:2], database, evalue=None), match.match(queries[:2], shuffled, evalue=None)
    )


def test_the_threshold_only_hides_rows(database, queries):
    every = match.match(queries[:4], database, evalue=None)
    some = match.match(queries[:4], database, evalue=1)
    assert 0 < len(some) < len(every)
    pd.testing.assert_frame_equal(every[every["E-value"] <= 1].reset_index(drop=True), some)
    # A threshold in double precision, E in single: the row at the threshold itself is kept.
    exact = some["E-value"].iloc[-1]
    assert len(match.match(queries[:4], database, evalue=exact)) == (some["E-value"] <= exact).sum()


def test_a_background_moves_the_pseudocount(database):
    query = Motif("q", "", np.eye(4)[[0, 1]], 2)
    rows = match.match([query], database, None, np.array([0.4, 0.1, 0.1, 0.4]))
    assert len(rows) == 519
    assert not np.array_equal(rows["p-value"], match.match([query], database, None)["p-value"])


def test_consensus_letters_compare_with_single_precision():
    # Of equal letters the first wins where single precision rounds up (0.27) and the next where it
    # rounds down (0.276); seen in the program's output.
    matrix = np.array([[0.276, 0.276, 0.246, 0.202], [0.27, 0.27, 0.24, 0.22], [0.1, 0.2, 0.4, 0.3]])
    assert [float(np.float32(p)) < p for p in (0.276, 0.27)] == [True, False]
    assert match._consensus([matrix, matrix[1:]]).tolist() == ["CAG", "AG"]


def test_the_table_as_text(tmp_path):
    row = ("f0", "MA0139.1", -3, float(np.float32(1.5e-20)), 1.25e-5, 0.5, 9, "ACG", "CGT", "-")
    match.write_rows(tmp_path / "a.tsv", pd.DataFrame([row], columns=list(match.COLUMNS)))
    lines = (tmp_path / "a.tsv").read_text().split("\n")
    assert lines[0] == "\t".join(match.COLUMNS)
    assert lines[1] == "f0\tMA0139.1\t-3\t1.5e-20\t1.25e-05\t0.5\t9\tACG\tCGT\t-"
    assert lines[2] == ""
    assert [line[:2] for line in lines[3:]] == ["# ", "# ", "# ", ""]


def test_rows_are_read_as_they_were_written(tmp_path, database, queries):
    rows = match.match(queries[:4], database)
    match.write_rows(tmp_path / "a.tsv", rows)
    again = match.read_rows(tmp_path / "a.tsv")
    assert len(again) > 0
    pd.testing.assert_frame_equal(again, rows, rtol=1e-5)
    assert [str(t) for t in again.dtypes[["Optimal_offset", "p-value", "Overlap"]]] == [
        "int64",
        "float64",
        "int64",
    ]


def test_a_table_without_hits(tmp_path, database, queries):
    rows = match.match(queries[:1], database, evalue=1e-30)
    assert len(rows) == 0
    assert list(rows.columns) == list(match.COLUMNS)
    match.write_rows(tmp_path / "a.tsv", rows)
    again = match.read_rows(tmp_path / "a.tsv")
    pd.testing.assert_frame_equal(again, rows)


def test_ids_may_begin_with_a_comment_sign(tmp_path, database, queries):
    query = Motif("#1", "", queries[0].probabilities, 19)
    match.write_rows(tmp_path / "a.tsv", match.match([query], database))
    assert set(match.read_rows(tmp_path / "a.tsv").Query_ID) == {"#1"}


@pytest.mark.parametrize("text", ["", "a\tb\n", "#Query ID\tTarget ID\n"])
def test_other_tables_are_refused(tmp_path, text):
    (tmp_path / "a.tsv").write_text(text)
    with pytest.raises(UserError, match="is not a Tomtom table"):
        match.read_rows(tmp_path / "a.tsv")


def test_damaged_and_missing_tables_are_refused(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("\t".join(match.COLUMNS) + "\nf0\tMA0139.1\t-3\n")
    with pytest.raises(UserError, match="line 2, is not a row of ten cells"):
        match.read_rows(path)
    with pytest.raises(UserError, match="cannot be read"):
        match.read_rows(tmp_path / "no.tsv")


def test_nothing_to_compare_is_refused(database):
    for arguments in (([], database), (database[:1], [])):
        with pytest.raises(UserError, match="at least one query and one target"):
            match.match(*arguments)
    with pytest.raises(UserError, match=r"two motifs called MA0002\.2"):
        match.match(database[:1] * 2, database)


def test_one_uniform_target_and_query_have_no_spread():
    uniform = Motif("u", "", np.full((3, 4), 0.25), 3)
    rows = match.match([uniform], [uniform], evalue=None)
    assert rows["p-value"].tolist() == [1.0]
    assert rows["q-value"].tolist() == [1.0]
