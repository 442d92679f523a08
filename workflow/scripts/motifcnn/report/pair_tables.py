"""The comparisons of activations, arranged for readers: a line per pair, a column per network and metric."""

from itertools import product
from typing import NamedTuple

import pandas as pd

from ..core.run_key import RunKey
from ..results.metrics import METRICS
from ..results.statistics import LEVEL

# More lines than this are folded away.
_OPEN = 10


class PairCell(NamedTuple):
    """One comparison: the signed difference, whether it is significant, p beside the published one, and all else."""

    text: str = ""
    differs: bool = False
    published: str = ""
    remark: str = ""


class PairTable(NamedTuple):
    """The comparisons of a dataset that the paper makes, all others, or those of attributions.

    `columns` are (network, title of the metric, after the method if there is one),
    `lines` are (activation, other, cells).
    """

    dataset: str
    by_paper: bool
    of_attributions: bool
    folded: bool
    summary: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str, tuple[PairCell, ...]], ...]


def pair_tables(pairs: pd.DataFrame) -> list[PairTable]:
    """Arrange the comparisons by dataset, those that the paper makes first and those of attributions last.

    Parameters
    ----------
    pairs
        `results.activation_pairs` as `tables.read_table` returns it.
    """
    tables = []
    for dataset, part in pairs.groupby("dataset", sort=False):
        for of_attributions, by_paper in product((False, True), (True, False)):
            family = part[((part["source"] != "") == by_paper) & ((part["method"] != "") == of_attributions)]
            if len(family):
                tables.append(_table(str(dataset), family, by_paper, of_attributions))
    return tables


def _table(dataset: str, family: pd.DataFrame, by_paper: bool, of_attributions: bool) -> PairTable:
    cells: dict[tuple[str, str], dict[tuple[str, str], PairCell]] = {}
    columns: dict[tuple[str, str], None] = {}
    for _, row in family.iterrows():
        titles = filter(None, (row["method"], METRICS[row["metric"]].title))
        column = RunKey.of(row).network_without_activation, ", ".join(titles)
        columns[column] = None
        cells.setdefault((row["activation"], row["other"]), {})[column] = _cell(row)
    lines = tuple(
        (*pair, tuple(found.get(column, PairCell()) for column in columns)) for pair, found in cells.items()
    )
    tested = family["p"].notna().sum()
    differ = (family["p_holm"] <= 1 - LEVEL).sum()
    return PairTable(
        dataset=dataset,
        by_paper=by_paper,
        of_attributions=of_attributions,
        folded=len(lines) > _OPEN,
        summary=f"{differ} of {tested} comparisons differ" if tested else "one seed: no conclusion",
        columns=tuple(columns),
        lines=lines,
    )


def _cell(row: pd.Series) -> PairCell:
    metric = METRICS[row["metric"]]
    remark = (
        f"{metric.format(row['mean'])} ({_seeds(row['n_seeds'])}) against "
        f"{metric.format(row['other_mean'])} ({_seeds(row['other_n_seeds'])})"
    )
    if pd.notna(row["g"]):
        remark += f"; Hedges’ g {row['g']:.1f}, 95% interval {row['g_low']:.1f} to {row['g_high']:.1f}"
    if pd.notna(row["p"]):
        remark += f"; Welch’s test p = {row['p']:.2g}, adjusted {row['p_holm']:.2g}"
    published = ""
    if pd.notna(row["published_p"]):
        ours = f"{row['p_student']:.1e}" if pd.notna(row["p_student"]) else "–"
        published = f"p {ours} [{row['published_p']:.1e}]"
        remark += f"; {row['source']}"
    return PairCell(
        text=metric.format_deviation(row["difference"]),
        differs=bool(row["p_holm"] <= 1 - LEVEL),
        published=published,
        remark=remark,
    )


def _seeds(n: int) -> str:
    return "one seed" if n == 1 else f"{n} seeds"
