"""Published values, so that every number of ours can stand beside its counterpart.

A file in `resources/published/` describes one paper: rows keyed by dataset, architecture,
activation, setting and layer, or attribution method, each with the number of seeds and, per metric, mean and sd or median and quartiles,
kind and source; and, where the paper gives them, the share of seeds in which each motif was found, comparisons of
activations, families of motifs and statements. `also_on` names datasets beside whose numbers those of another stand, too.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from ..core.errors import UserError
from ..core.run_key import KEY_COLUMNS, RunKey
from ..experiment.yaml_file import read_yaml
from .metrics import ATTRIBUTION_METRICS, METRICS, TABLE_METRICS, Owner
from .statements import Statement, read_statements
from .yaml_entries import in_one_line, is_count, is_names, is_number, mapping, source_of

DERIVED, SINGLE_RUN, MEDIAN = "derived", "single_run", "digitised_median"
KINDS = ("exact", DERIVED, "digitised", MEDIAN, "approx", SINGLE_RUN)

_TOP = {
    "name": str,
    "citation": str,
    "url": str,
    "epochs": int,
    "also_on": dict,
    "notes": list,
    "sources": dict,
    "rows": list,
    "shares": dict,
    "families": dict,
    "comparisons": list,
    "statements": list,
}
_IN_WORDS = {str: "text", int: "a whole number", list: "a list", dict: "a group of keys"}
# A row may leave out the setting, which is then the protocol as it stands, and the layer, which is then the first.
_ROW_KEY = ("dataset", "architecture", "activation")
_VALUE = ("mean", "sd", "kind", "source")
_MEDIAN = ("median", "kind", "source")
_COMPARISON = ("other", "metric", "p", "source")


@dataclass(frozen=True)
class Value:
    """One published number.

    Attributes
    ----------
    number
        A mean over seeds, or their median if the kind is `MEDIAN`; a fraction, or a count of motifs for `motifs_found`.
    sd
        Its sd over seeds, or None where the paper gives none.
    kind
        How firm it is, one of `KINDS`.
    source
        Where it stands, in words; the details behind a semicolon, if there are any.
    n_seeds
        Over how many trained networks.
    quartiles
        First and third, of a median; None where the paper gives none.
    """

    number: float
    sd: float | None
    kind: str
    source: str
    n_seeds: int
    quartiles: tuple[float, float] | None = None

    @property
    def spread(self) -> tuple[list[float], list[float]] | None:
        """How far it extends below and above the number, by sd or quartiles, as error bars have it; None if not known."""
        low, high = self.quartiles or (self.number - (self.sd or 0), self.number + (self.sd or 0))
        return ([self.number - low], [high - self.number]) if high > low else None

    def counterpart(self, values: Sequence[float]) -> float:
        """Return the mean of our values over seeds, or their median if that is what was published."""
        return median(values) if self.kind == MEDIAN else fmean(values)


@dataclass(frozen=True)
class PublishedComparison:
    """A comparison of two activations that a paper makes: its printed p value, or None, and where it stands."""

    p: float | None
    source: str


@dataclass(frozen=True)
class Published:
    """The values of one paper.

    Attributes
    ----------
    name, citation, url
        How the paper is called in a sentence and cited.
    epochs
        The most that its protocol allows a training; None if not known.
    notes
        What a reader of the values must know, one sentence or two each.
    values
        Key without a seed, and metric, to `Value`; for metrics of attributions, key, metric and method.
    shares
        Key without a seed, and motif, to the share of trials in which it was found.
    families
        Names of motifs of the database that count as one, by the name of the family.
    comparisons
        Key without a seed, the activation it is compared with, and metric, to `PublishedComparison`.
    statements
        What the paper says of them, to be judged by ours.
    also_on
        For a dataset of the file, others that its values, shares and comparisons are repeated for, such as another draw
        of the same sequences.
    """

    name: str
    citation: str
    url: str
    epochs: int | None = None
    notes: tuple[str, ...] = ()
    values: dict[tuple[RunKey, str] | tuple[RunKey, str, str], Value] = field(default_factory=dict)
    shares: dict[tuple[RunKey, str], float] = field(default_factory=dict)
    families: dict[str, tuple[str, ...]] = field(default_factory=dict)
    comparisons: dict[tuple[RunKey, str, str], PublishedComparison] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    also_on: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def statements_on(self, datasets: Collection[str]) -> list[Statement]:
        """Return every statement for each of `datasets` that it may be about, or, if there is none, as it was written."""
        found = []
        for one in self.statements:
            names = [name for name in (one.dataset, *self.also_on.get(one.dataset, ())) if name in datasets]
            found += [one.on(name) for name in names] or [one]
        return found

    def value(self, key: RunKey, metric: str, *method: str) -> Value | None:
        """Return the counterpart of one of our numbers, of an attribution `method` if any, or None where there is none."""
        return self.values.get((key.over_seeds, metric, *method))

    def comparison(self, key: RunKey, other: str, metric: str) -> PublishedComparison | None:
        """Return the paper's comparison of a network with the same one that has the activation `other`, if any."""
        return self.comparisons.get((key.over_seeds, other, metric))


def read_published(path: str | os.PathLike) -> Published:
    """Read and check a file of published values.

    Parameters
    ----------
    path
        YAML file; `resources/published/koo_ploenzke_2019.yaml` shows every key.

    Raises
    ------
    UserError
        The file is missing or not YAML, has an unknown key, metric, kind or source, a row twice, a
        mean or sd that is no finite number, a value of unknown n_seeds, shares outside 0 to 1, a statement that
        `statements` cannot read, or an `also_on` of a dataset without rows or with a name that has some.
    """
    content = mapping(read_yaml(path), path, "the file", _TOP, required=("name", "citation", "sources", "rows"))
    for key, kind in _TOP.items():
        if key in content and not isinstance(content[key], kind):
            raise UserError(f"{path}: {key} must be {_IN_WORDS[kind]}")

    values, seen = {}, set()
    for number, row in enumerate(content["rows"], start=1):
        where = f"row {number}"
        method = (str(row["method"]),) if isinstance(row, dict) and "method" in row else ()
        metrics = ATTRIBUTION_METRICS if method else TABLE_METRICS
        row = mapping(row, path, where, (*KEY_COLUMNS, "method", "n_seeds", *metrics), required=_ROW_KEY)
        key = _key(row, path, where)
        if (key, *method) in seen:
            what = ", ".join((key.network, *method))
            raise UserError(f"{path}: {where} repeats {what} on {key.dataset}; keep one of the two")
        seen.add((key, *method))
        if method and key.layer > 1:
            raise UserError(f"{path}: {where} has a method and layer {key.layer}; attributions are of the whole network")
        for metric in metrics:
            if metric in row:
                if METRICS[metric].owner is Owner.NETWORK and key.layer > 1:
                    raise UserError(
                        f"{path}: {where} has {metric} for layer {key.layer}, but it is a score of the whole "
                        "network; write it in the row of layer 1"
                    )
                values[key, metric, *method] = _value(row, metric, path, f"{where}, {metric}", content["sources"])
    also_on = _also_on(content.get("also_on", {}), {key.dataset for key, *_ in values}, path)
    return Published(
        name=content["name"],
        citation=in_one_line(content["citation"]),
        url=content.get("url", ""),
        epochs=content.get("epochs"),
        notes=tuple(in_one_line(note) for note in content.get("notes", ())),
        values=_repeated(values, also_on),
        shares=_repeated(_shares(content.get("shares"), path), also_on),
        families=_families(content.get("families", {}), path),
        comparisons=_repeated(
            _comparisons(content.get("comparisons", ()), path, content["sources"]), also_on
        ),
        statements=read_statements(content.get("statements"), content["sources"], path),
        also_on=also_on,
    )


def _also_on(block: dict[str, Any], datasets: Collection[str], path) -> dict[str, tuple[str, ...]]:
    named = set(datasets)
    known = ", ".join(sorted(datasets))
    for dataset, names in block.items():
        if dataset not in datasets:
            raise UserError(f"{path}: also_on names the dataset {dataset}, of which there is no row; write one of {known}")
        if not is_names(names):
            raise UserError(f"{path}: also_on, {dataset}, must be a list of names such as [{dataset}_again]")
        for name in names:
            if name in named:
                raise UserError(f"{path}: also_on, {dataset}, has {name}, which has numbers already; take it out")
            named.add(name)
    return {dataset: tuple(names) for dataset, names in block.items()}


def _repeated(found: dict[tuple, Any], also_on: Mapping[str, Sequence[str]]) -> dict[tuple, Any]:
    """Add what is found on a dataset for the others that it is true of; each key begins with a `RunKey`."""
    return found | {
        (key._replace(dataset=name), *rest): value
        for (key, *rest), value in found.items()
        for name in also_on.get(key.dataset, ())
    }


def _key(row: dict[str, Any], path, where: str) -> RunKey:
    layer = row.get("layer", 1)
    if not is_count(layer):
        raise UserError(f"{path}: {where} has the layer {layer!r}; write a whole number from 1 on")
    return RunKey.of({name: value for name, value in row.items() if name in KEY_COLUMNS})


def _value(row: dict[str, Any], metric: str, path, where: str, sources: dict[str, str]) -> Value:
    written = row[metric]
    if isinstance(written, dict) and written.get("kind") == MEDIAN:
        value = mapping(written, path, where, (*_MEDIAN, "quartiles", "n_seeds"), required=_MEDIAN) | {"sd": None}
    else:
        value = mapping(written, path, where, (*_VALUE, "n_seeds"), required=_VALUE)
    name = "median" if value["kind"] == MEDIAN else "mean"
    if not is_number(value[name]):
        raise UserError(f"{path}: {where} has the {name} {value[name]!r}; write a number")
    quartiles = value.get("quartiles")
    if quartiles is not None and not (
        isinstance(quartiles, list)
        and len(quartiles) == 2
        and all(map(is_number, quartiles))
        and quartiles[0] <= value["median"] <= quartiles[1]
    ):
        raise UserError(
            f"{path}: {where} has the quartiles {quartiles!r}; write two numbers with the median between them"
        )
    if value["sd"] is not None and not (is_number(value["sd"]) and value["sd"] >= 0):
        raise UserError(f"{path}: {where} has the sd {value['sd']!r}; write a number from 0 on, or null")
    if value["kind"] not in KINDS:
        raise UserError(f"{path}: {where} has the kind {value['kind']!r}; write one of {', '.join(KINDS)}")
    source = source_of(value, sources, path, where)
    is_single = value["kind"] == SINGLE_RUN
    n_seeds = value.get("n_seeds", 1 if is_single else row.get("n_seeds"))
    if not is_count(n_seeds):
        raise UserError(f"{path}: {where} has n_seeds {n_seeds!r}; write a whole number from 1 on")
    if is_single and (n_seeds != 1 or value["sd"] is not None):
        raise UserError(f"{path}: {where} is a {SINGLE_RUN}, which has one seed and no sd over seeds")
    sd = None if value["sd"] is None else float(value["sd"])
    return Value(
        number=float(value[name]),
        sd=sd,
        kind=value["kind"],
        source=source,
        n_seeds=n_seeds,
        quartiles=quartiles and (float(quartiles[0]), float(quartiles[1])),
    )


def _families(block: dict[str, Any], path) -> dict[str, tuple[str, ...]]:
    for family, names in block.items():
        if not is_names(names):
            raise UserError(f"{path}: families, {family}, must be a list of names such as [GATA1, GATA2]")
    return {str(family): tuple(names) for family, names in block.items()}


def _shares(block: dict | None, path) -> dict[tuple[RunKey, str], float]:
    if block is None:
        return {}
    required = ("kind", "source", "motifs", "rows")
    block = mapping(block, path, "shares", required, required)
    if not is_names(block["motifs"]):
        raise UserError(f"{path}: shares, motifs, must be a list of names such as [SP1, YY1]")
    if not isinstance(block["rows"], list):
        raise UserError(f"{path}: shares, rows, must be a list")
    shares = {}
    for number, row in enumerate(block["rows"], start=1):
        where = f"shares, row {number}"
        row = mapping(row, path, where, (*KEY_COLUMNS, "values"), required=(*_ROW_KEY, "values"))
        key = _key(row, path, where)
        if not isinstance(row["values"], list):
            raise UserError(f"{path}: {where}, values, must be a list such as [1, 0.2]")
        if len(row["values"]) != len(block["motifs"]):
            raise UserError(
                f"{path}: {where} has {len(row['values'])} values for {len(block['motifs'])} motifs; "
                "write one per motif"
            )
        for motif, share in zip(block["motifs"], row["values"], strict=True):
            if not (is_number(share) and 0 <= share <= 1):
                raise UserError(f"{path}: {where} has the share {share!r} for {motif}; write 0 to 1")
            shares[key, motif] = float(share)
    return shares


def _comparisons(
    rows: list[Any], path, sources: dict[str, str]
) -> dict[tuple[RunKey, str, str], PublishedComparison]:
    comparisons = {}
    for number, row in enumerate(rows, start=1):
        where = f"comparison {number}"
        row = mapping(row, path, where, (*KEY_COLUMNS, *_COMPARISON), required=(*_ROW_KEY, *_COMPARISON))
        key = _key(row, path, where), str(row["other"]), row["metric"]
        if row["metric"] not in TABLE_METRICS:
            raise UserError(
                f"{path}: {where} has the metric {row['metric']!r}; write one of {', '.join(TABLE_METRICS)}"
            )
        if row["p"] is not None and not (is_number(row["p"]) and 0 <= row["p"] <= 1):
            raise UserError(f"{path}: {where} has p {row['p']!r}; write a number from 0 to 1, or null")
        source = source_of(row, sources, path, where)
        if key in comparisons:
            raise UserError(f"{path}: {where} repeats an earlier one; take one of them out")
        comparisons[key] = PublishedComparison(row["p"], source)
    return comparisons
