"""Score variants with a trained network: the alternative allele against the reference, on both strands.

Parameters
----------
model, output
    model.safetensors of a run; table to write, a line per alternative allele and target.
vcf, genome
    Variants as VCF or BCF; FASTA file of their genome.
device, threads
    Where to compute: auto, cpu, cuda or mps; number of CPU threads.
"""

import sys

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_text
from motifcnn.data.peaks.genome import open_genome
from motifcnn.data.variants import allele_sequences, read_variants
from motifcnn.interpretation.variant_effects import score_variants
from motifcnn.networks import model_file
from motifcnn.training.devices import choose_device, set_precision


def main(
    *, model: str, output: str, vcf: str, genome: str, device: str = "auto", threads: int = 1
) -> None:  # fmt: skip
    set_precision("fp32", threads)
    network = model_file.load(model).to(choose_device(device))
    about, variants = network.description, read_variants(vcf)
    with open_genome(genome) as file:
        alleles = allele_sequences(variants, vcf, file, about["length"])
    table = score_variants(network, alleles, about["targets"])
    write_text(output, table.to_csv(sep="\t", index=False, float_format="%.6g", lineterminator="\n"))
    left_out = f"; {alleles.left_out:,} have no sequence and are left out" if alleles.left_out else ""
    print(f"{output}: {len(alleles.variants):,} alleles{left_out}", file=sys.stderr)


if __name__ == "__main__":
    run(main)
