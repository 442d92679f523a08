"""The scripts for trained networks: predict.py, scan_filters.py, score_variants.py."""

import numpy as np
import pandas as pd
import predict
import pytest
import scan_filters
import score_variants
import torch
from motifcnn.core.sequences import encode, reverse_complement
from motifcnn.interpretation.filter_tables import MATCH_COLUMNS
from toys.refusals import refused
from toys.small_genome import write_genome, write_model


@pytest.fixture
def folder(tmp_path):
    write_model(tmp_path / "model.safetensors")
    letters = write_genome(tmp_path / "genome.fa")
    chr1 = letters["chr1"]
    (tmp_path / "two.fa").write_text(f">one\n{chr1[80:120]}\n>two\n{chr1[200:240]}\n")
    (tmp_path / "two.bed").write_text("chr1\t95\t105\nchr1\t210\t230\nchr2\t0\t3\n")
    other = "ACGT"["ACGT".index(chr1[100]) - 1]
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (tmp_path / "v.vcf").write_text(f"{head}chr1\t101\trs1\t{chr1[100]}\t{other}\t.\t.\t.\n")
    return tmp_path


def table(path):
    return pd.read_csv(path, sep="\t")


def test_predictions_of_fasta_and_bed_are_the_same(folder, capsys):
    common = {"model": str(folder / "model.safetensors"), "output": str(folder / "p.tsv")}
    predict.main(**common, fasta=str(folder / "two.fa"))
    fasta = table(folder / "p.tsv")
    assert list(fasta.columns) == ["name", "a", "b"]
    predict.main(**common, bed=str(folder / "two.bed"), genome=str(folder / "genome.fa"))
    bed = table(folder / "p.tsv")
    assert bed["name"].tolist() == ["chr1:95-105", "chr1:210-230"]
    assert bed[["a", "b"]].to_numpy().tolist() == fasta[["a", "b"]].to_numpy().tolist()
    assert "2 sequences; 1 intervals have no whole window" in capsys.readouterr().err


def test_logits_and_both_strands(folder):
    network = write_model(folder / "model.safetensors")
    codes = np.stack([encode(text.split("\n")[1]) for text in (folder / "two.fa").read_text().split(">")[1:]])
    logits = [
        network(torch.from_numpy(np.ascontiguousarray(one))) for one in (codes, reverse_complement(codes))
    ]
    common = {"model": str(folder / "model.safetensors"), "output": str(folder / "p.tsv")}
    predict.main(**common, fasta=str(folder / "two.fa"), values="logit", both_strands=True)
    expected = (logits[0] + logits[1]).detach().numpy() / 2
    assert table(folder / "p.tsv")[["a", "b"]].to_numpy() == pytest.approx(expected, rel=1e-4)
    predict.main(**common, fasta=str(folder / "two.fa"))
    expected = logits[0].sigmoid().detach().numpy()
    assert table(folder / "p.tsv")[["a", "b"]].to_numpy() == pytest.approx(expected, rel=1e-4)


def test_scan_of_fasta_and_bed(folder):
    common = {"model": str(folder / "model.safetensors"), "output": str(folder / "hits.bed")}
    columns = ["chrom", "start", "end", "name", "score", "strand", "activation"]
    scan_filters.main(**common, fasta=str(folder / "two.fa"))
    fasta = pd.read_csv(folder / "hits.bed", sep="\t", names=columns)
    assert set(fasta["chrom"]) == {"one", "two"}
    rows = [
        dict.fromkeys(MATCH_COLUMNS, "") | {"variant": "trained", "filter": f"filter{n}"} for n in range(4)
    ]
    rows[2] |= {"relevant_tf": "SP1", "best_name": "KLF5"}
    rows = [row | {"dead": False} for row in rows]
    pd.DataFrame(rows).to_csv(folder / "matches.tsv", sep="\t", index=False)
    places = {"bed": str(folder / "two.bed"), "genome": str(folder / "genome.fa")}
    scan_filters.main(**common, **places, matches=str(folder / "matches.tsv"))
    bed = pd.read_csv(folder / "hits.bed", sep="\t", names=columns)
    offset = fasta["chrom"].map({"one": 80, "two": 200})
    assert sorted(bed["start"]) == sorted(fasta["start"] + offset)
    assert set(bed["name"]) == {"filter0", "filter1", "filter2:SP1", "filter3"}


def test_variants(folder, capsys):
    common = {"model": str(folder / "model.safetensors"), "genome": str(folder / "genome.fa")}
    score_variants.main(**common, vcf=str(folder / "v.vcf"), output=str(folder / "v.tsv"))
    found = table(folder / "v.tsv")
    assert found[["chrom", "position", "id", "target"]].to_numpy().tolist() == [
        ["chr1", 101, "rs1", "a"],
        ["chr1", 101, "rs1", "b"],
    ]
    # The reference is what predict.py says of the same window, averaged over the strands.
    predict.main(
        model=common["model"], fasta=str(folder / "two.fa"), output=str(folder / "p.tsv"), both_strands=True
    )
    expected = table(folder / "p.tsv").loc[0, ["a", "b"]].tolist()
    assert found["probability_reference"].tolist() == pytest.approx(expected, rel=1e-4)
    assert "1 alleles" in capsys.readouterr().err


def test_nothing_is_written_after_an_error(folder):
    with refused("give either --fasta, or --bed with --genome"):
        predict.main(model=str(folder / "model.safetensors"), output=str(folder / "p.tsv"))
    with refused("chr1 in ", "has 400 nt, but the network takes 40 nt"):
        scan_filters.main(
            model=str(folder / "model.safetensors"),
            output=str(folder / "p.tsv"),
            fasta=str(folder / "genome.fa"),
        )
    assert not (folder / "p.tsv").exists()
