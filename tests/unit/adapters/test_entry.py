"""Run an adapter from Snakemake or from the shell: what it gets, what is printed where, and how it ends."""

import importlib
import re
import shlex
import sys
from types import SimpleNamespace
from typing import Literal

import pytest
from motifcnn.adapters.command_line import make_parser, parse, read_docstring
from motifcnn.adapters.entry import arguments_of, from_command_line, from_snakemake, run
from motifcnn.core.errors import UserError
from motifcnn.experiment import lookup
from repository import ROOT
from toys.config_file import write_config

ADAPTERS = sorted(path.stem for path in (ROOT / "workflow" / "scripts").glob("*.py"))
# Params that make Snakemake run a job again or are for its report or messages, and files that jobs find for themselves.
NOT_PASSED = {"code", "label", "own_code", "precision", "caption"} | {"train", "valid", "test"}


def job(log=(), threads=1, **named):
    """Return a stand-in for the `snakemake` object."""
    parts = {kind: named.get(kind, {}) for kind in ("input", "output", "params")}
    return SimpleNamespace(log=[str(path) for path in log], threads=threads, **parts)


def failing():
    raise UserError("the file is empty; write something into it")


def adapter(
    *, table: str, files: list[str], size: int = 3, share: float | None = None, kind: Literal["a", "b"] = "a",
    keep: bool = False, parameters: dict | None = None, threads: int = 1,
):  # fmt: skip
    """Do what an adapter does.

    It takes 100% of the time.

    Parameters
    ----------
    table, files
        table.tsv to write; files to read.
    size, share
        How large
        it is.
    kind
        One of two, 50% each.
    keep
        Keep everything.
    parameters
        Part of the configuration.
    threads
        CPU threads.
    """
    GOT.append((table, files, size, share, kind, keep, parameters, threads))


GOT = []


@pytest.fixture(autouse=True)
def _nothing_got():
    GOT.clear()


def test_a_job_logs_and_ends_with_the_sentence(tmp_path, capsys):
    log = tmp_path / "job.log"
    with pytest.raises(SystemExit) as stop:
        from_snakemake(failing, job([log]))
    assert stop.value.code == 1
    assert log.read_text() == "error: the file is empty; write something into it\n"
    # Snakemake shows it from there.
    assert capsys.readouterr().err == ""


def test_a_job_keeps_tracebacks_in_the_log(tmp_path, capsys):
    log = tmp_path / "job.log"
    with pytest.raises(ZeroDivisionError):
        from_snakemake(lambda: 1 / 0, job([log]))
    assert "ZeroDivisionError" in log.read_text()
    assert capsys.readouterr().err == ""


def test_a_full_disk_under_the_log_keeps_the_sentence_on_the_terminal(capsys):
    def talkative():
        print("a line that finds no room")
        failing()

    with pytest.raises(SystemExit):
        from_snakemake(talkative, job(["/dev/full"]))
    assert capsys.readouterr().err == "error: the file is empty; write something into it\n"
    from_snakemake(lambda: print("only a line in the log"), job(["/dev/full"]))


def test_a_job_passes_what_is_named_like_a_parameter(tmp_path):
    log = tmp_path / "job.log"
    given = job(
        [log],
        threads=2,
        input={"files": "one.tsv", "factors": "unused.tsv"},
        output={"table": "out.tsv"},
        params={"code": "0123", "parameters": {"n": 1}, "share": []},
    )
    # A single file becomes a list where one is wanted, and an empty list None where it is not.
    assert arguments_of(adapter, given) == {
        "table": "out.tsv", "files": ["one.tsv"], "share": None, "parameters": {"n": 1}, "threads": 2,
    }  # fmt: skip
    from_snakemake(adapter, given)
    assert GOT == [("out.tsv", ["one.tsv"], 3, None, "a", False, {"n": 1}, 2)]
    assert log.read_text() == ""


def test_run_tells_a_job_from_the_command_line(monkeypatch, tmp_path):
    monkeypatch.setitem(globals(), "snakemake", job(input={"files": ["x"]}, output={"table": "from a job"}))
    run(adapter)
    monkeypatch.delitem(globals(), "snakemake")
    monkeypatch.setattr(sys, "argv", ["adapter.py", "--table", "by hand", "--files", "x"])
    run(adapter)
    assert [got[0] for got in GOT] == ["from a job", "by hand"]


@pytest.mark.parametrize(("argv", "code"), [(["--x", "1"], 1), (["--y"], 2), (["--help"], 0)])
def test_exit_codes_of_the_command_line(argv, code, monkeypatch, capsys):
    def main(*, x: int):
        """What it does.

        Parameters
        ----------
        x
            A number.
        """
        failing()

    monkeypatch.setattr("sys.argv", ["tool", *argv])
    with pytest.raises(SystemExit) as stop:
        from_command_line(main)
    assert stop.value.code == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    if code == 1:
        assert printed.err == "error: the file is empty; write something into it\n"
    if code == 0:
        assert "What it does." in printed.out


def test_an_interrupted_adapter_exits_with_130(monkeypatch, capsys):
    def main():
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["tool"])
    with pytest.raises(SystemExit) as stop:
        from_command_line(main)
    assert (stop.value.code, capsys.readouterr().err) == (130, "interrupted\n")


def test_types_of_the_command_line():
    argv = "--table t --files a b --size 4 --share 0.5 --kind b --keep --threads 2"
    assert parse(adapter, lookup, argv.split())[1] == {
        "table": "t", "files": ["a", "b"], "size": 4, "share": 0.5, "kind": "b", "keep": True, "threads": 2,
    }  # fmt: skip
    # What is not given is left to the defaults of the function.
    assert parse(adapter, argv=["--table", "t", "--files", "a"])[1] == {"table": "t", "files": ["a"]}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (["--size", "many"], "argument --size: invalid int value: 'many'"),
        (["--kind", "c"], "argument --kind: invalid choice: 'c'"),
        (["--config", "c.yaml"], "--config needs --dataset-name, too"),
    ],
)
def test_a_wrong_command_line_is_refused(changes, complaint, capsys):
    with pytest.raises(SystemExit) as stop:
        parse(adapter, lookup, ["--table", "t", "--files", "a", *changes])
    assert stop.value.code == 2
    assert complaint in capsys.readouterr().err


def test_words_of_the_help():
    summary, helps = read_docstring(adapter)
    assert summary == "Do what an adapter does.\n\nIt takes 100% of the time."
    assert helps["table"] == "table.tsv to write."
    assert helps["files"] == "Files to read."
    assert helps["size"] == helps["share"] == "How large it is."
    text = make_parser(adapter).format_help()
    assert "One of two, 50% each. Default: a." in text
    assert "How large it is. Default: 3." in text


def test_positional_arguments():
    def main(*arguments: str):
        """Say something.

        Parameters
        ----------
        arguments
            Of another program.
        """

    assert parse(main, argv=["--", "--cores", "8"]) == (["--cores", "8"], {})


def test_parts_of_the_configuration_are_looked_up(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    config = write_config(
        tmp_path / "c.yaml", define={"datasets": {"synthetic": {"n_sequences": 70, "title": "Few"}}}
    )
    argv = ["--table", "t", "--files", "a", "--config", str(config), "--dataset-name"]
    parameters = parse(adapter, lookup, [*argv, "synthetic"])[1]["parameters"]
    assert parameters["n_sequences"] == 70
    assert "title" not in parameters
    with pytest.raises(UserError, match="the experiment has no dataset 'deepsea'; it has synthetic"):
        parse(adapter, lookup, [*argv, "deepsea"])
    config.write_text("experiment: [")
    with pytest.raises(UserError, match=r"c\.yaml is not valid YAML"):
        parse(adapter, lookup, [*argv, "synthetic"])


def test_parts_are_looked_up_by_what_they_depend_on():
    names = {parameter.name for part in lookup.PARTS for parameter in lookup.selectors(part)}
    assert names == lookup.SELECTORS.keys()


@pytest.mark.parametrize("name", ADAPTERS)
def test_every_adapter_is_short_and_explains_its_arguments(name):
    pytest.importorskip("requests")
    module = importlib.import_module(name)
    text = (ROOT / "workflow" / "scripts" / f"{name}.py").read_text()
    assert len(text.splitlines()) <= 60
    assert "noqa" not in text
    assert module.__doc__
    # As at the end of the adapter.
    parser = make_parser(module.main, lookup if "run(main, lookup)" in text else None)
    assert parser.description
    for action in parser._actions:
        assert action.help, action.dest
    assert parser.format_help()


def test_documented_command_lines_are_understood():
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    text = "\n".join(path.read_text().replace("\\\n", "") for path in documents)
    lines = re.findall(r"python workflow/scripts/(\w+)\.py ([^`\n]+)", text)
    for name, arguments in lines:
        make_parser(importlib.import_module(name).main, lookup).parse_args(shlex.split(arguments))
    assert len(lines) >= 8


def test_rules_name_what_the_adapters_take():
    """A misspelt input or param would silently be left to the default."""
    checked = 0
    for path in (ROOT / "workflow" / "rules").glob("*.smk"):
        for text in re.split(r"^(?:use )?rule ", path.read_text(), flags=re.M)[1:]:
            script = re.search(r"scripts/(\w+)\.py\"", text)
            script = script[1] if script else re.match(r"(\w+) as", text)[1]
            blocks = re.findall(r"^    (?:input|output|params):\n((?:        .*\n|\n)+)", text, flags=re.M)
            names = {name for block in blocks for name in re.findall(r"^ {8}(\w+)=", block, flags=re.M)}
            known = importlib.import_module(script).main.__annotations__.keys()
            assert names <= known | NOT_PASSED, (script, names - known)
            checked += len(names)
    assert checked > 80
