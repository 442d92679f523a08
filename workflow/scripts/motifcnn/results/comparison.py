"""What differs: our numbers from published ones, and networks from one another."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .metrics import METRICS, TABLE_METRICS
from .published import DERIVED, Published, Value
from .statistics import LEVEL, Spread, holm, sample_sd, welch, with_binomial_spread


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


def p_of_deviation(ours: Spread, theirs: Value) -> float | None:
    """p of Welch's test between our number and a published one; None where it cannot be made.

    Parameters
    ----------
    ours
        With the sample's sd.
    theirs
        With the population's sd, as the papers print it.
    """
    if theirs.sd is None or theirs.kind == DERIVED or min(ours.n, theirs.n_seeds) < 2:
        return None
    sd = sample_sd(theirs.sd, theirs.n_seeds)
    return welch((ours.mean, ours.sd, ours.n), (theirs.number, sd, theirs.n_seeds))


def adjusted(table: pd.DataFrame) -> pd.DataFrame:
    """Fill in `p_holm` from `p`, over all tests of a dataset."""
    for _, rows in table.groupby("dataset", sort=False):
        p = rows[[f"{metric}_p" for metric in TABLE_METRICS]].stack().dropna()
        for (row, column), value in zip(p.index, holm(p.tolist()), strict=True):
            table.loc[row, f"{column}_holm"] = value
    return table


def differs(row: pd.Series, metric: str) -> bool:
    """Whether a number of ours differs from the published one, by Welch's test and Holm's adjustment.

    Parameters
    ----------
    row
        A row of the table of results.
    metric
        One of `TABLE_METRICS`.

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
        Rows of the table of results. Their seeds are taken to vary at least as much as the binomial distribution has it.
    metric
        One of `TABLE_METRICS`.
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
    sd = sd if ddof else sample_sd(sd, n)
    scale = METRICS[metric].scale(row["n_filters"], row["motifs_total"]) if binomial else None
    return mean, with_binomial_spread(mean, sd, n, scale) if scale else sd, n
