"""Files of single runs, as figures need them: tables of trainings, and filters with their matches."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import RunKey
from ..interpretation.filter_tables import read_matches
from .tables import read_summaries, read_table

Paths = Sequence[str | os.PathLike]


@dataclass(frozen=True)
class RunTable:
    """A table of one training, such as history.tsv, with the run's key."""

    key: RunKey
    table: pd.DataFrame


@dataclass(frozen=True)
class RunFilters:
    """The filters of one run's first layer.

    Attributes
    ----------
    key
        Which run.
    factors
        The transcription factors whose motifs are relevant on the dataset; may be empty.
    matches
        Rows of matches.tsv about the trained filters (`motifcnn.interpretation.filter_tables.MATCH_COLUMNS`).
    """

    key: RunKey
    factors: tuple[str, ...]
    matches: pd.DataFrame

    @property
    def network(self) -> str:
        """Architecture, activation and setting, as they are shown."""
        return " · ".join(self.key.parts)

    def check_filters(self, listed: Sequence[str], what: str) -> None:
        """Check that `what` describes the filters of the matches, in the same order.

        Raises
        ------
        UserError
            It describes others.
        """
        if list(self.matches["filter"]) != list(listed):
            raise UserError(
                f"{self.network}, seed {self.key.seed}: matches and {what} are not about the same filters; "
                "give files of the same run"
            )


def read_run_tables(metrics: Paths, tables: Paths, columns: Sequence[str]) -> list[RunTable]:
    """Read a table of each of several trainings on one dataset.

    Parameters
    ----------
    metrics
        metrics.json of each, which says what was trained.
    tables
        The table of each, in the same order.
    columns
        What each table must have.

    Raises
    ------
    UserError
        There are none, the lists differ in length, the trainings are on several datasets, or a file is
        missing, is no table, lacks a column or has a word for a number.
    """
    check_pairs(metrics, tables)
    runs = []
    for about, path in zip(metrics, tables, strict=True):
        runs.append(RunTable(RunKey.of(read_json(about)), read_table(path, columns)))
    _check_one_dataset([run.key for run in runs])
    return runs


def read_run_filters(summaries: Paths, matches: Paths) -> list[RunFilters]:
    """Read summary.json and matches.tsv of several runs on one dataset, a file of each per run.

    Raises
    ------
    UserError
        There are none, the lists differ in length or in the order of the runs, the runs are on several
        datasets, or a file is missing or damaged.
    """
    check_pairs(summaries, matches)
    runs = []
    for place, path, summary in zip(summaries, matches, read_summaries(summaries), strict=True):
        if Path(place).parent != Path(path).parent:
            raise UserError(f"{place} and {path} are of different runs; give the runs in one order")
        table = read_matches(path)
        trained = table[table["variant"] == "trained"].reset_index(drop=True)
        factors = tuple(summary["variants"].get("trained", {}).get("motifs", ()))
        runs.append(RunFilters(RunKey.of(summary), factors, trained))
    _check_one_dataset([run.key for run in runs])
    return runs


def by_network(runs: Sequence[RunTable]) -> dict[RunKey, list[RunTable]]:
    """Group trainings by network, those of an architecture together; the keys are `RunKey.over_seeds`."""
    architectures = list(dict.fromkeys(run.key.architecture for run in runs))
    networks: dict[RunKey, list[RunTable]] = {}
    for run in sorted(runs, key=lambda run: architectures.index(run.key.architecture)):
        networks.setdefault(run.key.over_seeds, []).append(run)
    return networks


def check_pairs(*files: Paths) -> None:
    """Check that there is a file of each kind per run.

    Raises
    ------
    UserError
        There are no runs, or the lists differ in length.
    """
    counts = [len(paths) for paths in files]
    if not counts[0] or len(set(counts)) > 1:
        raise UserError(
            f"there are {', '.join(map(str, counts[:-1]))} and {counts[-1]} files of the kinds that are "
            "needed; give one of each per run, in the same order"
        )


def _check_one_dataset(keys: Sequence[RunKey]) -> None:
    if len({key.dataset for key in keys}) > 1:
        raise UserError("the runs are on several datasets; make one figure per dataset")
