import subprocess
import sys

import match_motifs
import pytest
from motifcnn.core.errors import UserError
from motifcnn.motifs.meme import read_meme, write_meme
from motifcnn.motifs.tomtom import match
from repository import ROOT
from threadpoolctl import threadpool_info, threadpool_limits

DATA = ROOT / "tests" / "data" / "tomtom"
SCRIPT = ROOT / "workflow" / "scripts" / "match_motifs.py"


@pytest.fixture
def two_files(tmp_path):
    motifs = read_meme(DATA / "queries.meme")
    write_meme(tmp_path / "a.meme", motifs[:2])
    write_meme(tmp_path / "b.meme", motifs[2:3])
    return [str(tmp_path / name) for name in ("a.meme", "b.meme")]


def test_command_line(tmp_path, two_files):
    outputs = [str(tmp_path / "out" / name) for name in ("a.tsv", "b.tsv")]
    command = [sys.executable, str(SCRIPT), "--queries", *two_files, "--database", "jaspar2016"]
    command += ["--evalue", "0.1", "--engine", "numpy", "--output", *outputs]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert ended.returncode == 0
    first, second = ended.stderr.splitlines()
    assert first.startswith(f"{two_files[0]}: 2 queries x 519 targets, 3 matches, ")
    assert second.startswith(f"{two_files[1]}: 1 queries x 519 targets, ")
    rows = match.read_rows(outputs[0])
    assert rows.Target_ID.tolist() == ["MA0139.1", "MA0149.1", "MA0528.1"]


def test_each_file_is_searched_by_itself(tmp_path, two_files):
    both = [tmp_path / "1.tsv", tmp_path / "2.tsv"]
    match_motifs.main(queries=two_files, output=both)
    match_motifs.main(queries=two_files[1:], output=[tmp_path / "alone.tsv"])
    assert both[1].read_bytes() == (tmp_path / "alone.tsv").read_bytes()


def test_the_database_may_be_a_path_as_the_workflow_gives_it(tmp_path, two_files, monkeypatch):
    monkeypatch.chdir(ROOT)
    one = {"queries": two_files[1:], "output": [tmp_path / "path.tsv"]}
    match_motifs.main(**one, database="resources/jaspar2016_core_vertebrates.txt")
    match_motifs.main(queries=two_files[1:], output=[tmp_path / "name.tsv"])
    assert (tmp_path / "path.tsv").read_bytes() == (tmp_path / "name.tsv").read_bytes()


def test_blas_gets_one_thread(tmp_path, two_files, monkeypatch):
    match_of_engine, threads = match.match, []

    def spy(*arguments):
        threads.extend(
            library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
        )
        return match_of_engine(*arguments)

    monkeypatch.setattr(match, "match", spy)
    with threadpool_limits(limits=2, user_api="blas"):
        match_motifs.main(queries=two_files[:1], output=[tmp_path / "out.tsv"])
    assert threads
    assert set(threads) == {1}


def test_dropped_targets_are_not_searched(tmp_path, two_files):
    out = tmp_path / "out.tsv"
    match_motifs.main(queries=two_files[:1], output=[out], drop=["MA0139.1"])
    assert match.read_rows(out).Target_ID.tolist() == ["MA0149.1", "MA0528.1"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"output": ["x.tsv", "y.tsv", "z.tsv"]}, "2 query files but 3 outputs"),
        ({"output": ["x.tsv", "x.tsv"]}, "x.tsv is given twice"),
        ({"queries": ["a.meme", "a.meme"]}, "a.meme is given twice"),
        ({"evalue": -1}, "is -1; write a number above 0"),
        ({"evalue": float("nan")}, "is nan; write a number above 0"),
        ({"database": "no.meme"}, "no.meme cannot be read"),
        ({"drop": ["MA9999.9"]}, "MA9999.9 to drop is not in"),
    ],
)
def test_bad_arguments_get_one_clear_sentence_and_no_file(
    tmp_path, two_files, monkeypatch, changes, sentence
):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UserError, match=sentence):
        match_motifs.main(**{"queries": two_files, "output": ["x.tsv", "y.tsv"], **changes})
    assert sorted(tmp_path.iterdir()) == before


def test_engine_meme_without_the_program(tmp_path, two_files, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="the program tomtom is not on the PATH"):
        match_motifs.main(queries=two_files, output=[tmp_path / "1", tmp_path / "2"], engine="meme")
    assert not (tmp_path / "1").exists()
