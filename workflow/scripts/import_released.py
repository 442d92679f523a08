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
from motifcnn.data.released import import_released
from motifcnn.experiment import lookup


def main(*, released: str, dataset: str, parameters: dict, dataset_name: str) -> None:
    versions = {package: metadata.version(package) for package in ("numpy", "h5py")}
    found = import_released(released, dataset, dataset_name, versions=versions, **parameters)
    for split, (number, positives) in found.items():
        counts = ", ".join(f"{target} {count:,}" for target, count in positives.items())
        print(f"{split}: {number:,} sequences, positive: {counts}")


if __name__ == "__main__":
    run(main, lookup)
