"""Every pair of activations of a network: how far apart their numbers are, and whether that can be chance."""

from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from ..core.run_key import KEY_COLUMNS, RunKey
from .comparison import group
from .metrics import METRICS, Owner, match_metric
from .published import Published
from .statistics import hedges_g, holm, student, welch
from .tables import typed

PAIR_COLUMNS = (
    *KEY_COLUMNS,
    "method",
    "other",
    "metric",
    "n_seeds",
    "other_n_seeds",
    "mean",
    "other_mean",
    "difference",
    "g",
    "g_low",
    "g_high",
    "p",
    "p_holm",
    "p_student",
    "published_p",
    "source",
)


def activation_pairs(
    table: pd.DataFrame,
    published: Published | None = None,
    attributions: pd.DataFrame | None = None,
    *,
    ddof: int = 0,
) -> pd.DataFrame:
    """Compare the activations of each network, two by two: matching filters, auPR, and how well attributions localise.

    Parameters
    ----------
    table
        A table of results, as `tables.read_table` returns it.
    published
        Names the comparisons that the paper makes, if there is one.
    attributions
        The table of attributions, as `tables.read_table` returns it, if there is one: compared is the auROC of each
        method, of planted positions or else of the proxy.
    ddof
        Of the sd in both.

    Returns
    -------
    pandas.DataFrame
        `PAIR_COLUMNS`; a row per dataset, metric, method, network and pair, with `activation` and `other`. `method`
        is "" where the pair is not about attributions. Where the paper compares the two, `activation` is its
        modified one and `source` says where; else it is the later one of the table. `difference` is `activation`
        minus `other`, `g` the same in units of the sd within networks (Hedges), `p` that of Welch's test, both with
        seeds that vary at least as much as the binomial distribution has it. `p_holm` is adjusted for the
        comparisons that the paper makes on the dataset, for all others of filters and auPR there, or for all of
        attributions. Settings that share their trainings have one auPR, which is compared once.
        `p_student` is what the paper printed as `published_p`, from our numbers: Student's test, with the sd as it
        is. NaN where nothing is known, as for one seed.
    """
    compared = list(_of_filters(table))
    if attributions is not None:
        compared += _of_attributions(attributions)
    rows = [_pair(one, other, metric, published, ddof) for one, other, metric in compared]
    pairs = typed(pd.DataFrame(rows, columns=list(PAIR_COLUMNS)))
    of_network = pairs["metric"].map(lambda metric: METRICS[metric].owner is Owner.NETWORK).astype(bool)
    # What the paper compares stands first, so that it is what stays.
    planned_first = pairs.sort_values("source", key=lambda sources: sources == "", kind="stable")
    repeated = planned_first.drop(columns=["setting", "source", "published_p", "p_student"]).duplicated() & of_network
    return _adjusted(pairs[~repeated].reset_index(drop=True))


def _of_filters(table: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series, str]]:
    """Yield two rows to compare, the later one first, and the metric."""
    for _, part in table[table["row"] == "trained"].groupby("dataset", sort=False):
        for metric in (match_metric(part["match_relevant_mean"]), "aupr"):
            yield from _two_by_two(part, metric, ["architecture", "setting", "layer"])


def _of_attributions(table: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series, str]]:
    """Yield the same for the table of attributions."""
    for _, part in table.groupby("dataset", sort=False):
        planted = part["attribution_auroc_mean"].notna().any()
        metric = "attribution_auroc" if planted else "proxy_auroc"
        yield from _two_by_two(part, metric, ["architecture", "setting", "method"])


def _two_by_two(part: pd.DataFrame, metric: str, by: list[str]) -> Iterator[tuple[pd.Series, pd.Series, str]]:
    known = part[part[f"{metric}_mean"].notna()]
    for _, networks in known.groupby(by, sort=False):
        for earlier, later in combinations(networks.index, 2):
            yield networks.loc[later], networks.loc[earlier], metric


def _pair(one: pd.Series, other: pd.Series, metric: str, published: Published | None, ddof: int) -> dict:
    published = published or Published("", "", "")
    theirs = published.comparison(RunKey.of(one), other["activation"], metric)
    if not theirs and (theirs := published.comparison(RunKey.of(other), one["activation"], metric)):
        one, other = other, one
    row = RunKey.of(one).columns | {
        "method": one.get("method"),
        "other": other["activation"],
        "metric": metric,
        "n_seeds": one["n_seeds"],
        "other_n_seeds": other["n_seeds"],
        "mean": one[f"{metric}_mean"],
        "other_mean": other[f"{metric}_mean"],
        "difference": one[f"{metric}_mean"] - other[f"{metric}_mean"],
    }
    groups = [group(network, metric, ddof) for network in (one, other)]
    if None not in groups:
        row["p"] = welch(*groups)
        if effect := hedges_g(*groups):
            row |= {"g": effect.g, "g_low": effect.low, "g_high": effect.high}
    if theirs:
        row |= {"source": theirs.source, "published_p": theirs.p}
        if theirs.p is not None and None not in groups:
            row["p_student"] = student(*(group(network, metric, ddof, binomial=False) for network in (one, other)))
    return row


def _adjusted(pairs: pd.DataFrame) -> pd.DataFrame:
    """Fill in `p_holm`: over the paper's comparisons on a dataset, and over all others of filters or attributions."""
    families = ["dataset", pairs["source"] != "", pairs["method"] != ""]
    for _, family in pairs[pairs["p"].notna()].groupby(families, sort=False):
        pairs.loc[family.index, "p_holm"] = holm(family["p"].tolist())
    return pairs
