"""Activations ranked by how many filters hold a motif, ours beside published ones."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ..core.run_key import RunKey
from .metrics import METRICS, match_metric
from .published import Published
from .statistics import summarise

LEADERBOARD_COLUMNS = (
    *("dataset", "architecture", "activation", "setting", "who", "n_seeds"),
    *("metric", "match", "match_low", "match_high", "aupr", "aupr_low", "aupr_high"),
    *("localisation", "localisation_low", "localisation_high"),
)
OURS, THEIRS = "ours", "published"


def leaderboard(
    table: pd.DataFrame,
    published: Published | None = None,
    localisation: Mapping[RunKey, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """Rank the networks of each dataset and architecture, first layers only.

    Parameters
    ----------
    table
        A table of results, as `tables.read_table` returns it.
    published
        Values of the same architectures to rank among ours, whether or not their activations were run; they take part where
        the share of matching filters is known, under the protocol as it stands.
    localisation
        How well the first layers of our networks point at planted motifs, as `read_first_layer_scans` returns it.

    Returns
    -------
    pandas.DataFrame
        `LEADERBOARD_COLUMNS`; datasets and architectures in their order, within each the highest share first. `metric` says
        which share `match` is; `low` and `high` are the ends of the 95% interval of our mean, and the quartiles of a
        published median. NaN where nothing is known.
    """
    rows = []
    trained = table[(table["row"] == "trained") & (table["layer"] == 1)]
    for dataset, part in trained.groupby("dataset", sort=False):
        metric = match_metric(part["match_relevant_mean"])
        for architecture, networks in part.groupby("architecture", sort=False):
            ranked = [_ours(row, metric, localisation or {}) for _, row in networks.iterrows()]
            ranked += _theirs(published, dataset, architecture, metric) if published else []
            rows += sorted(ranked, key=lambda row: -row["match"])
    return pd.DataFrame(rows, columns=list(LEADERBOARD_COLUMNS))


def _ours(row: pd.Series, metric: str, localisation: Mapping[RunKey, Sequence[float]]) -> dict:
    found = {name: row[name] for name in ("dataset", "architecture", "activation", "setting", "n_seeds")}
    for name, source in (("match", metric), ("aupr", "aupr")):
        found |= {name: row[f"{source}_mean"]}
        found |= {f"{name}_{end}": row[f"{source}_{end}"] for end in ("low", "high")}
    if seeds := localisation.get(RunKey.of(row)):
        spread = summarise(seeds, METRICS["localisation_auroc"].scale(None, None))
        found |= {"localisation": spread.mean, "localisation_low": spread.low, "localisation_high": spread.high}
    return found | {"who": OURS, "metric": metric}


def _theirs(published: Published, dataset: str, architecture: str, metric: str) -> list[dict]:
    rows = []
    for key, of, *_ in published.values:
        if of == metric and key == RunKey(dataset, architecture, key.activation):
            n_seeds = published.value(key, metric).n_seeds
            row = key.columns | {"who": THEIRS, "metric": metric, "n_seeds": n_seeds}
            for name, source in (("match", metric), ("aupr", "aupr")):
                if value := published.value(key, source):
                    row |= {name: value.number}
                    if value.quartiles:
                        row |= dict(zip((f"{name}_low", f"{name}_high"), value.quartiles, strict=True))
            rows.append(row)
    return rows
