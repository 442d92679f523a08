"""The leaderboard of activations, arranged for readers: a line per activation, some columns per architecture."""

from typing import NamedTuple

import pandas as pd

from ..results.leaderboard import THEIRS
from ..results.metrics import METRICS


class Rank(NamedTuple):
    """One line: name of the activation (and setting), whose numbers, and per architecture the numbers in words."""

    name: str
    who: str
    published: bool
    cells: tuple[tuple[str, ...], ...]


class Ranking(NamedTuple):
    """The lines of a dataset, the highest mean share of matching filters first; `columns` are titles of numbers."""

    dataset: str
    columns: tuple[str, ...]
    architectures: tuple[str, ...]
    lines: tuple[Rank, ...]


def rankings(board: pd.DataFrame) -> list[Ranking]:
    """Arrange the leaderboard by dataset.

    Parameters
    ----------
    board
        `results.leaderboard.leaderboard` as `tables.read_table` returns it.

    Returns
    -------
    list of Ranking
        Activations that some architecture lacks come after all that none lacks.
    """
    found = []
    for dataset, part in board.groupby("dataset", sort=False):
        architectures, lines = tuple(dict.fromkeys(part["architecture"])), []
        shown = {"match": METRICS[part["metric"].iloc[0]], "aupr": METRICS["aupr"]}
        if part["localisation"].notna().any():
            shown["localisation"] = METRICS["localisation_auroc"]
        for _, rows in part.groupby(["activation", "setting", "who"], sort=False):
            first, places = rows.iloc[0], rows.set_index("architecture")
            cells = tuple(
                tuple(
                    metric.format(places.loc[name, column]) if name in places.index else ""
                    for column, metric in shown.items()
                )
                for name in architectures
            )
            seeds = f"{first['n_seeds']} seed{'' if first['n_seeds'] == 1 else 's'}"
            name = " · ".join(filter(None, (first["activation"], first["setting"])))
            rank = Rank(name, f"{first['who']}, {seeds}", first["who"] == THEIRS, cells)
            lines.append((-len(rows), -rows["match"].mean(), rank))
        lines.sort(key=lambda line: line[:2])
        titles = tuple(metric.title for metric in shown.values())
        found.append(Ranking(str(dataset), titles, architectures, tuple(rank for *_, rank in lines)))
    return found
