"""Summaries of runs become the tables: ours over seeds, beside published values.

The TSV files are the truth; `renderings` makes HTML, Markdown and LaTeX from them.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..core.errors import UserError
from ..core.files import read_json, write_text
from ..core.run_key import KEY_COLUMNS, RunKey
from ..interpretation.filter_tables import MODISCO
from .comparison import adjusted, beside, columns_of, is_undertrained
from .metrics import METRICS, TABLE_METRICS, Owner, match_metric
from .published import Published
from .statistics import share_of_seeds, summarise
from .yaml_entries import is_count

# Rows of one network: its filters, these patterns, the same network untrained, and its filters shuffled.
VARIANTS = ("trained", MODISCO, "untrained", "shuffled")
GROUND_TRUTH = "ground_truth"
_WHOLE = ("layer", "n_seeds", "other_n_seeds", "n_undertrained", "sequences")
_TEXT = (
    *KEY_COLUMNS[:-1],
    *("row", "motif", "target", "method", "other", "who", "metric", "source"),
    *(f"{metric}_{part}" for metric in METRICS for part in ("kind", "source")),
)
# p values of which the power of ten matters.
_SMALL = ("p", "p_holm", "p_student", "published_p")

TABLE_COLUMNS = (
    *KEY_COLUMNS,
    "row",
    "n_seeds",
    "n_undertrained",
    "max_epochs",
    *columns_of(TABLE_METRICS),
    "n_filters",
    "motifs_total",
)
MOTIFS_FOUND_COLUMNS = (*KEY_COLUMNS, "row", "motif", "n_seeds", "share", "share_low", "share_high", "filters_mean", "filters_low", "filters_high", "published_share")


def read_summaries(paths: Iterable[str | os.PathLike]) -> list[dict[str, Any]]:
    """Read the summary.json of runs and of ground-truth controls.

    Returns
    -------
    list of dict
        As the files hold them, in the order of `paths`.

    Raises
    ------
    UserError
        There is none, one lacks a key or has a layer that is no whole number, or the same layer of a
        run comes twice.
    """
    summaries, seen = [], {}
    for path in paths:
        summary = read_json(path)
        required = ("dataset", "architecture", "activation", "seed", "layer", "n_filters", "variants")
        missing = [name for name in required if not isinstance(summary, dict) or name not in summary]
        if missing:
            raise UserError(f"{path} is no summary of a run: it lacks {', '.join(missing)}")
        if not is_count(summary["layer"]):
            raise UserError(f"{path} is no summary of a run: it has the layer {summary['layer']!r}")
        key = RunKey.of(summary), MODISCO in summary["variants"]
        if key in seen:
            raise UserError(f"{path} and {seen[key]} hold the same layer of the same run; give each once")
        seen[key] = path
        summaries.append(summary)
    if not summaries:
        raise UserError("there is no summary.json to make a table of; give at least one")
    return summaries


def results_table(
    summaries: Iterable[Mapping[str, Any]],
    published: Published | None = None,
    *,
    ddof: int = 0,
) -> pd.DataFrame:
    """Mean, sd and 95% interval over seeds of every score, beside the published value.

    Parameters
    ----------
    summaries
        Contents of summary.json files, one per run and layer, and of the ground-truth controls.
    published
        Values to stand beside ours; they concern the trained rows only.
    ddof
        0: population sd, as the papers print; 1: sample sd.

    Returns
    -------
    pandas.DataFrame
        `TABLE_COLUMNS`; a row per dataset, architecture, activation, setting, layer and variant, datasets
        and networks in the order in which they come, the layers of a network together, the ground
        truth last within its dataset. NaN or "" where nothing is known. `deviation` is ours minus
        published, of means or, where a median is published, of medians; `p` is the p value of Welch's test of it and
        `p_holm` the same, adjusted for the number of tests on the dataset (Holm). Tested is what both sides have a sd
        of over two seeds or more; derived numbers are not, as they repeat others, nor is a network of which a run is
        undertrained. auROC and auPR belong to the network: trained rows of the first layer have them.
    """
    rows = []
    for (key, row), runs in groups(summaries).items():
        variants = [run["variants"][variant_of(row)] for run in runs]
        n_filters = _common(run["n_filters"] for run in runs)
        n_motifs = _common(variant.get("motifs_total") for variant in variants)
        record = key.columns | {
            "row": row,
            "n_seeds": len(runs),
            "n_undertrained": sum(is_undertrained(run, published) for run in runs),
            "max_epochs": _common(run.get("max_epochs") for run in runs),
            "n_filters": n_filters,
            "motifs_total": n_motifs,
        }
        for metric in TABLE_METRICS:
            values = [score(run, variant_of(row), metric) for run in runs]
            scale = METRICS[metric].scale(n_filters, n_motifs)
            theirs = published.value(key, metric) if published and row == "trained" else None
            is_tested = not record["n_undertrained"]
            record |= beside(metric, values, scale, theirs, ddof=ddof, is_tested=is_tested)
        rows.append(record)
    return adjusted(typed(pd.DataFrame(rows, columns=list(TABLE_COLUMNS))))


def score(summary: Mapping[str, Any], variant: str, metric: str) -> float | None:
    """Return a metric of one run and layer, or None where it has no such value.

    Parameters
    ----------
    summary
        As `read_summaries` returns it.
    variant
        One of `VARIANTS`.
    metric
        One of `TABLE_METRICS`. A metric of the network has a value for the trained filters of the first
        layer alone, so that it is counted once.
    """
    if METRICS[metric].owner is Owner.NETWORK:
        return summary.get(metric) if variant == "trained" and summary["layer"] == 1 else None
    return summary["variants"].get(variant, {}).get(metric)


def shown_metrics(summaries: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the metrics that figures show: the share of matching filters (`match_metric`) and auPR."""
    return match_metric(score(summary, "trained", "match_relevant") for summary in summaries), "aupr"


def motifs_found(summaries: Iterable[Mapping[str, Any]], published: Published | None = None) -> pd.DataFrame:
    """Which motif was found in what share of the seeds, and by how many filters.

    Parameters
    ----------
    summaries, published
        As for `results_table`.

    Returns
    -------
    pandas.DataFrame
        `MOTIFS_FOUND_COLUMNS`; a row per row of `results_table` and motif. A motif counts as found in a
        seed if at least one filter matches it; `filters_mean` is the mean number of such filters. `low` and `high`
        are ends of 95% intervals. A family of motifs that a statement about the dataset names is counted by best hits.
    """
    summaries = list(summaries)
    motifs: dict[str, list[str]] = {}
    for summary in summaries:
        known = motifs.setdefault(str(summary["dataset"]), [])
        for variant in summary["variants"].values():
            known.extend(motif for motif in variant.get("motifs") or () if motif not in known)
    rows = []
    for (key, row), runs in groups(summaries).items():
        counts = [run["variants"][variant_of(row)].get("motifs") or {} for run in runs]
        for motif in sorted(motifs[key.dataset], key=str.casefold):
            filters = [count.get(motif, 0) for count in counts]
            record = _of_motif(filters, _common(run["n_filters"] for run in runs))
            if published and row == "trained":
                record["published_share"] = published.shares.get((key, motif))
            rows.append(key.columns | {"row": row, "motif": motif} | record)
        best = [run["variants"][variant_of(row)].get("best") for run in runs]
        for family, names in _families_on(key.dataset, published).items():
            # Summaries of earlier versions lack the best hits.
            if None not in best:
                filters = [sum(count.get(name, 0) for name in names) for count in best]
                record = _of_motif(filters, _common(run["n_filters"] for run in runs))
                rows.append(key.columns | {"row": row, "motif": family} | record)
    return typed(pd.DataFrame(rows, columns=list(MOTIFS_FOUND_COLUMNS)))


def _families_on(dataset: str, published: Published | None) -> dict[str, tuple[str, ...]]:
    if not published:
        return {}
    named = {motif for one in published.statements_on({dataset}) if one.dataset == dataset for motif in one.motifs}
    return {family: names for family, names in published.families.items() if family in named}


def _of_motif(filters: list[int], n_filters: float | None) -> dict[str, Any]:
    """Columns of a row of `motifs_found`, given the number of filters that match the motif in each seed."""
    n, found = len(filters), sum(count > 0 for count in filters)
    spread = summarise(filters, METRICS["filters"].scale(n_filters, None))
    low, high = share_of_seeds(found, n) if n > 1 else (None, None)
    return {
        "n_seeds": n,
        "share": found / n,
        "share_low": low,
        "share_high": high,
        "filters_mean": spread.mean,
        "filters_low": spread.low,
        "filters_high": spread.high,
    }


def write_table(path: str | os.PathLike, table: pd.DataFrame) -> None:
    """Write a table as TSV: six decimals, whole numbers as such, empty where nothing is known.

    A column `setting` is left out where no setting is named. The p values of comparisons have three significant digits.
    """
    if "setting" in table and not table["setting"].any():
        table = table.drop(columns="setting")
    small = table.columns.intersection(_SMALL)
    table = table.assign(**{name: table[name].map("{:.3g}".format, na_action="ignore") for name in small})
    text = table.to_csv(sep="\t", index=False, float_format=_number, lineterminator="\n")
    write_text(path, text)


def read_texts(path: str | os.PathLike, columns: Iterable[str]) -> pd.DataFrame:
    """Read a table that `write_table` wrote, every cell as the text that it is.

    Parameters
    ----------
    path
        TSV file.
    columns
        The columns it must have.

    Raises
    ------
    UserError
        The file is missing, is no table or lacks a column.
    """
    try:
        table = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise UserError(f"{path} does not exist") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror})") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not a table ({error}); delete it and run again") from None
    if missing := [name for name in columns if name not in table]:
        raise UserError(f"{path} lacks the column {missing[0]}; delete it and run again")
    return table


def read_table(path: str | os.PathLike, columns: Iterable[str] = TABLE_COLUMNS) -> pd.DataFrame:
    """Read a table of ours, one of results unless other `columns` are given, with numbers as numbers.

    A column `setting` that is asked for and not there, as no setting is named, is added.

    Raises
    ------
    UserError
        As for `read_texts`, or a number is none.
    """
    table = read_texts(path, [name for name in columns if name != "setting"])
    if "setting" in columns and "setting" not in table:
        table.insert(KEY_COLUMNS.index("setting"), "setting", "")
    try:
        return typed(table.replace("", None))
    except ValueError as error:
        raise UserError(f"{path} has a cell that is no number ({error}); delete it and run again") from None


def joined(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of several tables of results, those of a dataset that stands in two of them once."""
    return pd.concat(list(tables)).drop_duplicates(ignore_index=True)


def variant_of(row: str) -> str:
    """Return which of `VARIANTS` a row of the table is about."""
    return "trained" if row == GROUND_TRUTH else row


def groups(summaries: Iterable[Mapping[str, Any]]) -> dict[tuple[RunKey, str], list[Mapping[str, Any]]]:
    """Runs by key and row, in the order of the table."""
    found: dict[RunKey, list[Mapping[str, Any]]] = {}
    for summary in summaries:
        found.setdefault(RunKey.of(summary).over_seeds, []).append(summary)
    datasets = list(dict.fromkeys(key.dataset for key in found))
    networks = list(dict.fromkeys(key.run for key in found))

    def place(key: RunKey) -> tuple:
        is_truth = key.architecture == GROUND_TRUTH
        return datasets.index(key.dataset), is_truth, networks.index(key.run), key.layer

    groups = {}
    for key in sorted(found, key=place):
        rows = (GROUND_TRUTH,) if key.architecture == GROUND_TRUTH else VARIANTS
        for row in rows:
            runs = [run for run in found[key] if variant_of(row) in run["variants"]]
            if runs:
                groups[key, row] = runs
    return groups


def _common(values: Iterable[Any]) -> Any:
    """The one value that all share; None where they differ or there is none."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table of ours its types: texts str, "" where unknown; counts int64; all else float64, NaN where unknown."""
    columns = {}
    for name in table:
        if name in _TEXT:
            columns[name] = table[name].astype(object).where(table[name].notna(), "").astype(str)
        elif name in _WHOLE:
            columns[name] = table[name].astype(np.int64)
        else:
            columns[name] = pd.to_numeric(table[name], errors="raise").astype(np.float64)
    return pd.DataFrame(columns, columns=table.columns)


def _number(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
