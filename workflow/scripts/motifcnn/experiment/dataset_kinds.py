"""The kinds of dataset: what can be said about one before any of its files is read.

The `type` of a dataset names its kind, an entry of `KINDS`. What a definition may hold is in the schema,
under `dataset_types`; how the dataset is made, in `motifcnn.data`.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..core.errors import UserError
from ..core.splits import SPLITS, split_sizes

_DOWNLOADS = "downloads"
Definition = Mapping[str, Any]

# Keys that describe a dataset without changing what is in it.
_DESCRIPTIVE = {"type", "title", "database", "licence", "citation", "relevant"}
# Bytes of dataset.h5 per letter, labels and planted motifs included; measured with 25,000 sequences of 200 nt.
_BYTES_PER_LETTER = 0.41


class Size(NamedTuple):
    """Size of a dataset: length of its sequences (nt), number of targets, sequences per split."""

    length: int
    targets: int
    train: int
    valid: int
    test: int

    @property
    def bytes(self) -> float:
        """Approximate size of dataset.h5 in bytes."""
        return _BYTES_PER_LETTER * self.length * (self.train + self.valid + self.test)


class DatasetKind:
    """A kind of dataset. Each method takes a definition, complete with defaults, as in `Plan.datasets`.

    Attributes
    ----------
    maker
        The rule that writes dataset.h5.
    maker_seconds
        Roughly how long that takes, CPU seconds; None where it depends on the user's files.
    downloader
        The rule that downloads what the dataset is made of, or None.
    download_note
        What a user should know before that download starts.
    own_copy
        Key for a user's own copy of what would be downloaded, or None.
    locations
        Keys that say where files are, but not what is in them.
    source_is_stored
        Whether `source` is written into dataset.h5.
    accounts
        What the maker also writes about the dataset, as JSON: `checks`, its counts beside published ones, or
        `counts`, of peaks and windows.
    relevant
        Which motifs are relevant, where the configuration does not say.
    """

    maker: str
    maker_seconds: float | None = None
    downloader: str | None = None
    download_note = ""
    own_copy: str | None = None
    locations: frozenset[str] = frozenset()
    source_is_stored = False
    accounts: tuple[str, ...] = ()
    relevant = "papers"

    def parameters(self, definition: Definition) -> dict[str, Any]:
        """Return the keys that decide what the dataset holds; a change in any other re-makes nothing."""
        left_out = _DESCRIPTIVE | self.locations | (set() if self.source_is_stored else {"source"})
        return {key: value for key, value in definition.items() if key not in left_out}

    def files(self, name: str, definition: Definition) -> dict[str, str | list[str]]:
        """Return the files that the dataset is made of, the user's own or downloaded, by what they are."""
        return {}

    def each_file(self, name: str, definition: Definition) -> list[tuple[str, str]]:
        """Return every one of `files` as (what it is, path)."""
        return [
            (what, path)
            for what, paths in self.files(name, definition).items()
            for path in ([paths] if isinstance(paths, str) else paths)
        ]

    def is_downloaded(self, definition: Definition) -> bool:
        """Tell whether what the dataset is made of is downloaded, not the user's own copy of it."""
        return self.own_copy is not None and not definition[self.own_copy]

    def targets(self, definition: Definition) -> list[str] | None:
        """Return the names of the labels, or None where only the dataset's file knows them."""
        return list(definition["targets"]) if definition["targets"] else None

    def sequence_length(self, definition: Definition) -> int | None:
        """Return the length of the sequences (nt), or None where only the dataset's file knows it."""
        return None

    def size(self, definition: Definition) -> Size | None:
        """Return the size that the dataset will have, or None where it cannot be known in advance."""
        return None

    def truth_is_known(self, definition: Definition, factors: Iterable[str]) -> bool:
        """Tell whether we know which motifs the filters should find.

        They are planted, or they are those of the targets, if all of these are in `factors`, the table of
        transcription factors, and the user does not name the relevant motifs instead.
        """
        targets = self.targets(definition)
        listed = isinstance(definition["relevant"], Mapping) and bool(definition["relevant"])
        return bool(targets) and set(targets) <= set(factors) and not listed

    def planted_motifs(self, definition: Definition) -> list[str]:
        """Return the motifs that are planted: factors, or ids of the dataset's database."""
        return []

    def positions_are_known(self, definition: Definition) -> bool:
        """Tell whether we know where in a sequence its motifs are."""
        return False

    def check(self, definition: Definition, where: str) -> None:
        """Check what the schema cannot express; `where` says where the definition stands.

        Raises
        ------
        UserError
            Keys contradict each other.
        """

    def check_place(self, definition: Definition, name: str) -> None:
        """Check that it is known where the files of a dataset are, which matters once it is used.

        Raises
        ------
        UserError
            The dataset can neither be downloaded nor is there a copy of the user's own.
        """
        if self.is_downloaded(definition) and not definition["urls"]:
            raise UserError(
                f"the dataset '{name}' must have either {self.own_copy}, where you have it, or urls to download it "
                f"from; if you have the {self.own_copy}, add --config '{_own_copy(name, self.own_copy)}'"
            )


class Simulated(DatasetKind):
    """Random sequences with planted motifs."""

    maker = "simulate_dataset"
    maker_seconds = 2.0

    def targets(self, definition):
        negatives = definition["negatives"]
        return [negatives["target"]] if negatives else list(definition["motifs"])

    def sequence_length(self, definition):
        return definition["length"]

    def size(self, definition):
        rows = split_sizes(definition["n_sequences"], definition["split"])
        return Size(definition["length"], len(self.targets(definition)), *rows)

    def planted_motifs(self, definition):
        return [*definition["motifs"], *(definition["negatives"] or {"motifs": ()})["motifs"]]

    def positions_are_known(self, definition):
        return True

    def truth_is_known(self, definition, factors):
        # A target that is told from negatives has no motif of its own.
        return not definition["negatives"]

    def check(self, definition, where):
        if definition["negatives"] and definition["stream"] == "legacy":
            raise UserError(f"{where} has negatives, which `stream: legacy` cannot draw; leave `stream` out")
        for key in ("p_motifs", "background", "split"):
            shares = definition[key]
            if isinstance(shares, list) and not math.isclose(sum(shares), 1, abs_tol=1e-6):
                raise UserError(f"{where}.{key} adds up to {sum(shares):.6g}, but must add up to 1")
        if min(split_sizes(definition["n_sequences"], definition["split"])) < 1:
            raise UserError(
                f"{where}.n_sequences is {definition['n_sequences']}, which is too few for the split "
                f"{definition['split']}: each of train, valid and test needs at least one sequence"
            )


class DeepSea(DatasetKind):
    """The DeepSEA training bundle (Zhou & Troyanskaya 2015), cut down to some of its features."""

    maker = "truncate_deepsea"
    # Of a made-up bundle of the true size (docs/reproductions/rehearsal.md); nearly all of it is unpacking.
    maker_seconds = 70.0
    downloader = "download_deepsea"
    download_note = "The DeepSEA bundle is several gigabytes and takes 30 GB of disk while it is unpacked."
    own_copy = "folder"
    locations = frozenset({"urls", "bundle", "keep_archive", "folder"})
    source_is_stored = True
    accounts = ("checks",)

    def files(self, name, definition):
        folder = definition["folder"] or f"{_DOWNLOADS}/{definition['bundle']}"
        # The validation file is not needed where part of the training windows takes its place.
        needed = [split for split in SPLITS if split != "valid" or definition["resplit"] is None]
        return {split: f"{folder}/{split}.mat" for split in needed}

    def sequence_length(self, definition):
        return 1000

    def size(self, definition):
        """Derive the size from the published counts, where they are those of the same targets."""
        expected = definition["expected"]
        kept, rows = expected.get("kept", {}), expected.get("rows", {})
        counted = expected.get("positives", {}).get("train", {})
        if not {"train", "test"} <= kept.keys() or set(counted) != set(definition["targets"]):
            return None
        train, test = kept["train"], kept["test"]
        if definition["resplit"] is not None:
            valid = round(train * definition["resplit"])
            train -= valid
        elif "valid" in kept:
            valid = kept["valid"]
        else:
            # About the same share of the windows has a peak.
            valid = round(rows["valid"] * train / rows["train"]) if {"valid", "train"} <= rows.keys() else 0
        # The published counts are of both strands.
        strands = 1 if definition["reverse_complement"] else 2
        return Size(1000, len(counted), train // strands, valid // strands, test // strands)


class Peaks(DatasetKind):
    """Windows of a genome around a user's own peaks."""

    maker = "window_peaks"
    source_is_stored = True
    accounts = ("counts",)
    relevant = "auto"

    def files(self, name, definition):
        files = {"genome": definition["genome"], "peaks": list(definition["peaks"].values())}
        files |= {"blacklist": definition["blacklist"]} if definition["blacklist"] else {}
        return files | ({"filter": definition["filter"]["file"]} if definition["filter"] else {})

    def targets(self, definition):
        return list(definition["peaks"])

    def sequence_length(self, definition):
        return definition["window"]

    def check(self, definition, where):
        window, bin_width = definition["window"], definition["bin"]
        if window < bin_width or (window - bin_width) % 2:
            raise UserError(
                f"{where}.window is {window}, which cannot be centred on a bin of {bin_width} nt; it must be as wide "
                "as the bin or wider by an even number, such as window: 1000 for bin: 200"
            )
        if len(definition["peaks"]) == 1 and not definition["negatives"]:
            raise UserError(
                f"{where} has a single target, {next(iter(definition['peaks']))}, which is positive in every window: "
                "nothing to tell apart; add 'negatives: {kind: gc_matched}'"
            )
        seen: dict[str, str] = {}
        for split in SPLITS:
            for name in definition["chromosomes"][split] or ():
                if name in seen:
                    raise UserError(
                        f"{where}.chromosomes has {name} in {seen[name]} and in {split}; leave it in one of them"
                    )
                seen[name] = split


class Released(DatasetKind):
    """One-hot arrays that somebody released."""

    maker = "import_released"
    maker_seconds = 5.0
    downloader = "download_file"
    own_copy = "file"
    locations = frozenset({"urls", "file"})
    source_is_stored = True
    relevant = "auto"

    def files(self, name, definition):
        return {"released": definition["file"] or f"{_DOWNLOADS}/released/{name}"}

    def positions_are_known(self, definition):
        return definition["models"]


KINDS: dict[str, DatasetKind] = {
    "simulate": Simulated(),
    "deepsea": DeepSea(),
    "peaks": Peaks(),
    "released": Released(),
}


def kind_of(definition: Definition) -> DatasetKind:
    """Return the kind of a dataset."""
    return KINDS[definition["type"]]


def bundle_owners(datasets: Mapping[str, Definition]) -> dict[str, str]:
    """Return, for each bundle to download, the first dataset made of it, which says where from."""
    downloaded = [name for name, dataset in datasets.items() if "bundle" in dataset and not dataset["folder"]]
    return {datasets[name]["bundle"]: name for name in reversed(downloaded)}


def download_advice(name: str, datasets: Mapping[str, Definition]) -> str:
    """Say what to do if one of the experiment's datasets, `name`, cannot be downloaded."""
    key = kind_of(datasets[name]).own_copy
    text = f"run again later; or, if you have the {key}, add --config '{_own_copy(name, key)}'"
    others = [other for other in datasets if other != name]
    return text + (f"; or run without {name}: --config 'datasets=[{', '.join(others)}]'" if others else "")


def _own_copy(name: str, key: str) -> str:
    return f"define={{datasets: {{{name}: {{{key}: PATH}}}}}}"
