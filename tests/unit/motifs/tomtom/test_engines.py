"""Both engines side by side, where the program is: every row, all ten columns, as they are written."""

import shutil

import pytest
from motifcnn.motifs.jaspar import read_database
from motifcnn.motifs.meme import read_background, read_meme, write_meme
from motifcnn.motifs.tomtom import match, program
from repository import DATA, RESOURCES

TOMTOM = DATA / "tomtom"
RESOURCE = RESOURCES / "jaspar2016_core_vertebrates.txt"

pytestmark = pytest.mark.skipif(
    shutil.which("tomtom") is None, reason="the program tomtom is not on the PATH"
)


def lines(path, rows):
    """Rows as the workflow writes them: numbers with six digits."""
    match.write_rows(path, rows)
    return path.read_text().split("\n\n")[0].splitlines()


def compare(folder, queries, evalue):
    """Hold the rows of both engines against each other; return how many there are."""
    database = read_database(RESOURCE)
    answer = program.match(queries, database, evalue)
    theirs = lines(folder / "meme.tsv", answer.rows)
    numpy = match.match(read_meme(queries), database, evalue, read_background(queries))
    ours = lines(folder / "numpy.tsv", numpy)
    # Not `ours == theirs`: of tens of thousands of lines only the first that differ are of use.
    differ = [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]]
    assert not differ, f"tomtom {answer.version}, {len(differ)} rows differ, the first: {differ[:3]}"
    assert len(ours) == len(theirs), f"tomtom {answer.version}"
    return len(ours) - 1


def test_edge_cases(tmp_path):
    assert compare(tmp_path, TOMTOM / "edge.meme", None) == 16 * 519


@pytest.mark.parametrize("evalue", [None, 0.1])
def test_motifs_of_filters(tmp_path, evalue):
    some = tmp_path / "some.meme"
    write_meme(some, read_meme(TOMTOM / "queries.meme")[::8])
    assert compare(tmp_path, some, evalue) > 0


@pytest.mark.slow
def test_all_motifs_of_filters(tmp_path):
    assert compare(tmp_path, TOMTOM / "queries.meme", None) == 62 * 519
