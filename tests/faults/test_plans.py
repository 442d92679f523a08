"""Plans that cannot work"""

import os
from pathlib import Path

import pytest
from motifcnn.core import memory
from motifcnn.data.simulate import simulate
from motifcnn.experiment.limits import count_parameters
from motifcnn.experiment.registries import join_registries
from motifcnn.motifs.jaspar import JASPAR_2016, read_database
from motifcnn.motifs.matrix_ids import widths_in
from motifcnn.networks.network import Network
from repository import RESOURCES
from toys.networks import NORM, shipped
from toys.plan_builder import plan
from toys.refusals import refused

from .promises import promise

CONV = {"type": "conv", "filters": 3, "size": 5, "activation": "studied"}


def simulated(**keys):
    """A configuration whose only dataset is simulated with these keys."""
    return {
        "datasets": ["few"],
        "define__datasets": {"few": {"type": "simulate", "motifs": ["CEBPB", "SRF"], **keys}},
    }


def network(*layers):
    grid = [{"architectures": ["big"], "activations": ["relu"]}]
    return {"define__architectures": {"big": {"layers": list(layers)}}, "grid": grid}


@promise(
    "motifs that do not fit their sequences",
    "one sentence at planning",
    {
        "sequences of 20 nt": (
            simulated(length=20),
            "dataset 'few': up to 5 motifs of up to 16 nt with gaps of 0 nt do",
        ),
        "of 10 nt": (
            simulated(length=10, p_motifs=[1.0]),
            "dataset 'few': the motif MA0083.3 is 16 nt wide and does not fit into sequences of 10 nt with gaps of 0 "
            "nt; raise length or leave the motif out",
        ),
        "gaps of 30 nt": (
            simulated(min_gap=30),
            "dataset 'few': up to 5 motifs of up to 16 nt with gaps of 30 nt do",
        ),
        "a wide motif by its id": (
            {**simulated(length=20, p_motifs=[1.0]), "define__datasets__few__motifs": ["MA0138.2"]},
            "dataset 'few': the motif MA0138.2 is 21 nt wide and does not fit into sequences of 20 nt",
        ),
        "a wide motif of negatives": (
            simulated(length=20, p_motifs=[1.0], negatives={"motifs": ["MA0138.2"]}),
            "dataset 'few': the motif MA0138.2 is 21 nt wide and does not fit into sequences of 20 nt",
        ),
    },
)
def test_motifs_that_do_not_fit(case):
    changes, sentence = case
    with refused(start=sentence):
        plan(**changes)


@promise(
    "an experiment that no memory holds",
    "one sentence at planning: how much it takes, how much there is, what to change",
    {
        "10^15 sequences": (
            simulated(n_sequences=10**15),
            "dataset 'few': 1,000,000,000,000,000 sequences of 200 nt would take 500.0 PB of memory, of which this "
            "machine has 8.0 GB free; ask for fewer",
        ),
        "sequences of 10^15 nt": (simulated(length=10**15), "would take"),
        "10^12 filters": (
            network(CONV | {"filters": 10**12}),
            "the network 'big' on synthetic: 2,420,000,000,000,000 parameters would take 38.7 PB of memory, of which "
            "this machine has 8.0 GB free; give it fewer or smaller layers",
        ),
        "filters of 10^15 nt": (network(CONV | {"size": 10**15}), "parameters would take"),
        "10^12 units": (network(CONV, {"type": "dense", "units": 10**12}), "parameters would take"),
        "10^9 seeds": (
            {"seeds": 10**9},
            "grid, item 1, asks for 1,000,000,000 trainings; a block may have at most 100,000",
        ),
    },
)
def test_too_much_for_any_machine(case, monkeypatch):
    changes, sentence = case
    monkeypatch.setattr("motifcnn.experiment.limits.free_memory", lambda: 8 * 10**9)
    with refused(sentence):
        plan(**changes)


def peaks(tmp_path, make, **keys):
    """A configuration of a dataset of peaks, of whose files one is made in another way."""
    files = {"genome": "genome.fa", "peaks": {"a": "a.bed"}, **keys}
    for path in ("genome.fa", "a.bed", "blacklist.bed", "signal.bw"):
        (make if path in str(keys) else Path.touch)(tmp_path / path)
    files |= {"chromosomes": {"valid": ["chr7"], "test": ["chr8"]}, "negatives": {"kind": "gc_matched"}}
    return {"datasets": ["own"], "define__datasets": {"own": {"type": "peaks", **files}}}


@promise(
    "a named pipe or a folder in place of a file of a dataset",
    "one sentence at planning, without waiting",
    {
        f"{what}, {kind}": (kind, keys, what)
        for kind in ("pipe", "folder")
        for what, keys in {
            "genome": {"genome": "genome.fa"},
            "peaks": {"peaks": {"a": "a.bed"}},
            "blacklist": {"blacklist": "blacklist.bed"},
            "filter": {"filter": {"file": "signal.bw", "min": 1}},
        }.items()
    },
)
def test_what_is_no_ordinary_file(case, tmp_path, monkeypatch):
    kind, keys, what = case
    monkeypatch.chdir(tmp_path)
    make = {"pipe": os.mkfifo, "folder": os.mkdir}[kind]
    with refused("is not an ordinary file; a pipe has to be", start=f"dataset 'own': {what}: "):
        plan(**peaks(tmp_path, make, **keys))


@promise("more sequences than the memory of this machine holds", "one sentence before the first is drawn", 1)
def test_too_much_for_this_machine(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 10**9)
    few = {"few": {"type": "simulate", "motifs": ["SRF"], "n_sequences": 10**7}}
    parameters = join_registries(RESOURCES, {"datasets": few})["datasets"]["few"]
    motif = {"SRF": next(motif for motif in read_database(JASPAR_2016) if motif.id == "MA0083.3")}
    with refused(
        "10,000,000 sequences of 200 nt would take 5.0 GB of memory, of which 1.0 GB are free; lower n_seq"
    ):
        simulate(motif, parameters, "few")


def test_the_parameters_of_shipped_networks_are_counted_right():
    for name, declaration in shipped().items():
        network = Network(declaration, "relu", 600, 12, NORM, ("pool", "dropout"))
        weights = sum(parameter.numel() for parameter in network.parameters() if parameter.dim() > 1)
        assert count_parameters(declaration["layers"], 600, 12) == weights, name


@pytest.mark.parametrize("database", ["jaspar2016_core_vertebrates.txt"])
def test_widths_are_those_of_the_parsed_motifs(database, tmp_path):
    path = RESOURCES / database
    assert widths_in(path) == {motif.id: motif.width for motif in read_database(path)}
    meme = tmp_path / "x.meme"
    meme.write_text(
        "MEME version 4\n\nMOTIF a\nletter-probability matrix: w= 2\n1 0 0 0\n0 1 0 0\n\n"
        "MOTIF b second\nletter-probability matrix:\n1 0 0 0\n0 1 0 0\n0 0 1 0\n\nURL x\n"
    )
    assert widths_in(meme) == {"a": 2, "b": 3}
