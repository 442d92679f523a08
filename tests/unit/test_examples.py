"""The example of a trained network runs, says what our own code says, and is the notebook."""

import json
import os
import re
import runpy
import sys

import numpy as np
import pandas as pd
import pytest
import torch
from motifcnn.interpretation.attribution.methods import attribute
from motifcnn.networks import model_file, saved
from repository import ROOT
from toys.small_genome import write_genome, write_model

SCRIPT = ROOT / "examples" / "use_a_model.py"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    write_model(tmp_path / "model.safetensors")
    letters = write_genome(tmp_path / "genome.fa")["chr1"]
    rows = [f">s{start}\n{letters[start : start + 40]}\n" for start in range(0, 400, 40)]
    (tmp_path / "s.fa").write_text("".join(rows))
    return tmp_path


def run(folder, monkeypatch, *more, fasta="s.fa"):
    """Run the script in this process; return its variables."""
    arguments = (SCRIPT, folder / "model.safetensors", folder / fasta, *more)
    monkeypatch.setattr(sys, "argv", list(map(str, arguments)))
    return runpy.run_path(str(SCRIPT), run_name="__main__")


def test_it_says_what_our_own_methods_say(folder, monkeypatch):
    pytest.importorskip("tangermeme")
    pytest.importorskip("logomaker")
    found = run(folder, monkeypatch, "b", folder / "out")
    codes = found["sequences"].codes
    logits = model_file.load(folder / "model.safetensors")(torch.from_numpy(codes))
    predictions = pd.read_csv(folder / "out" / "predictions.tsv", sep="\t", index_col=0)
    assert list(predictions.index) == [f"s{start}" for start in range(0, 400, 40)]
    assert predictions[["a", "b"]].to_numpy() == pytest.approx(logits.sigmoid().detach().numpy(), rel=1e-4)
    assert (folder / "out" / "logos.png").stat().st_size > 10_000
    # Mutagenesis, less the mean over the letters, is what a letter adds to that mean.
    network = saved.load(folder / "model.safetensors", plain=True)
    ours = attribute(network, codes[:8], "mutagenesis", target=1, corrected=True).hypothetical
    assert found["mutagenesis"].numpy() == pytest.approx(ours, abs=1e-4)
    # The rule of the exponential is registered: the contributions add up.
    assert found["missed"] < 1e-4
    if "error" in found:
        assert float(found["error"].abs().max()) < 0.02 * float(np.abs(logits.detach().numpy()).mean()) + 0.01


@pytest.mark.parametrize(
    ("content", "target", "message"),
    [
        (">short\nACGT\n", "a", "short in .* has 4 nt, but the network takes 40 nt"),
        ("", "a", "cannot be read as FASTA"),
        (">x\n" + "A" * 40, "c", "there is no target 'c'; use one of a, b"),
    ],
)
def test_a_wrong_argument_is_one_sentence(folder, monkeypatch, content, target, message):
    (folder / "x.fa").write_text(content)
    with pytest.raises(SystemExit) as ended:
        run(folder, monkeypatch, target, fasta="x.fa")
    assert re.fullmatch(f"error: .*{message}.*", ended.value.code)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT)])
    with pytest.raises(SystemExit, match="error: give a model and a FASTA file"):
        runpy.run_path(str(SCRIPT), run_name="__main__")


@pytest.mark.slow
def test_jupyter_executes_the_notebook(folder, monkeypatch):
    # Not among the packages of ./run: pip install nbclient ipykernel
    nbclient, nbformat = pytest.importorskip("nbclient"), pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("tangermeme")
    pytest.importorskip("logomaker")
    # The notebook is started in examples/, beside workflow/, with the reader's files in it.
    examples = folder / "examples"
    examples.mkdir()
    (folder / "workflow").symlink_to(ROOT / "workflow")
    (folder / "model.safetensors").rename(examples / "model.safetensors")
    (folder / "s.fa").rename(examples / "sequences.fa")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    notebook = nbformat.read(SCRIPT.with_suffix(".ipynb"), as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(examples)}})
    client.execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("s0" in str(output) for output in outputs)
    assert not any(output["output_type"] == "error" for output in outputs)


def test_the_notebook_has_the_cells_of_the_script():
    text = SCRIPT.with_suffix(".ipynb").read_text(encoding="utf-8")
    made = runpy.run_path(str(SCRIPT.with_name("make_notebook.py")))["notebook"](
        SCRIPT.read_text(encoding="utf-8")
    )
    assert text == made, "run python examples/make_notebook.py"
    cells = json.loads(text)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    for number, source in enumerate(code):
        compile(source, f"cell {number}", "exec")
    assert "".join(cells[0]["source"]).startswith("# Using a trained network\n")
    assert len(code) >= 6
