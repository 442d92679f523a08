import gzip
import stat
from pathlib import Path

import pandas as pd
import pytest
from motifcnn.core.errors import UserError
from motifcnn.motifs.jaspar import read_database
from motifcnn.motifs.meme import read_meme
from motifcnn.motifs.tomtom import match, program
from repository import DATA, RESOURCES

TOMTOM = DATA / "tomtom"
RESOURCE = RESOURCES / "jaspar2016_core_vertebrates.txt"


@pytest.fixture
def database():
    return read_database(RESOURCE, ["MA0615.1"])


@pytest.fixture
def pretend(tmp_path, monkeypatch):
    """Put a shell script called tomtom on the PATH, alone."""

    def make(script):
        program = tmp_path / "bin" / "tomtom"
        program.parent.mkdir(exist_ok=True)
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
        return tmp_path

    return make


def test_it_runs_the_program_and_reads_its_table(pretend, database):
    folder = pretend(
        'here=$(dirname "$0")\necho "$@" > "$here/arguments"\neval cp \\"\\${$#}\\" \\"$here/database\\"\n'
        f"gzip -dc {TOMTOM}/rows_evalue_0.1.tsv.gz\n"
    )
    answer = program.match(TOMTOM / "queries.meme", database, 0.1)
    assert answer.version == "5.4.1"
    assert len(answer.rows) == 473
    with gzip.open(TOMTOM / "rows_evalue_0.1.tsv.gz", "rt") as file:
        pd.testing.assert_frame_equal(answer.rows, match.parse_rows(file.read(), "golden"))
    words = (folder / "bin" / "arguments").read_text().split()
    assert words[:-1] == f"-verbosity 1 -text -evalue -thresh 0.1 {TOMTOM}/queries.meme".split()
    assert not Path(words[-1]).exists()
    for read, target in zip(read_meme(folder / "bin" / "database"), database, strict=True):
        assert (read.id, read.nsites) == (target.id, target.nsites)
        assert (read.probabilities == target.probabilities).all()


def test_all_rows_have_a_threshold_that_none_reaches(pretend, database):
    folder = pretend(f'echo "$@" > "$(dirname "$0")/arguments"\ngzip -dc {TOMTOM}/rows_evalue_0.1.tsv.gz\n')
    program.match(TOMTOM / "queries.meme", database, None)
    assert "-thresh 1000000000.0 " in (folder / "bin" / "arguments").read_text()


def test_without_the_program_the_error_says_what_to_do(tmp_path, monkeypatch, database):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError) as error:
        program.match(TOMTOM / "queries.meme", database)
    for advice in ("install the MEME Suite", "--use-conda", "engine: numpy"):
        assert advice in str(error.value)


def test_a_failing_program_is_quoted(pretend, database):
    pretend("echo first >&2\necho 'FATAL: no motifs' >&2\nexit 3\n")
    with pytest.raises(UserError, match=r"failed on .*queries\.meme with status 3 \(FATAL: no motifs\)"):
        program.match(TOMTOM / "queries.meme", database)


def test_other_output_is_refused(pretend, database):
    pretend("echo '#Query ID'\n")
    with pytest.raises(UserError, match="does not write tables as Tomtom 5 does"):
        program.match(TOMTOM / "queries.meme", database)
    pretend("echo 'x'\necho '# Tomtom (Motif Comparison Tool): Version 5.0.0'\n")
    with pytest.raises(UserError, match="is not a Tomtom table"):
        program.match(TOMTOM / "queries.meme", database)
