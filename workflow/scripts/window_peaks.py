"""Cut windows around a user's own peaks out of a genome and write dataset.h5."""

import json
from importlib import metadata

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.files import write_json, write_text
from motifcnn.data.peaks.options import PeakOptions
from motifcnn.data.peaks.windowing import window_peaks

PACKAGES = ("numpy", "h5py", "pandas", "pysam", "pyBigWig", "bioframe")


def main(*, output, parameters, name, windows=None, counts=None):
    versions = {package: metadata.version(package) for package in PACKAGES}
    found = window_peaks(output, PeakOptions.from_parameters(parameters), name, versions)
    if windows:
        table = found.rows.assign(score=0)[["chrom", "start", "end", "split", "score", "strand"]]
        write_text(windows, table.to_csv(sep="\t", index=False, header=False, lineterminator="\n"))
    if counts:
        write_json(counts, found.counts)
    for target, peaks in found.counts["peaks"].items():
        print(f"{target}: " + ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in peaks.items()))
    dropped = ", ".join(
        f"{key.replace('_', ' ')} {value:,}" for key, value in found.counts["dropped"].items()
    )
    print(f"{found.counts['bins_with_a_peak']:,} bins with a peak; dropped: {dropped}")
    if missing := found.counts["negatives_missing"]:
        print(f"{missing:,} negatives are missing, as too few windows have the GC content of the positives")
    for split, numbers in found.counts["splits"].items():
        print(f"{split}: " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in numbers.items()))


def add_arguments(parser):
    parser.add_argument("--output", required=True, help="dataset.h5 to write")
    parser.add_argument(
        "--parameters",
        required=True,
        type=json.loads,
        help="JSON object, as a dataset of type peaks: genome, peaks, chromosomes, and more",
    )
    parser.add_argument("--name", default="peaks", help="name of the dataset")
    parser.add_argument("--windows", help="BED file to write: a line per row of the dataset, in its order")
    parser.add_argument("--counts", help="JSON file to write: how many peaks, bins and windows there were")


if "snakemake" in globals():
    from_snakemake(
        main,
        snakemake,
        output=snakemake.output.dataset,
        parameters=snakemake.params.parameters,
        name=snakemake.params.name,
        windows=snakemake.output.get("windows"),
        counts=snakemake.output.get("counts"),
    )
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
