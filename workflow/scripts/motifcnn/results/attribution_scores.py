"""How well attribution methods point at planted motifs, over seeds: attributions.tsv."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ..core.errors import UserError
from ..core.files import read_json
from ..core.run_key import KEY_COLUMNS, RunKey
from .metrics import METRICS
from .statistics import summarise
from .tables import typed

SCORES = ("attribution_auroc", "attribution_aupr", "attribution_snr")
ATTRIBUTION_COLUMNS = (
    *KEY_COLUMNS[:-1],
    "method",
    "target",
    "n_seeds",
    "sequences",
    *(f"{metric}_{part}" for metric in SCORES for part in ("mean", "sd", "low", "high")),
)


def read_attribution_scores(paths: Iterable[str | os.PathLike]) -> list[dict[str, Any]]:
    """Read the scores.json of runs and methods.

    Raises
    ------
    UserError
        One is no such file, or the same run and method come twice.
    """
    found: dict[tuple[RunKey, str], dict[str, Any]] = {}
    for path in paths:
        about = read_json(path)
        needed = ("dataset", "architecture", "activation", "seed", "method", "target", "sequences", *SCORES)
        if not isinstance(about, dict) or any(name not in about for name in needed):
            raise UserError(f"{path} does not say how well a run's attributions localise; delete it and run again")
        place = RunKey.of(about), about["method"]
        if place in found:
            raise UserError(f"{path} is about {place[0].label} and {place[1]}, as is another file; give each once")
        found[place] = about
    return list(found.values())


def attribution_table(runs: Iterable[Mapping[str, Any]], *, ddof: int = 0) -> pd.DataFrame:
    """Mean, sd and 95% interval over seeds of every score.

    Parameters
    ----------
    runs
        As `read_attribution_scores` returns them.
    ddof
        0: population sd, as the papers print; 1: sample sd.

    Returns
    -------
    pandas.DataFrame
        `ATTRIBUTION_COLUMNS`; a row per dataset, architecture, activation, setting and method, in the order in
        which they come. `sequences` is the least number over the seeds.
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
            "sequences": min(run["sequences"] for run in about),
        }
        for metric in SCORES:
            spread = summarise([run[metric] for run in about], METRICS[metric].scale(None, None), ddof)
            record |= {f"{metric}_{part}": getattr(spread, part) for part in ("mean", "sd", "low", "high")}
        rows.append(record)
    return typed(pd.DataFrame(rows, columns=list(ATTRIBUTION_COLUMNS)))
