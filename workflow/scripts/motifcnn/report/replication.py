"""The verdicts on a paper's statements, arranged for readers."""

from dataclasses import dataclass

import pandas as pd

from ..results.metrics import UNKNOWN
from ..results.verdicts import FAILS, HOLDS, NOT_TESTED, UNDECIDED

# What the eye finds before it reads the word, without colour.
MARKS = {HOLDS: "✓", FAILS: "✗", UNDECIDED: "?"}
RULE_WORDS = (
    "A bound holds if the 95% intervals of our means lie wholly on its side, and fails if one lies wholly on the other "
    "side; networks are compared by Welch’s test, adjusted for the number of statements that compare any. All else is "
    "undecided, as is what only one seed speaks for. Where some of its networks were not run or have no value, a "
    "statement can fail but not hold. Some bounds are numbers of the paper, the others are this workflow’s."
)


@dataclass(frozen=True)
class Answer:
    """One statement that was tested, in the words that a reader is shown.

    `numbers` are (network, ours, published); `short_source` is what `source` begins with, up to a
    semicolon.
    """

    verdict: str
    mark: str
    name: str
    says: str
    source: str
    criterion: str
    numbers: tuple[tuple[str, str, str], ...]

    @property
    def short_source(self) -> str:
        """Where the statement is from, short enough to stand behind it."""
        return self.source.partition(";")[0]


@dataclass(frozen=True)
class Replication:
    """What a reader is shown of the verdicts.

    Attributes
    ----------
    summary
        How many hold, in a sentence.
    datasets
        (dataset, answers) of the statements that were tested.
    not_tested
        Which were not and why, in a sentence or two, or "".
    rule
        How a verdict comes about.
    """

    summary: str
    datasets: tuple[tuple[str, tuple[Answer, ...]], ...]
    not_tested: str
    rule: str = RULE_WORDS


def for_readers(verdicts: pd.DataFrame) -> Replication | None:
    """Arrange the verdicts for a page; None where no statement was tested.

    Parameters
    ----------
    verdicts
        As `read_verdicts` returns them.
    """
    is_tested = verdicts["verdict"] != NOT_TESTED
    tested = verdicts[is_tested]
    if tested.empty:
        return None
    datasets = tested.groupby("dataset", sort=False)
    return Replication(
        summary=_count_in_words(tested["verdict"]),
        datasets=tuple(
            (str(name), tuple(_answer(row) for _, row in part.iterrows())) for name, part in datasets
        ),
        not_tested=_reasons(verdicts.assign(name=_names(verdicts))[~is_tested]),
    )


def _names(verdicts: pd.DataFrame) -> pd.Series:
    """Return the names of the statements, those that are judged on several datasets with theirs."""
    on_several = verdicts.groupby("name")["dataset"].transform("nunique") > 1
    return verdicts["name"].mask(on_several, verdicts["name"] + " (" + verdicts["dataset"] + ")")


def _reasons(not_tested: pd.DataFrame) -> str:
    undertrained = not_tested["undertrained"] != ""
    lacks_runs = (not_tested["not_run"] != "") & ~undertrained
    return " ".join(
        f"Not tested, as their networks {why}: {'; '.join(names)}."
        for why, names in (
            ("were not run", not_tested.loc[lacks_runs, "name"]),
            ("have no such value", not_tested.loc[~lacks_runs & ~undertrained, "name"]),
            ("were not trained for long enough", not_tested.loc[undertrained, "name"]),
        )
        if len(names)
    )


def _answer(row: pd.Series) -> Answer:
    ours, against, theirs = (_parts(row[column]) for column in ("ours", "against", "published"))
    not_run = dict.fromkeys(filter(None, row["not_run"].split("; ")), "not run")
    numbers = [
        (prefix + name, number, theirs.get(name, UNKNOWN))
        for prefix, side in (("", ours), ("against ", against), ("", not_run))
        for name, number in side.items()
    ]
    return Answer(
        verdict=row["verdict"],
        mark=MARKS[row["verdict"]],
        name=row["name"][0].upper() + row["name"][1:],
        says=row["says"],
        source=row["source"],
        criterion=row["criterion"],
        numbers=tuple(numbers),
    )


def _parts(text: str) -> dict[str, str]:
    return dict(part.split(": ", 1) for part in text.split("; ") if part)


def _count_in_words(tested: pd.Series) -> str:
    hold, fail, open_ = ((tested == verdict).sum() for verdict in (HOLDS, FAILS, UNDECIDED))
    parts = [f"{hold} hold{'s' if hold == 1 else ''}"] if hold else ["none holds"]
    parts += [f"{fail} fail{'s' if fail == 1 else ''}"] if fail else []
    parts += [f"{open_} {'is' if open_ == 1 else 'are'} undecided"] if open_ else []
    if len(tested) == 1:
        return f"One statement was tested: it {'is undecided' if open_ else tested.iloc[0]}."
    text = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return f"Of {len(tested)} statements that were tested, {'all hold' if hold == len(tested) else text}."
