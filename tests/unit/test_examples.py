"""The example scripts run, and print what the network says."""

import csv
import re
import runpy
import sys

import numpy as np
import pytest
import torch
from motifcnn.core.sequences import encode
from motifcnn.networks import model_file, saved
from repository import ROOT
from toys.gattaca import gattaca
from toys.networks import TRAINING, conv


@pytest.fixture
def model(tmp_path):
    declaration = {"layers": [conv(4, 7, activation="studied", pool=4)]}
    network = model_file.untrained(
        model_file.describe("toy", declaration, "exponential", "exponential", gattaca(1, 1, 1), 1, TRAINING)
    )
    model_file.save(tmp_path / "model.safetensors", network)
    return tmp_path / "model.safetensors"


@pytest.fixture
def run(model, monkeypatch, capsys):
    """Run the script in this process; return its exit status or last word, its stdout and its stderr."""

    def call(*arguments):
        script = str(ROOT / "examples" / "plain_network.py")
        monkeypatch.setattr(sys, "argv", list(map(str, (script, model, *arguments))))
        status = 0
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as end:
            status = end.code
        return status, *capsys.readouterr()

    return call


def table(text):
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def test_logits_and_gradients_of_a_fasta_file(model, run, tmp_path):
    texts = {"one": "GATTACA" * 5 + "GATTN", "two": "ACGT" * 10}
    fasta = tmp_path / "two.fa"
    fasta.write_text("".join(f">{name} toy\n{text[:30]}\n{text[30:]}\n" for name, text in texts.items()))
    status, out, err = run("--fasta", fasta, "--target", "b")
    assert status == 0
    network = model_file.load(model)
    logits = network(torch.from_numpy(np.stack([encode(text) for text in texts.values()])))
    for row, expected in zip(table(err), logits.tolist(), strict=True):
        assert [float(row["a"]), float(row["b"])] == pytest.approx(expected, abs=1e-4)
    rows = table(out)
    assert [(row["sequence"], int(row["position"]), row["letter"]) for row in rows] == [
        (name, position, letter) for name, text in texts.items() for position, letter in enumerate(text)
    ]
    # A gradient is how the logit changes, here that of a little of T in place of N at the end.
    plain = saved.load(model, plain=True)
    x = torch.eye(5)[torch.from_numpy(encode(texts["one"])).long()][None, :, :4].transpose(1, 2)
    more = x.clone()
    more[0, 3, 39] += 1e-3
    change = (plain.double()(more.double()) - plain(x.double()))[0, 1].item() / 1e-3
    assert float(rows[39]["T"]) == pytest.approx(change, rel=1e-2)


def test_random_sequences_are_the_same_each_time(run):
    first = run("--random", 3)
    assert first == run("--random", 3)
    assert first[0] == 0
    assert len(table(first[1])) == 3 * 40


@pytest.mark.parametrize(
    ("content", "target", "message"),
    [
        (">short\nACGT\n", "a", "short in .* has 4 nt; the network takes 40 nt"),
        ("", "a", "has no sequences"),
        (">x\n" + "A" * 40, "c", "there is no target 'c'; use one of a, b"),
    ],
)
def test_a_wrong_argument_is_one_sentence(run, tmp_path, content, target, message):
    (tmp_path / "x.fa").write_text(content)
    status, *_ = run("--fasta", tmp_path / "x.fa", "--target", target)
    assert re.fullmatch(f"error: .*{message}.*", status)
