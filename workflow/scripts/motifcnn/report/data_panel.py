"""What the report says about the data themselves: sequences, targets and their motifs, and what was lost."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..core.errors import UserError
from ..core.files import read_json
from ..core.splits import SPLITS
from ..data.peaks.remarks import remarks_on_peaks

_KEYS = {"dataset", "length", "targets", "splits", "relevant", "without_motif", "counts", "checks"}
# A longer table of targets is folded.
_UNFOLDED = 24
# More motifs of one target would make its line too long.
_MAX_MOTIFS = 6


class Check(NamedTuple):
    """A dataset's counts beside published ones: how many were compared, and those that differ."""

    dataset: str
    compared: int
    different: tuple[Mapping[str, Any], ...]


class Panel(NamedTuple):
    """What is said about a dataset; numbers are texts.

    Attributes
    ----------
    dataset
        Its name.
    length
        Length of the sequences, nt.
    splits
        Per split: its name, sequences, and those that no target binds.
    columns
        Heads of the table of targets, after the name of the target and before its motifs.
    targets
        Per target: name, the cells under `columns`, its motifs, and whether it is known to have none.
    factors
        The relevant motifs of factors that are no targets, as lines.
    folded
        Whether there are too many targets to show them at once.
    peaks
        What windows are centred on and which were dropped, or "".
    remarks
        What a reader should know of it, sentences without a full stop.
    check
        Its counts beside published ones, or None.
    """

    dataset: str
    length: str
    splits: tuple[tuple[str, str, str], ...]
    columns: tuple[str, ...]
    targets: tuple[tuple[str, tuple[str, ...], str, bool], ...]
    factors: tuple[str, ...]
    folded: bool
    peaks: str
    remarks: tuple[str, ...]
    check: Check | None


def read_descriptions(paths: Iterable[str | os.PathLike]) -> tuple[dict[str, Any], ...]:
    """Read the data.json of datasets, as `data.description.describe_dataset` describes it.

    Raises
    ------
    UserError
        A file is missing or is no such description.
    """
    found = []
    for path in map(Path, paths):
        description = read_json(path)
        if not isinstance(description, dict) or not description.keys() >= _KEYS:
            raise UserError(f"{path} does not describe a dataset; delete it and run again")
        found.append(description)
    return tuple(found)


def data_panel(description: Mapping[str, Any]) -> Panel:
    """Put what is known of a dataset into words."""
    splits, counts, relevant = description["splits"], description["counts"], description["relevant"]
    rows = []
    for target in description["targets"]:
        cells = []
        if counts:
            peaks = counts["peaks"][target]
            cells += [_number(peaks["read"]), _number(peaks["not_in_genome"]), _number(peaks["without_bin"])]
        cells += [_number(splits[split]["positives"][target]) for split in SPLITS]
        cells.append(share(prevalence(description, target)))
        rows.append((target, tuple(cells), *_motifs(description, target)))
    columns = ("Peaks", "not in genome", "without a window") if counts else ()
    return Panel(
        dataset=description["dataset"],
        length=_number(description["length"]),
        splits=tuple(
            (split, _number(splits[split]["sequences"]), _number(splits[split]["without_target"]))
            for split in SPLITS
        ),
        columns=(*columns, *SPLITS, "prevalence"),
        targets=tuple(rows),
        factors=tuple(
            f"{factor}: {_in_words(relevant[factor])}"
            for factor in relevant
            if factor not in description["targets"]
        ),
        folded=len(rows) > _UNFOLDED,
        peaks=_windows(counts) if counts else "",
        remarks=tuple(
            f"{description['dataset']}: {one}" for one in (remarks_on_peaks(counts) if counts else ())
        ),
        check=_check(description),
    )


def prevalence(description: Mapping[str, Any], target: str) -> float | None:
    """Return the share of the test sequences that a target binds, the auPR of a guess; None if there are none."""
    test = description["splits"]["test"]
    return test["positives"][target] / test["sequences"] if test["sequences"] else None


def share(value: float | None) -> str:
    """Return a share as text, "–" for None."""
    return "–" if value is None else f"{value:.3f}"


def _motifs(description: Mapping[str, Any], target: str) -> tuple[str, bool]:
    missing = target in description["without_motif"]
    motifs = description["relevant"].get(target, ())
    return ("none in the database" if missing else _in_words(motifs)), missing


def _in_words(motifs: Iterable[tuple[str, str]]) -> str:
    words = [f"{identifier} {name}".strip() for identifier, name in motifs]
    more = f" and {len(words) - _MAX_MOTIFS} more" if len(words) > _MAX_MOTIFS else ""
    return ", ".join(words[:_MAX_MOTIFS]) + more


def _windows(counts: Mapping[str, Any]) -> str:
    what = "the summits of peaks" if counts["centre"] == "summit" else "bins that peaks cover"
    dropped = [f"{_number(n)} {reason.replace('_', ' ')}" for reason, n in counts["dropped"].items() if n]
    left_out = f"; left out: {', '.join(dropped)}" if dropped else "; none was left out"
    missing = f" {_number(n)} negatives are missing." if (n := counts["negatives_missing"]) else ""
    return (
        f"Windows are centred on {what}, at {_number(counts['bins_with_a_peak'])} places{left_out}.{missing}"
    )


def _check(description: Mapping[str, Any]) -> Check | None:
    lines = description["checks"]
    if not lines:
        return None
    different = tuple(line for line in lines if not line["equal"])
    return Check(description["dataset"], len(lines), different)


def _number(value: int) -> str:
    return f"{value:,}"
