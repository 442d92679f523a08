"""Negative windows with the GC content of the positive ones."""

import numpy as np

# GC content is matched to within a fiftieth: 2 percentage points.
STRATA = 50


def gc_strata(gc: np.ndarray, letters: np.ndarray) -> np.ndarray:
    """Return the stratum of the GC content of windows: int64, 0 to `STRATA` - 1.

    Of each window's `letters` A, C, G and T, at least one, `gc` are G or C.
    """
    return np.minimum(gc.astype(np.int64) * STRATA // letters, STRATA - 1)


def draw_matched(
    rng: np.random.Generator, positive: np.ndarray, candidate: np.ndarray, ratio: float
) -> tuple[np.ndarray, int]:
    """Draw candidates, `ratio` times as many as there are positives in every stratum.

    Parameters
    ----------
    rng
        Random number generator.
    positive, candidate
        Strata of the positives and of the candidates.
    ratio
        Negatives per positive.

    Returns
    -------
    np.ndarray
        int64, indices of the candidates drawn, ascending.
    int
        How many are missing because strata have too few candidates. They are not taken from other
        strata, which would undo the match.
    """
    # Rounding the running sum keeps the total right where strata are small.
    total = np.concatenate([[0], np.cumsum(np.bincount(positive, minlength=STRATA))])
    wanted = np.diff(np.floor(ratio * total + 0.5).astype(np.int64))
    drawn, missing = [], 0
    for stratum, number in enumerate(wanted):
        available = np.flatnonzero(candidate == stratum)
        missing += max(0, number - len(available))
        drawn.append(rng.choice(available, min(number, len(available)), replace=False))
    return np.sort(np.concatenate(drawn)), int(missing)
