"""Whether our numbers confirm what a paper states: a verdict for each statement, with the numbers that decide it.

The yardstick is the 95% bootstrap interval of the mean over seeds, `low` to `high` in table1. One seed has
none and decides nothing. Seeds that agree exactly have an interval of no width, and it is taken as it is:
that is common where all filters match or none does, and there the case is clear. It promises more than few
seeds can keep, and so do the narrow intervals of two or three; hence the number of seeds stands beside each.
"""

import os
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Any

import pandas as pd

from ..core.run_key import RunKey
from .metrics import METRICS
from .published import Published
from .statements import Statement
from .tables import read_texts

HOLDS, FAILS, UNDECIDED, NOT_TESTED = "holds", "fails", "undecided", "not tested"
STATEMENT_COLUMNS = (
    "name",
    "dataset",
    "verdict",
    "says",
    "criterion",
    "ours",
    "against",
    "published",
    "not_run",
    "metric",
    "source",
)
# What stands for a number in `ours` and `against` where the network was run and the table has none.
_NO_VALUE = "no value"
# Tables have six decimals, and 0.85 need not be the double nearest to 17/20.
_TOLERANCE = 1e-6
_KIND_WORDS = {
    "exact": "{}",
    "derived": "{} (derived)",
    "digitised": "{} (read off a figure)",
    "approx": "about {}",
    "single_run": "{} (one training)",
}


def judge(table: pd.DataFrame, published: Published) -> pd.DataFrame:
    """Judge every statement of a paper by the trained rows of table1.

    Parameters
    ----------
    table
        table1, as `tables.read_table` returns it.
    published
        The statements, and the values that stand beside ours.

    Returns
    -------
    pandas.DataFrame
        `STATEMENT_COLUMNS`, all texts; a row per statement in the order of the file. `ours`, `against`
        (what `above` compares them with) and `published` are the numbers in words, a part
        `network: number` each and `; ` between them; `not_run` are the networks that the table lacks.
        A network whose row has no such value is `network: no value`.

    Notes
    -----
    A bound (`at_least`, `at_most`, `within`) holds if the whole interval of every network is inside,
    ends included; it fails if that of some network is wholly outside. `above` holds if every network's
    lower end is above every other's upper end, and fails if it is the other way round in some pair.
    `order` holds if every mean is beyond the one before it and the intervals of first and last are apart;
    it fails if some pair stands in reverse with its intervals apart. All else is undecided. Where networks
    are missing or have no value, a statement can fail but not hold; where too few are there to compare, it
    is not tested.
    """
    rows = {RunKey.of(row): row for _, row in table[table["row"] == "trained"].iterrows()}
    return pd.DataFrame(
        [_judged(statement, rows, published) for statement in published.statements],
        columns=list(STATEMENT_COLUMNS),
    )


def read_verdicts(path: str | os.PathLike) -> pd.DataFrame:
    """Read statements.tsv, that is `judge` as `tables.write_table` wrote it.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    return read_texts(path, STATEMENT_COLUMNS)


def _judged(statement: Statement, rows: dict[RunKey, pd.Series], published: Published) -> dict[str, str]:
    others = statement.bound if statement.rule == "above" else ()
    everyone = (*statement.networks, *others)
    was_run = {network: rows[network] for network in everyone if network in rows}
    known = {network: row for network, row in was_run.items() if pd.notna(row[f"{statement.metric}_mean"])}
    verdict = _VERDICTS[statement.rule](statement, known)
    if verdict == HOLDS and len(known) < len(everyone):
        verdict = UNDECIDED
    names = _names(everyone)
    ours = [
        "; ".join(
            f"{names[network]}: {_our_number(was_run[network], statement.metric)}"
            for network in side
            if network in was_run
        )
        for side in (statement.networks, others)
    ]
    theirs = {
        network: value
        for network in everyone
        if (value := published.value(network, statement.metric))
    }
    return {
        "name": statement.name,
        "dataset": statement.dataset,
        "verdict": verdict,
        "says": statement.says,
        "criterion": _criterion(statement),
        "ours": ours[0],
        "against": ours[1],
        "published": "; ".join(
            f"{names[network]}: "
            + _KIND_WORDS[value.kind].format(
                METRICS[statement.metric].format(value.mean, _nan(value.sd), value.kind),
            )
            for network, value in theirs.items()
        ),
        "not_run": "; ".join(names[network] for network in everyone if network not in was_run),
        "metric": statement.metric,
        "source": statement.source,
    }


def _bounded(statement: Statement, known: dict[RunKey, pd.Series]) -> str:
    low, high = -float("inf"), float("inf")
    if statement.rule == "within":
        low, high = statement.bound
    elif statement.rule == "at_least":
        low = statement.bound
    else:
        high = statement.bound
    intervals = [_interval(row, statement.metric) for row in known.values()]
    if any(one[1] < low - _TOLERANCE or one[0] > high + _TOLERANCE for one in intervals):
        return FAILS
    if not intervals:
        return NOT_TESTED
    inside = all(one[0] >= low - _TOLERANCE and one[1] <= high + _TOLERANCE for one in intervals)
    return HOLDS if inside else UNDECIDED


def _ordered(statement: Statement, known: dict[RunKey, pd.Series]) -> str:
    if len(known) < 2:
        return NOT_TESTED
    rows = [known[network] for network in statement.networks if network in known]
    # From the highest to the lowest, if the statement is true.
    rows = rows if statement.bound == "falling" else rows[::-1]
    intervals = [_interval(row, statement.metric) for row in rows]
    if any(_is_above(later, earlier) for earlier, later in combinations(intervals, 2)):
        return FAILS
    means = [row[f"{statement.metric}_mean"] for row in rows]
    in_order = all(higher > lower + _TOLERANCE for higher, lower in pairwise(means))
    return HOLDS if in_order and _is_above(intervals[0], intervals[-1]) else UNDECIDED


def _above(statement: Statement, known: dict[RunKey, pd.Series]) -> str:
    upper, lower = (
        [_interval(known[network], statement.metric) for network in side if network in known]
        for side in (statement.networks, statement.bound)
    )
    if not (upper and lower):
        return NOT_TESTED
    if any(_is_above(below, above) for above in upper for below in lower):
        return FAILS
    return HOLDS if all(_is_above(above, below) for above in upper for below in lower) else UNDECIDED


_VERDICTS = {
    "at_least": _bounded,
    "at_most": _bounded,
    "within": _bounded,
    "order": _ordered,
    "above": _above,
}


def _is_above(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] > other[1] + _TOLERANCE


def _interval(row: pd.Series, metric: str) -> tuple[float, float]:
    """Ends of the interval; NaN, of which no comparison is true, where there is one seed or no bootstrap."""
    return row[f"{metric}_low"], row[f"{metric}_high"]


def _names(networks: Sequence[RunKey]) -> dict[RunKey, str]:
    """What distinguishes the networks of a statement: activations only where they differ."""
    same_activation = len({key.activation for key in networks}) == 1
    return {key: key.network_without_activation if same_activation else key.network for key in networks}


def _our_number(row: pd.Series, metric: str) -> str:
    if pd.isna(row[f"{metric}_mean"]):
        return _NO_VALUE
    mean, low, high = (
        METRICS[metric].format(row[f"{metric}_{part}"]) for part in ("mean", "low", "high")
    )
    n = row["n_seeds"]
    seeds = "one seed" if n == 1 else f"{n} seeds"
    return f"{mean} ({seeds})" if pd.isna(row[f"{metric}_low"]) else f"{mean} ({low} to {high}, {seeds})"


def _criterion(statement: Statement) -> str:
    bound: Any = statement.bound
    words = {
        "at_least": lambda: f"at least {bound:g}",
        "at_most": lambda: f"at most {bound:g}",
        "within": lambda: f"from {bound[0]:g} to {bound[1]:g}",
        "order": lambda: f"{bound} in this order",
        "above": lambda: "above each of the others",
    }
    each = (
        " in each"
        if statement.rule in ("at_least", "at_most", "within") and len(statement.networks) > 1
        else ""
    )
    return f"{METRICS[statement.metric].title} {words[statement.rule]()}{each}"


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value
