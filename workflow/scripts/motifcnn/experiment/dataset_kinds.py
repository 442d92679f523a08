"""What a dataset is made of: the files, the user's own or downloaded ones, and what is done with them.

Nothing here imports more than Python itself, since a plan is made where only Snakemake is installed.
"""

from collections.abc import Iterable, Mapping
from typing import Any

DOWNLOADS = "downloads"
# The key for a user's own copy of what would be downloaded, by type of dataset.
OWN_COPY = {"deepsea": "folder", "released": "file"}
_BUNDLE = ("train", "valid", "test")
# What describes a dataset or says where its files are; all else decides what is in it.
_DESCRIPTION = ("type", "title", "database", "licence", "citation", "relevant")
_PLACES = ("urls", "bundle", "keep_archive", "folder", "file")
# The importers of these types write the source into the dataset.
_WITH_SOURCE = ("peaks", "released")


def parameters(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a dataset that decide what it holds.

    Parameters
    ----------
    dataset
        As in `Plan.datasets`.
    """
    rest = {*_DESCRIPTION, *_PLACES} | (set() if dataset["type"] in _WITH_SOURCE else {"source"})
    return {key: value for key, value in dataset.items() if key not in rest}


def sequence_length(dataset: Mapping[str, Any]) -> int | None:
    """Return the length of a dataset's sequences, nt; None where only its file knows it.

    Parameters
    ----------
    dataset
        As in `Plan.datasets`.
    """
    # Simulated sequences, windows around peaks, and those of DeepSEA (Zhou & Troyanskaya 2015).
    known = {"simulate": "length", "peaks": "window"}
    return 1000 if dataset["type"] == "deepsea" else dataset.get(known.get(dataset["type"]))


def bundle_files(dataset: Mapping[str, Any]) -> dict[str, str]:
    """Return the MATLAB files of a dataset of type deepsea, by split.

    DeepSEA's validation set is not needed where a part of the training set takes its place.
    """
    folder = dataset["folder"] or f"{DOWNLOADS}/{dataset['bundle']}"
    needed = [split for split in _BUNDLE if split != "valid" or dataset["resplit"] is None]
    return {split: f"{folder}/{split}.mat" for split in needed}


def with_bundle(datasets: Mapping[str, Mapping[str, Any]], bundle: str) -> tuple[str, Mapping[str, Any]]:
    """Return the name and keys of the dataset that says where a bundle is from: the first of those that share it."""
    return next(
        (name, dataset)
        for name, dataset in datasets.items()
        if dataset["type"] == "deepsea" and dataset["bundle"] == bundle
    )


def peak_files(dataset: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Return the files of a dataset of type peaks: genome and peaks, blacklist and filter where there are any."""
    files = {"genome": dataset["genome"], "peaks": list(dataset["peaks"].values())}
    files |= {"blacklist": dataset["blacklist"]} if dataset["blacklist"] else {}
    return files | ({"filter": dataset["filter"]["file"]} if dataset["filter"] else {})


def released_file(name: str, dataset: Mapping[str, Any]) -> str:
    """Return the file of a dataset of type released, the user's own or where it is downloaded to."""
    return dataset["file"] or f"{DOWNLOADS}/released/{name}"


def advice(name: str, dataset: Mapping[str, Any], datasets: Iterable[str]) -> str:
    """Say what to do where a dataset cannot be downloaded.

    Parameters
    ----------
    name, dataset
        The dataset of type deepsea or released.
    datasets
        Names of all datasets of the experiment.
    """
    key = OWN_COPY[dataset["type"]]
    own = f"define={{datasets: {{{name}: {{{key}: PATH}}}}}}"
    text = f"run again later, what has arrived is kept; or, if you have the {key}, add --config '{own}'"
    others = [other for other in datasets if other != name]
    return text + (f"; or run without {name}: --config 'datasets=[{', '.join(others)}]'" if others else "")
