"""Cut the DeepSEA bundle down to some of its features and write dataset.h5.

Parameters
----------
train, valid, test
    train.mat of the bundle; valid.mat, not needed if the training set is split anew; test.mat.
dataset, dataset_name
    dataset.h5 to write; name of the dataset.
checks
    JSON file to write: counts beside the published ones.
parameters
    What is made of the bundle, as a dataset of type deepsea in the registry.
factors, features
    Table of transcription factors; table of DeepSEA's features.
"""

from pathlib import Path

from motifcnn.adapters.entry import run
from motifcnn.core.files import write_json
from motifcnn.core.versions import versions
from motifcnn.data.deepsea.features import choose_targets, read_features
from motifcnn.data.deepsea.truncation import truncate
from motifcnn.experiment import lookup
from motifcnn.motifs.factors import FACTORS, read_factors

FEATURES = Path(FACTORS).with_name("deepsea_features.tsv")


def main(
    *, train: str, valid: str | None = None, test: str, dataset: str, checks: str, parameters: dict,
    dataset_name: str, factors: str = FACTORS, features: str = FEATURES,
) -> None:  # fmt: skip
    options = dict(parameters)
    targets = choose_targets(options.pop("targets"), read_factors(factors), read_features(features))
    files = {split: path for split, path in {"train": train, "valid": valid, "test": test}.items() if path}
    made_with = {key: versions()[key] for key in ("python", "numpy", "h5py")}
    found = truncate(files, dataset, targets, name=dataset_name, versions=made_with, **options)
    write_json(checks, found)
    for check in found:
        if not check["equal"]:
            print(f"warning: {check['what']}: {check['found']:,}, but {check['expected']:,} are published")
    agree = sum(check["equal"] for check in found)
    print(f"{dataset_name}: {len(targets)} targets, {agree} of {len(found)} counts agree")


if __name__ == "__main__":
    run(main, lookup)
