"""Means over seeds, and how uncertain they are."""

from collections.abc import Iterable
from typing import Any

import numpy as np

# First word of the bootstrap's seed, so that no other step shares its stream.
_STREAM = 0xB007


def summarise(
    values: Iterable[float | None], ddof: int = 0, bootstrap: int = 10_000, seed: int = 0
) -> dict[str, Any]:
    """Mean of a score over seeds, and how sure it is.

    Parameters
    ----------
    values
        One per seed; None is left out.
    ddof
        0: population sd, as the papers print; 1: sample sd.
    bootstrap
        Resamples for the interval.
    seed
        Seed of the resampling.

    Returns
    -------
    dict
        `n`; `mean`; `sd`; `low` and `high`, the 2.5th and 97.5th percentile of the mean over
        bootstrap resamples. None where there are too few values: no value for `mean`, `ddof` or
        fewer for `sd`, one for the interval.
    """
    present = np.array([value for value in values if value is not None], dtype=np.float64)
    n = len(present)
    result: dict[str, Any] = {"n": n, "mean": None, "sd": None, "low": None, "high": None}
    if n:
        result["mean"] = float(present.mean())
    if n > ddof:
        result["sd"] = float(present.std(ddof=ddof))
    if n > 1 and bootstrap > 0:
        draws = np.random.default_rng([_STREAM, seed]).integers(0, n, size=(bootstrap, n))
        low, high = np.percentile(present[draws].mean(axis=1), [2.5, 97.5])
        result |= {"low": float(low), "high": float(high)}
    return result
