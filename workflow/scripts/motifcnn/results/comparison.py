"""What differs: our numbers from published ones, and networks from one another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from .metrics import METRICS, TABLE_METRICS
from .published import DERIVED, Published, Value
from .statistics import LEVEL, Scale, Spread, holm, sample_sd, summarise, welch, with_binomial_spread

_OURS = ("mean", "sd", "low", "high")
_THEIRS = ("published", "published_sd", "published_n_seeds", "deviation", "p", "p_holm", "kind", "source")


def columns_of(metrics: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that metrics have in a table, ours beside theirs."""
    return tuple(f"{metric}_{part}" for metric in metrics for part in (*_OURS, *_THEIRS))


def beside(
    metric: str,
    values: Sequence[float | None],
    scale: Scale | None,
    theirs: Value | None,
    *,
    ddof: int,
    is_tested: bool,
) -> dict[str, Any]:
    """Return our number over seeds beside the published one, by the columns of the metric.

    Parameters
    ----------
    metric
        Its name.
    values, scale, ddof
        As for `statistics.summarise`.
    theirs
        Its counterpart, if there is one.
    is_tested
        Whether the deviation is tested; not that of undertrained networks.
    """
    spread, known = summarise(values, scale, ddof), [value for value in values if value is not None]
    found = {part: getattr(spread, part) for part in _OURS}
    if theirs:
        found |= {"published": theirs.number, "published_sd": theirs.sd, "published_n_seeds": theirs.n_seeds}
        found |= {"kind": theirs.kind, "source": theirs.source}
        if known:
            found["deviation"] = theirs.counterpart(known) - theirs.number
            if is_tested:
                found["p"] = p_of_deviation(summarise(values, None, 1), theirs, scale)
    return {f"{metric}_{part}": value for part, value in found.items()}


def is_undertrained(summary: Mapping[str, Any], published: Published | None) -> bool:
    """Whether a run was given too little training.

    It is if the protocol allows fewer epochs than the published one. Where the latter is not known, it is if it
    ended for want of epochs.
    """
    allowed = summary.get("max_epochs")
    if allowed is None:
        return False
    if published and published.epochs is not None:
        return allowed < published.epochs
    return summary.get("stopped") == "epochs"


def p_of_deviation(ours: Spread, theirs: Value, scale: Scale | None) -> float | None:
    """p of Welch's test between our number and a published one; None where it cannot be made.

    The seeds of both are taken to vary at least as much as the binomial distribution has it.

    Parameters
    ----------
    ours
        With the sample's sd.
    theirs
        With the population's sd, as the papers print it.
    scale
        Of the score, ours and theirs; None if it is not known.
    """
    if theirs.sd is None or theirs.kind == DERIVED or min(ours.n, theirs.n_seeds) < 2:
        return None
    sd = sample_sd(theirs.sd, theirs.n_seeds)
    groups = (ours.mean, ours.sd, ours.n), (theirs.number, sd, theirs.n_seeds)
    return welch(*(_with_floor(*group, scale) for group in groups))


def adjusted(table: pd.DataFrame, metrics: Iterable[str] = TABLE_METRICS) -> pd.DataFrame:
    """Fill in `p_holm` from `p`, over all tests of a dataset."""
    columns = [f"{metric}_p" for metric in metrics]
    for _, rows in table.groupby("dataset", sort=False):
        p = rows[columns].stack().dropna()
        for (row, column), value in zip(p.index, holm(p.tolist()), strict=True):
            table.loc[row, f"{column}_holm"] = value
    return table


def differs(row: pd.Series, metric: str) -> bool:
    """Whether a number of ours differs from the published one, by Welch's test and Holm's adjustment.

    Parameters
    ----------
    row
        A row of the table of results or of attributions.
    metric
        One of its metrics.

    Returns
    -------
    bool
        False where nothing was tested.
    """
    # Of a NaN, no comparison is true.
    return bool(row[f"{metric}_p_holm"] <= 1 - LEVEL)


def compare(one: pd.Series, other: pd.Series, metric: str, ddof: int) -> float:
    """p of Welch's test between two networks.

    Parameters
    ----------
    one, other
        Rows of the table of results or of attributions. Their seeds are taken to vary at least as much as the
        binomial distribution has it.
    metric
        One of their metrics.
    ddof
        Of the sd in the table.

    Returns
    -------
    float
        1 where a network has one seed, or a spread that is not known.
    """
    groups = [group(row, metric, ddof) for row in (one, other)]
    p = None if None in groups else welch(*groups)
    return 1.0 if p is None else p


def group(row: pd.Series, metric: str, ddof: int, *, binomial: bool = True) -> tuple[float, float, int] | None:
    """Return mean, sample sd and n of a network's seeds; None where it has one seed, or a spread that is not known.

    Parameters
    ----------
    row, metric, ddof
        As for `compare`.
    binomial
        Whether the sd is at least what the binomial distribution has it.
    """
    mean, sd, n = row[f"{metric}_mean"], row[f"{metric}_sd"], int(row["n_seeds"])
    if n < 2 or pd.isna(sd):  # of several seeds only one has the metric
        return None
    scale = METRICS[metric].scale(row.get("n_filters"), row.get("motifs_total")) if binomial else None
    return _with_floor(mean, sd if ddof else sample_sd(sd, n), n, scale)


def _with_floor(mean: float, sd: float, n: int, scale: Scale | None) -> tuple[float, float, int]:
    return mean, with_binomial_spread(mean, sd, n, scale) if scale else sd, n
