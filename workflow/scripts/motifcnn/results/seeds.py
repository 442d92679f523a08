"""The values behind a table of results, a row per seed, for statistics of the reader's own."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..core.run_key import KEY_COLUMNS
from .metrics import TABLE_METRICS
from .tables import groups, score, typed, variant_of

SEED_COLUMNS = (*KEY_COLUMNS, "row", "seed", *TABLE_METRICS, "n_filters", "motifs_total")


def seed_values(summaries: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Return every score of every seed.

    Parameters
    ----------
    summaries
        As for `tables.results_table`.

    Returns
    -------
    pandas.DataFrame
        `SEED_COLUMNS`; the rows of `tables.results_table`, each with a row per seed. NaN where a row has no such
        score, and in the column `seed` of the ground truth.
    """
    rows = []
    for (key, row), runs in groups(summaries).items():
        for run in sorted(runs, key=lambda run: run["seed"] or 0):
            values = {metric: score(run, variant_of(row), metric) for metric in TABLE_METRICS}
            motifs_total = run["variants"][variant_of(row)].get("motifs_total")
            rows.append(
                key.columns
                | {"row": row, "seed": run["seed"], "n_filters": run["n_filters"], "motifs_total": motifs_total}
                | values
            )
    return typed(pd.DataFrame(rows, columns=list(SEED_COLUMNS)))
