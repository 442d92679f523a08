"""Cut windows around a user's own peaks out of a genome and write dataset.h5.

Parameters
----------
dataset, dataset_name
    dataset.h5 to write; name of the dataset.
parameters
    Genome, peaks and what is made of them, as a dataset of type peaks in the registry.
windows
    BED file to write: a line for each row of the dataset, in its order.
counts
    JSON file to write: how many peaks, bins and windows there were.
"""

from importlib import metadata

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_json, write_text
from motifcnn.data.peaks.remarks import remarks_on_peaks
from motifcnn.data.peaks.windows import window_peaks
from motifcnn.experiment import lookup

PACKAGES = ("numpy", "h5py", "pandas", "pysam", "pyBigWig", "bioframe")


def main(
    *, dataset: str, parameters: dict, dataset_name: str, windows: str | None = None, counts: str | None = None
) -> None:  # fmt: skip
    versions = {package: metadata.version(package) for package in PACKAGES}
    found = window_peaks(dataset, parameters, dataset_name, versions)
    if windows:
        table = found.rows.assign(score=0)[["chrom", "start", "end", "split", "score", "strand"]]
        write_text(windows, table.to_csv(sep="\t", index=False, header=False, lineterminator="\n"))
    if counts:
        write_json(counts, found.counts)
    for target, peaks in found.counts["peaks"].items():
        print(f"{target}: {in_words(peaks)}")
    number, dropped = found.counts["bins_with_a_peak"], in_words(found.counts["dropped"])
    print(f"windows around each {found.counts['centre']}: {number:,} bins with a peak; dropped: {dropped}")
    for sentence in remarks_on_peaks(found.counts):
        print(f"note: {sentence}")
    for split, numbers in found.counts["splits"].items():
        print(f"{split}: " + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in numbers.items()))


def in_words(counts: dict[str, int]) -> str:
    """Return counts by name as a phrase, such as "not in genome 1,200"."""
    return ", ".join(f"{key.replace('_', ' ')} {value:,}" for key, value in counts.items())


if __name__ == "__main__":
    run(main, lookup)
