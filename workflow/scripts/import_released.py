"""Import a released dataset (one-hot arrays in HDF5 or .npz) as dataset.h5.

Parameters
----------
released
    HDF5 or .npz file with X_train, Y_train and so on.
dataset, dataset_name
    dataset.h5 to write; name of the dataset.
parameters
    Targets, order of the channels and so on, as a dataset of type released in the registry.
"""

from importlib import metadata

from motifcnn.adapters.entry import run
from motifcnn.core.splits import SPLITS
from motifcnn.data.dataset import write_dataset
from motifcnn.data.released import read_released
from motifcnn.experiment import lookup


def main(*, released: str, dataset: str, parameters: dict, dataset_name: str) -> None:
    versions = {package: metadata.version(package) for package in ("numpy", "h5py")}
    data = read_released(released, dataset_name, versions=versions, **parameters)
    write_dataset(dataset, data)
    for split in SPLITS:
        label = getattr(data, split).label
        counts = zip(data.targets, label.sum(0).tolist(), strict=True)
        positives = ", ".join(f"{target} {number:,}" for target, number in counts)
        print(f"{split}: {len(label):,} sequences of {data.length} nt, positive: {positives}")


if __name__ == "__main__":
    run(main, lookup)
