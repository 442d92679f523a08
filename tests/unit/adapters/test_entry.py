"""Both doors of an adapter: what is printed where, and how it ends."""

from types import SimpleNamespace

import pytest
from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.errors import UserError


def failing(**_):
    raise UserError("the file is empty; write something into it")


def test_snakemake_door_logs_and_ends_with_the_sentence(tmp_path, capsys):
    log = tmp_path / "job.log"
    with pytest.raises(SystemExit) as stop:
        from_snakemake(failing, SimpleNamespace(log=[str(log)]))
    assert stop.value.code == 1
    assert log.read_text() == "error: the file is empty; write something into it\n"
    assert capsys.readouterr().err == log.read_text()


def test_snakemake_door_keeps_tracebacks_in_the_log(tmp_path, capsys):
    log = tmp_path / "job.log"
    with pytest.raises(ZeroDivisionError):
        from_snakemake(lambda: 1 / 0, SimpleNamespace(log=[str(log)]))
    assert "ZeroDivisionError" in log.read_text()
    assert capsys.readouterr().err == ""


def test_a_full_disk_under_the_log_keeps_the_sentence_on_the_terminal(capsys):
    def talkative(**_):
        print("a line that finds no room")
        failing()

    with pytest.raises(SystemExit):
        from_snakemake(talkative, SimpleNamespace(log=["/dev/full"]))
    assert capsys.readouterr().err == "error: the file is empty; write something into it\n"
    from_snakemake(lambda: print("only a line in the log"), SimpleNamespace(log=["/dev/full"]))


def test_snakemake_door_passes_arguments(tmp_path):
    log, got = tmp_path / "job.log", {}
    from_snakemake(lambda **a: (got.update(a), print("done")), SimpleNamespace(log=[str(log)]), x=1)
    assert got == {"x": 1}
    assert log.read_text() == "done\n"


@pytest.mark.parametrize(("argv", "code"), [(["--x", "1"], 1), (["--y"], 2), (["--help"], 0)])
def test_command_line_door(argv, code, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["tool", *argv])
    with pytest.raises(SystemExit) as stop:
        from_command_line(
            failing, lambda parser: parser.add_argument("--x", help="a number"), "What it does."
        )
    assert stop.value.code == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    if code == 1:
        assert printed.err == "error: the file is empty; write something into it\n"
    if code == 0:
        assert "What it does." in printed.out
