"""What is known of the filters of several runs: which run, which factors, and each filter's match."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..core.errors import UserError
from ..interpretation.matching import read_matches
from .tables import read_summaries


@dataclass(frozen=True)
class RunFilters:
    """The filters of one run's first layer.

    Attributes
    ----------
    dataset, architecture, activation, seed
        Which run.
    factors
        The transcription factors whose motifs are relevant on the dataset; may be empty.
    matches
        Rows of matches.tsv about the trained filters (`motifcnn.interpretation.matching.MATCH_COLUMNS`).
    """

    dataset: str
    architecture: str
    activation: str
    seed: int
    factors: tuple[str, ...]
    matches: pd.DataFrame

    @property
    def network(self) -> str:
        """Architecture and activation, as they are shown."""
        return f"{self.architecture} · {self.activation}"

    def check_filters(self, listed: Sequence[str], what: str) -> None:
        """Make sure that `what` else is known of the run is about the `listed` filters, in their order.

        Raises
        ------
        UserError
            It is about others.
        """
        if list(self.matches["filter"]) != list(listed):
            raise UserError(
                f"{self.network}, seed {self.seed}: matches and {what} are not about the same filters; "
                "give files of the same run"
            )


Paths = Sequence[str | os.PathLike]


def read_run_filters(summaries: Paths, matches: Paths, others: Paths) -> list[RunFilters]:
    """Read summary.json and matches.tsv of several runs of one dataset.

    Parameters
    ----------
    summaries, matches
        A file of each run.
    others
        A further file of each run, which the caller is going to read; here it is only made sure that
        it lies in the run's folder.

    Returns
    -------
    list of RunFilters
        In the order of the files.

    Raises
    ------
    UserError
        The lists differ in length or in the order of the runs, the runs are of several datasets, or
        a file is missing or damaged.
    """
    if not len(summaries) == len(matches) == len(others):
        raise UserError(
            f"there are {len(summaries)} summaries, {len(matches)} tables of matches and {len(others)} other "
            "files; give one of each per run"
        )
    runs = []
    paths = zip(summaries, matches, others, strict=True)
    for summary, (*_, table, other) in zip(read_summaries(summaries), paths, strict=True):
        folder = Path(table).parent
        if strangers := [path for path in (*_, other) if Path(path).parent != folder]:
            raise UserError(f"{table} and {strangers[0]} are of different runs; give the runs in one order")
        known, trained = read_matches(table), summary["variants"].get("trained", {})
        names = {key: summary[key] for key in ("dataset", "architecture", "activation", "seed")}
        own = known[known["variant"] == "trained"].reset_index(drop=True)
        runs.append(RunFilters(**names, factors=tuple(trained.get("motifs", ())), matches=own))
    if len({run.dataset for run in runs}) > 1:
        raise UserError("the runs are of several datasets; make one figure per dataset")
    return runs
