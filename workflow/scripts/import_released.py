"""Import a released dataset (one-hot arrays in HDF5 or .npz) and write dataset.h5."""

from importlib import metadata

from motifcnn.adapters.entry import from_command_line, from_snakemake
from motifcnn.core.sequences import ALPHABET
from motifcnn.data.dataset import SPLITS, write_dataset
from motifcnn.data.released import read_released
from motifcnn.data.strands import CHOICES


def main(*, released, output, name, targets=None, channels=ALPHABET, reverse_complement="train", source=""):
    versions = {package: metadata.version(package) for package in ("numpy", "h5py")}
    dataset = read_released(
        released,
        name,
        targets=targets,
        channels=channels,
        reverse_complement=reverse_complement,
        source=source,
        versions=versions,
    )
    write_dataset(output, dataset)
    for split in SPLITS:
        label = getattr(dataset, split).label
        positives = ", ".join(
            f"{target} {number:,}"
            for target, number in zip(dataset.targets, label.sum(0).tolist(), strict=True)
        )
        print(f"{split}: {len(label):,} sequences of {dataset.length} nt, positive: {positives}")


def add_arguments(parser):
    parser.add_argument("--released", required=True, help="HDF5 or .npz file with X_train, Y_train, …")
    parser.add_argument("--output", required=True, help="dataset.h5 to write")
    parser.add_argument("--name", default="released", help="name of the dataset")
    parser.add_argument("--targets", nargs="+", help="names of the labels, in order")
    parser.add_argument("--channels", default=ALPHABET, help="letters of the second axis of X, in order")
    parser.add_argument(
        "--reverse-complement", default="train", choices=CHOICES, help="which splits get both strands"
    )
    parser.add_argument("--source", default="", help="where the file comes from, in words")


if "snakemake" in globals():
    from_snakemake(
        main,
        snakemake,
        released=snakemake.input.released,
        output=snakemake.output.dataset,
        name=snakemake.params.name,
        **snakemake.params.parameters,
    )
elif __name__ == "__main__":
    from_command_line(main, add_arguments, __doc__)
