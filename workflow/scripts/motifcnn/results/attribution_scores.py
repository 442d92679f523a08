"""How well attribution methods point at planted motifs or, as a proxy, at motif hits, over seeds: attributions.tsv."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import KEY_COLUMNS, RunKey
from .comparison import adjusted, beside, columns_of, is_undertrained
from .metrics import ATTRIBUTION_METRICS, METRICS
from .published import Published
from .tables import typed

ATTRIBUTION_COLUMNS = (
    *KEY_COLUMNS[:-1],
    "method",
    "target",
    "n_seeds",
    "n_undertrained",
    "sequences",
    *columns_of(ATTRIBUTION_METRICS),
)


def read_attribution_scores(paths: Iterable[str | os.PathLike]) -> list[dict[str, Any]]:
    """Read the scores.json or proxy.json of runs and methods.

    Raises
    ------
    UserError
        One is no such file, or the same run and method come twice.
    """
    found: dict[tuple[RunKey, str], dict[str, Any]] = {}
    for path in paths:
        about = read_json(path)
        needed = ("dataset", "architecture", "activation", "seed", "method", "target", "sequences")
        is_complete = isinstance(about, dict) and all(name in about for name in needed)
        if not is_complete or not any(name in about for name in ATTRIBUTION_METRICS):
            raise UserError(f"{path} does not say how well a run's attributions localise; delete it and run again")
        place = RunKey.of(about), about["method"]
        if place in found:
            raise UserError(f"{path} is about {place[0].label} and {place[1]}, as is another file; give each once")
        found[place] = about
    return list(found.values())


def attribution_table(
    runs: Iterable[Mapping[str, Any]], published: Published | None = None, *, ddof: int = 0
) -> pd.DataFrame:
    """Mean, sd and 95% interval over seeds of every score, beside the published value.

    Parameters
    ----------
    runs
        As `read_attribution_scores` returns them.
    published
        Values to stand beside ours.
    ddof
        0: population sd, as the papers print; 1: sample sd.

    Returns
    -------
    pandas.DataFrame
        `ATTRIBUTION_COLUMNS`; a row per dataset, architecture, activation, setting and method, in the order in
        which they come. `sequences` is the least number over the seeds; all else is as in `tables.results_table`.
    """
    groups: dict[tuple[RunKey, str], list[Mapping[str, Any]]] = {}
    for run in runs:
        groups.setdefault((RunKey.of(run).over_seeds, run["method"]), []).append(run)
    datasets, networks = (list(dict.fromkeys(part)) for part in ([k.dataset for k, _ in groups], [k for k, _ in groups]))
    rows = []
    for key, method in sorted(groups, key=lambda one: (datasets.index(one[0].dataset), networks.index(one[0]))):
        about = groups[key, method]
        record = key.columns | {
            "method": method,
            "target": about[0]["target"],
            "n_seeds": len(about),
            "n_undertrained": sum(is_undertrained(run, published) for run in about),
            "sequences": min(run["sequences"] for run in about),
        }
        for metric in ATTRIBUTION_METRICS:
            values = [run.get(metric) for run in about]
            scale = METRICS[metric].scale(None, None)
            theirs = published.value(key, metric, method) if published else None
            is_tested = not record["n_undertrained"]
            record |= beside(metric, values, scale, theirs, ddof=ddof, is_tested=is_tested)
        rows.append(record)
    return adjusted(typed(pd.DataFrame(rows, columns=list(ATTRIBUTION_COLUMNS))), ATTRIBUTION_METRICS)
