"""From Tomtom's rows to matches per filter, and to fractions per network.

A hit is a row that meets the criterion. A filter matches *any* motif if it has a hit, and a *relevant*
motif if it has a hit in the list of a transcription factor that the dataset is about. A dead filter,
whose motif is uniform, matches nothing. Fractions are of all filters of the layer.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pandas as pd

from ..core.errors import UserError
from ..motifs.jaspar import write_counts
from ..motifs.meme import Motif, read_meme
from ..motifs.ppm import information_content
from ..motifs.tomtom.match import read_rows
from .filter_tables import MATCH_COLUMNS, MODISCO, read_arrays

QVALUE_LIMIT = 0.1


@dataclass(frozen=True)
class MatchOptions:
    """What counts as a match; the defaults are those of the schema and of the papers' code.

    Attributes
    ----------
    evalue
        Highest E-value of a hit.
    criterion
        `evalue`: hits are rows with E-value <= `evalue`; `qvalue`: those whose q-value is also below 0.1.
    relevant
        Which motifs are relevant: `auto`, those named after the targets; `papers`, the lists of the
        papers' code; `strict`, the very matrices that were planted; or the lists themselves, {factor: [ids]}.
    only_hit_ignored
        Ids of motifs: a filter that hits no others does not count as matching any motif, as in Koo &
        Ploenzke 2021 with MA0615.1. Relevant matches are not affected.
    """

    evalue: float = 0.1
    criterion: str = "evalue"
    relevant: str | Mapping[str, Sequence[str]] = "papers"
    only_hit_ignored: Sequence[str] = ()

    @classmethod
    def from_config(cls, section: Mapping[str, Any]) -> "MatchOptions":
        """Read the `protocol: matching:` section; its other keys say how Tomtom is run."""
        known = [field.name for field in fields(cls)]
        return cls(**{key: value for key, value in section.items() if key in known})


def match_filters(
    motifs: Sequence[Motif],
    rows: pd.DataFrame,
    relevant: Mapping[str, Sequence[str]],
    options: MatchOptions | None = None,
    *,
    names: Mapping[str, str] | None = None,
    n_sites: Sequence[int] | None = None,
    dead: Sequence[bool] | None = None,
) -> pd.DataFrame:
    """Find the best hit and the best relevant hit of every filter.

    The best hit has the lowest E-value (then p-value). The best relevant hit has the lowest
    q-value (then E-value, then p-value); it assigns the filter to one factor. The order of the rows
    breaks ties.

    Parameters
    ----------
    motifs
        All F filters of the layer.
    rows
        Tomtom's rows for them.
    relevant
        {factor: motif ids}.
    options
        By default `MatchOptions()`.
    names
        Names of the database's motifs by id.
    n_sites
        F numbers of sites, if known.
    dead
        F flags; by default, the filters whose motif is uniform.

    Returns
    -------
    pandas.DataFrame
        F rows in the order of `motifs` with `MATCH_COLUMNS`; text is "" and numbers are NaN where
        there is no hit. A filter that hits only what `only_hit_ignored` lists has no best hit.

    Raises
    ------
    UserError
        The rows name a filter that is not among the motifs.
    """
    options, names = options or MatchOptions(), names or {}
    if strangers := sorted(set(rows["Query_ID"]) - {motif.id for motif in motifs}):
        raise UserError(
            f"the Tomtom rows are about {strangers[0]}, which is not among the motifs; "
            "they belong to another file, delete them and run again"
        )
    if dead is None:
        dead = [bool((motif.probabilities == 0.25).all()) for motif in motifs]
    hits = rows[rows["E-value"] <= options.evalue]
    if options.criterion == "qvalue":
        hits = hits[hits["q-value"] < QVALUE_LIMIT]
    by_filter = dict(list(hits.groupby("Query_ID", sort=False)))
    none = hits.iloc[:0]

    records = []
    for index, motif in enumerate(motifs):
        own = none if dead[index] else by_filter.get(motif.id, none)
        record = {
            "filter": motif.id,
            "n_sites": None if n_sites is None else int(n_sites[index]),
            "width": len(motif.probabilities),
            "information": float(information_content(motif.probabilities).mean()),
            "dead": bool(dead[index]),
        } | {column: "" for column in MATCH_COLUMNS if column.endswith(("_id", "_name", "_tf"))}
        if not set(own["Target_ID"]) <= set(options.only_hit_ignored):
            best = own.sort_values(["E-value", "p-value"], kind="stable").iloc[0]
            record["best_id"] = best["Target_ID"]
            record["best_name"] = names.get(best["Target_ID"], "")
            record["best_evalue"] = best["E-value"]
        candidates = [own[own["Target_ID"].isin(list(ids))].assign(tf=tf) for tf, ids in relevant.items()]
        candidates = pd.concat(candidates) if candidates else none
        if len(candidates):
            best = candidates.sort_values(["q-value", "E-value", "p-value"], kind="stable").iloc[0]
            record["relevant_tf"], record["relevant_id"] = best["tf"], best["Target_ID"]
            record["relevant_evalue"], record["relevant_qvalue"] = best["E-value"], best["q-value"]
        records.append(record)
    numbers = {column: float for column in MATCH_COLUMNS if column.endswith("value")}
    matches = pd.DataFrame.from_records(records, columns=list(MATCH_COLUMNS))
    return matches.astype(numbers | {"n_sites": "Int64", "dead": bool})


def match_variants(
    variants: Sequence[str],
    motifs: Sequence[str | os.PathLike],
    rows: Sequence[str | os.PathLike],
    relevant: Mapping[str, Sequence[str]],
    options: MatchOptions | None = None,
    names: Mapping[str, str] | None = None,
    arrays: str | os.PathLike | None = None,
) -> dict[str, pd.DataFrame]:
    """Do `match_filters` with the files of each variant: its motifs, Tomtom's rows, and filters.h5 of all if any.

    The sites of filters stand in filters.h5, those of patterns (seqlets) beside their motifs.

    Raises
    ------
    UserError
        There are not as many files of motifs, or of rows, as variants.
    """
    if not len(variants) == len(motifs) == len(rows):
        raise UserError("--variants, --motifs and --tomtom do not go together; give as many of each")
    found = {}
    for variant, motif_file, row_file in zip(variants, motifs, rows, strict=True):
        # Shuffled motifs have the sites of the trained ones.
        known = read_arrays(arrays, "untrained" if variant == "untrained" else "") if arrays else {}
        sites = {"n_sites": known.get("n_sites"), "dead": known.get("dead")}
        queries, hits = read_meme(motif_file), read_rows(row_file)
        if variant == MODISCO:
            sites["n_sites"] = [pattern.nsites for pattern in queries]
        found[variant] = match_filters(queries, hits, relevant, options, names=names, **sites)
    return found


def export_counts(path: str | os.PathLike, motifs: str | os.PathLike, matches: pd.DataFrame) -> None:
    """Write filters in JASPAR format, with the numbers of sites that they were made from.

    Each is named after its relevant motif, or else its best match. Dead filters, which have no sites, are left out.
    (In filters.meme, `nsites` is the width, from which Tomtom takes the weight of its pseudocount in the papers.)

    Parameters
    ----------
    path
        File to write.
    motifs
        filters.meme.
    matches
        Their table, as `match_filters` returns it.
    """
    rows = zip(read_meme(motifs), matches.itertuples(), strict=True)
    names = {row.filter: row.relevant_tf or row.best_name or row.best_id for row in matches.itertuples()}
    counted = [(motif, row.n_sites) for motif, row in rows if not row.dead and pd.notna(row.n_sites)]
    write_counts(path, [replace(motif, name=names[motif.id], nsites=sites) for motif, sites in counted])


def summarise_matches(matches: pd.DataFrame, relevant: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Fractions of filters, and motifs found, from the table of `match_filters`.

    Returns
    -------
    dict
        `match_any`, `match_relevant`: shares of all filters. `motifs_found`: factors that at least
        one filter matches, of `motifs_total`; `motifs`: {factor: filters whose best relevant hit is one of its motifs},
        so that a filter with a matrix of a dimer counts for each of its parts.
        `one_minus_missed_per_filter`: 1 - motifs missed / filters. `dead`: number of dead filters.
        `best`: {name of a motif of the database: filters whose best hit it is}.
        What depends on `relevant` is None if that is empty.

    Raises
    ------
    UserError
        There are no filters.
    """
    n_filters = len(matches)
    if n_filters == 0:
        raise UserError("there are no filters to match; the motif file is empty, delete it and run again")
    assigned = matches["relevant_tf"]
    hits = matches[matches["best_id"] != ""]
    best = hits["best_name"].where(hits["best_name"] != "", hits["best_id"])
    motifs = {tf: int(matches["relevant_id"].isin(list(ids)).sum()) for tf, ids in relevant.items()}
    found, total = sum(count > 0 for count in motifs.values()), len(motifs)
    return {
        "match_any": float((matches["best_id"] != "").mean()),
        "match_relevant": float((assigned != "").mean()) if total else None,
        "motifs_found": found if total else None,
        "motifs": motifs,
        "motifs_total": total,
        "one_minus_missed_per_filter": (n_filters - (total - found)) / n_filters if total else None,
        "dead": int(matches["dead"].sum()),
        "best": {str(name): int(count) for name, count in sorted(best.value_counts().items())},
    }


def summarise_run(
    variants: Mapping[str, pd.DataFrame],
    relevant: Mapping[str, Sequence[str]],
    metrics: Mapping[str, Any] | None = None,
    dataset: str = "",
    layer: int = 1,
    setting: str = "",
) -> dict[str, Any]:
    """Return summary.json: the run, its scores on the test set, and `summarise_matches` of each variant.

    Parameters
    ----------
    variants
        The table of `match_filters` of each variant.
    relevant
        {factor: motif ids}.
    metrics
        The run's metrics.json; None for the ground truth, which is not trained.
    dataset
        Name of the dataset, needed if there are no metrics.
    layer
        The convolution that the filters are of, counted from 1.
    setting
        Name of the run's setting; "" adds no key.
    """
    if metrics is None:
        run = {"dataset": dataset, "architecture": "ground_truth", "activation": "", "seed": 0}
        run |= dict.fromkeys(("parameters", "best_epoch", "epochs", "stopped", "max_epochs"))
    else:
        run = {key: metrics[key] for key in ("dataset", "architecture", "activation", "seed")}
        run |= {key: metrics.get(key) for key in ("parameters", "best_epoch", "epochs", "stopped")}
        run["max_epochs"] = metrics.get("protocol", {}).get("epochs")
        means = {key: value for key, value in metrics["test"].items() if key.endswith("_mean")}
        run |= {key.removesuffix("_mean"): value for key, value in means.items()}
    if setting:
        run["setting"] = setting
    return run | {
        "layer": layer,
        "n_filters": len(next(iter(variants.values()))),
        "variants": {name: summarise_matches(matches, relevant) for name, matches in variants.items()},
    }


def in_words(summary: Mapping[str, Any]) -> str:
    """Return what `summarise_run` found, a line per variant."""
    lines = []
    for name, part in summary["variants"].items():
        relevant = "no motif is known to be relevant"
        if part["match_relevant"] is not None:
            relevant = f"{part['match_relevant']:.3f} match a relevant one, "
            relevant += f"{part['motifs_found']} of {part['motifs_total']} motifs found"
        lines.append(f"{name}: {part['match_any']:.3f} of the filters match a motif, {relevant}")
    return "\n".join(lines)
