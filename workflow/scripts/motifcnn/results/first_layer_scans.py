"""Which numbers of localisation.tsv stand for a network: how well its first layer points at planted motifs."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ..core.files import read_json
from ..core.run_key import RunKey
from ..interpretation.filter_tables import read_localisation
from .run_files import Paths, check_pairs

# Of the kinds of stretches, whole ones; by how much motifs are widened, nt.
BOUNDS, BUFFER = "whole", 10


def scan_value(table: pd.DataFrame, scan: str, area: str) -> float:
    """Return the `auroc` or `aupr` of a scan, with `BOUNDS` and `BUFFER`, from a table as `read_localisation` returns it."""
    chosen = (table["scan"] == scan) & (table["bounds"] == BOUNDS) & (table["buffer"] == BUFFER)
    return float(table.loc[chosen, area].iloc[0])


def read_first_layer_scans(paths: Iterable[str]) -> dict[RunKey, list[float]]:
    """Read how well the first layer of each network points at planted motifs.

    Parameters
    ----------
    paths
        summary.json of each run, and localisation.tsv of each run's model, in one order; none at all will do.

    Returns
    -------
    dict
        For each network over its seeds, the auROC of each seed.

    Raises
    ------
    UserError
        There are more files of one kind, or one is missing or damaged.
    """
    kinds: dict[str, Paths] = {".json": [], ".tsv": []}
    for path in paths:
        kinds[Path(path).suffix].append(path)
    summaries, tables = kinds.values()
    found: dict[RunKey, list[float]] = {}
    if summaries or tables:
        check_pairs(summaries, tables)
    for summary, path in zip(summaries, tables, strict=True):
        value = scan_value(read_localisation(path), "first_layer", "auroc")
        found.setdefault(RunKey.of(read_json(summary)).over_seeds, []).append(value)
    return found
