"""Whether our numbers confirm what a paper states: a verdict for each statement, with the numbers that decide it.

A bound is held against the 95% intervals of our means over seeds, `low` to `high` in the table of results. Networks are compared by
Welch's test, adjusted for the number of statements that compare networks (Holm). One seed decides nothing, nor does an
undertrained network.
"""

import os
from collections.abc import Sequence
from itertools import combinations, pairwise, product
from typing import Any

import pandas as pd

from ..core.run_key import RunKey
from .comparison import compare
from .metrics import METRICS
from .published import Published
from .statements import Statement
from .statistics import LEVEL, holm
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
    "undertrained",
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
    "digitised_median": "median ≈ {}",
    "approx": "about {}",
    "single_run": "{} (one training)",
}


def judge(
    table: pd.DataFrame,
    published: Published,
    motifs: pd.DataFrame | None = None,
    attributions: pd.DataFrame | None = None,
    *,
    ddof: int = 0,
) -> pd.DataFrame:
    """Judge every statement of a paper by the trained rows of the table of results.

    Parameters
    ----------
    table
        The table of results, as `tables.read_table` returns it.
    published
        The statements, and the values that stand beside ours.
    motifs
        The motifs found, as `tables.read_table` returns them, for statements about single motifs.
    attributions
        The table of attributions, for statements about a method.
    ddof
        Of the sd in the tables.

    Returns
    -------
    pandas.DataFrame
        `STATEMENT_COLUMNS`, all texts; a row per statement in the order of the file, and per dataset of the table
        that it may be about. `ours`, `against` (what `above` and `above_in_turn` compare them with) and `published`
        are the numbers in words, a part `network: number` each and `; ` between them; `not_run` are the networks that
        the table lacks. A network whose row has no such value is `network: no value`. `undertrained` are the networks
        that are (`comparison.is_undertrained`).

    Notes
    -----
    A bound (`at_least`, `at_most`, `within`) holds if the whole interval of every network is inside,
    ends included; it fails if that of some network is wholly outside. `above` holds if every network
    is above every other, `above_in_turn` if each is above the one in its place; they fail if it is the other
    way round in some pair. `order` holds if every mean is beyond the one before it and the last one beyond
    the first; it fails if some pair stands in reverse.
    What is above, beyond or in reverse is decided by p values of at most 0.05. That of a statement that holds is
    the largest of the pairs that it needs, and that of one that fails is the smallest of all pairs times their
    number; both are adjusted over the statements. All else is undecided. Where networks
    are missing or have no value, a statement can fail but not hold. Where too few are there to compare, or
    one is undertrained, it is not tested.
    """
    rows = {RunKey.of(row): row for _, row in table[table["row"] == "trained"].iterrows()}

    def rows_for(statement: Statement) -> dict[RunKey, pd.Series]:
        if statement.motifs:
            return _of_motifs(statement, rows, motifs)
        return rows if statement.method is None else _of_method(statement.method, attributions)

    cases = [_Case(one, rows_for(one), ddof) for one in published.statements_on(set(table["dataset"]))]
    compared = [case for case in cases if case.is_tested and case.statement.rule in _PAIRS]
    p_values = [case.p_values() for case in compared]
    for side, verdict in enumerate((HOLDS, FAILS)):
        for case, p in zip(compared, holm([both[side] for both in p_values]), strict=True):
            if p <= 1 - LEVEL:
                case.decided = verdict
    return pd.DataFrame([case.in_words(published) for case in cases], columns=list(STATEMENT_COLUMNS))


def read_verdicts(path: str | os.PathLike) -> pd.DataFrame:
    """Read statements.tsv, that is `judge` as `tables.write_table` wrote it.

    Raises
    ------
    UserError
        The file is missing or is not such a table.
    """
    return read_texts(path, STATEMENT_COLUMNS)


class _Case:
    """A statement and the rows of the table of results that it is about; `decided` is the verdict of a test of pairs."""

    def __init__(self, statement: Statement, rows: dict[RunKey, pd.Series], ddof: int) -> None:
        self.statement, self.ddof = statement, ddof
        self.others = statement.others
        self.everyone = (*statement.networks, *self.others)
        self.was_run = {network: rows[network] for network in self.everyone if network in rows}
        self.undertrained = [network for network, row in self.was_run.items() if row["n_undertrained"]]
        mean = f"{statement.metric}_mean"
        self.known = {network: row for network, row in self.was_run.items() if pd.notna(row[mean])}
        self.decided = UNDECIDED

    @property
    def is_tested(self) -> bool:
        if self.undertrained:
            return False
        if self.others:
            return bool(_PAIRS[self.statement.rule](self)[0])
        return len(self.known) >= (2 if self.statement.rule == "order" else 1)

    @property
    def _sides(self) -> tuple[tuple[RunKey, ...], tuple[RunKey, ...]]:
        return self.statement.networks, self.others

    def verdict(self) -> str:
        if not self.is_tested:
            return NOT_TESTED
        verdict = self.decided if self.statement.rule in _PAIRS else self._of_bound()
        return UNDECIDED if verdict == HOLDS and len(self.known) < len(self.everyone) else verdict

    def p_values(self) -> tuple[float, float]:
        """p of a statement that compares networks, as one that holds and as one that fails."""
        needed, all_pairs = _PAIRS[self.statement.rule](self)
        holds = max(self._p(higher, lower) for higher, lower in needed)
        fails = min(self._p(lower, higher) for higher, lower in all_pairs) * len(all_pairs)
        if self.statement.rule == "order":
            means = [self._number(network, "mean") for network in self._falling()]
            if not all(higher > lower + _TOLERANCE for higher, lower in pairwise(means)):
                holds = 1.0
        return holds, min(fails, 1.0)

    def pairs_apart(self) -> tuple[list, list]:
        upper, lower = ([network for network in side if network in self.known] for side in self._sides)
        pairs = list(product(upper, lower))
        return pairs, pairs

    def pairs_in_turn(self) -> tuple[list, list]:
        pairs = [pair for pair in zip(*self._sides, strict=True) if all(network in self.known for network in pair)]
        return pairs, pairs

    def pairs_in_order(self) -> tuple[list, list]:
        falling = self._falling()
        return list(pairwise(falling)), list(combinations(falling, 2))

    def _falling(self) -> list[RunKey]:
        """The networks from the highest to the lowest, if the statement is true."""
        networks = [network for network in self.statement.networks if network in self.known]
        return networks if self.statement.bound == "falling" else networks[::-1]

    def _number(self, network: RunKey, part: str) -> float:
        return self.known[network][f"{self.statement.metric}_{part}"]

    def _p(self, higher: RunKey, lower: RunKey) -> float:
        """p of a difference if `higher` is above `lower`, else 1."""
        if self._number(higher, "mean") <= self._number(lower, "mean") + _TOLERANCE:
            return 1.0
        return compare(self.known[higher], self.known[lower], self.statement.metric, self.ddof)

    def _of_bound(self) -> str:
        bound, low, high = self.statement.bound, -float("inf"), float("inf")
        if self.statement.rule == "within":
            low, high = bound
        elif self.statement.rule == "at_least":
            low = bound
        else:
            high = bound
        low, high = low - _TOLERANCE, high + _TOLERANCE
        # One seed has no interval: NaN, of which no comparison is true.
        intervals = [[self._number(network, end) for end in ("low", "high")] for network in self.known]
        if any(one[1] < low or one[0] > high for one in intervals):
            return FAILS
        return HOLDS if all(one[0] >= low and one[1] <= high for one in intervals) else UNDECIDED

    def in_words(self, published: Published) -> dict[str, str]:
        """Return a row of statements.tsv."""
        statement, names = self.statement, _names(self.everyone)
        ours, against = (
            "; ".join(
                f"{names[network]}: {_our_number(self.was_run[network], statement.metric)}"
                for network in side
                if network in self.was_run
            )
            for side in self._sides
        )
        theirs = {network: published.value(network, *statement.number) for network in self.everyone}
        return {
            "name": statement.name,
            "dataset": statement.dataset,
            "verdict": self.verdict(),
            "says": statement.says,
            "criterion": _criterion(statement),
            "ours": ours,
            "against": against,
            "published": "; ".join(
                f"{names[network]}: "
                + _KIND_WORDS[value.kind].format(
                    METRICS[statement.metric].format(value.number, _nan(value.sd), value.kind)
                )
                for network, value in theirs.items()
                if value
            ),
            "not_run": "; ".join(names[network] for network in self.everyone if network not in self.was_run),
            "undertrained": "; ".join(names[network] for network in self.undertrained),
            "metric": statement.metric,
            "source": statement.source,
        }


def _of_motifs(
    statement: Statement, rows: dict[RunKey, pd.Series], motifs: pd.DataFrame | None
) -> dict[RunKey, pd.Series]:
    """Rows of the networks of a statement about motifs, with the numbers of the motif that has the least of each."""
    columns = [f"{statement.metric}_{part}" for part in ("mean", "low", "high")]
    sources = [name.replace("share_mean", "share") for name in columns]
    least = {}
    for network in statement.networks:
        if network not in rows:
            continue
        numbers = dict.fromkeys(columns, float("nan"))
        if motifs is not None:
            found = motifs[(motifs["row"] == "trained") & motifs["motif"].isin(statement.motifs)]
            found = found[[RunKey.of(one) == network for _, one in found.iterrows()]]
            if len(found) == len(statement.motifs):
                numbers = dict(zip(columns, found[sources].min(), strict=True))
        least[network] = pd.Series({**rows[network], **numbers})
    return least


def _of_method(method: str, attributions: pd.DataFrame | None) -> dict[RunKey, pd.Series]:
    """Rows of the table of attributions by one method."""
    if attributions is None:
        return {}
    rows = attributions[attributions["method"] == method]
    return {RunKey.of(row): row for _, row in rows.iterrows()}


_PAIRS = {
    "above": _Case.pairs_apart,
    "above_in_turn": _Case.pairs_in_turn,
    "order": _Case.pairs_in_order,
}


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
        "above_in_turn": lambda: "each above its counterpart",
    }
    each = (
        " in each"
        if statement.rule in ("at_least", "at_most", "within") and len(statement.networks) > 1
        else ""
    )
    about = f" {', '.join(statement.motifs)}:" if statement.motifs else ""
    about = f" of {statement.method}" if statement.method else about
    return f"{METRICS[statement.metric].title}{about} {words[statement.rule]()}{each}"


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value
