"""The made-up peaks of the tutorial hold what they promise."""

import runpy

import pytest
from motifcnn.core.sequences import encode, reverse_complement
from motifcnn.experiment.yaml_file import read_yaml
from repository import ROOT


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    make = runpy.run_path(str(ROOT / "examples" / "make_peaks.py"))["make_peaks"]
    folder = tmp_path_factory.mktemp("made") / "peaks"
    counts = make(folder, {"chr1": 300_000, "chr2": 100_000})
    return folder, counts


def read_genome(folder):
    genome = {}
    for record in (folder / "genome.fa").read_text().split(">")[1:]:
        name, *lines = record.splitlines()
        assert {len(line) for line in lines[:-1]} == {60}
        genome[name] = encode("".join(lines))
    return genome


def test_peaks_are_of_the_genome_and_have_their_motif_near_the_summit(made):
    folder, counts = made
    genome = read_genome(folder)
    assert {name: len(letters) for name, letters in genome.items()} == {"chr1": 300_000, "chr2": 100_000}
    assert list(counts) == ["CTCF", "MAX", "SP1"]
    with_box = {"MAX": 0, "CTCF": 0}
    for factor, count in counts.items():
        peaks = [line.split("\t") for line in (folder / f"{factor}.narrowPeak").read_text().splitlines()]
        assert len(peaks) == count > 50
        for chromosome, start, end, *_, summit in peaks:
            assert 0 <= int(start) < int(start) + int(summit) < int(end) <= len(genome[chromosome])
            near = genome[chromosome][int(start) + int(summit) - 35 :][:70]
            strands = [bytes(near), bytes(reverse_complement(near))]
            if factor in with_box:
                with_box[factor] += any(bytes(encode("CACGTG")) in strand for strand in strands)
    # CACGTG is the core of MAX's matrix. By chance it is in 3% of such stretches.
    assert with_box["MAX"] > 0.4 * counts["MAX"]
    assert with_box["CTCF"] < 0.2 * counts["CTCF"]


def test_the_configuration_of_the_tutorial_names_its_files(made):
    dataset = read_yaml(ROOT / "config" / "tutorial.yaml")["define"]["datasets"]["peaks"]
    named = {dataset["genome"], *dataset["peaks"].values()}
    assert named == {f"data/tutorial/{path.name}" for path in made[0].iterdir()}
