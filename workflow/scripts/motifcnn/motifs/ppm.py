"""Position probability matrices (PPMs): conversion from counts, information content, clipping."""

import numpy as np


def to_ppm(counts: np.ndarray) -> np.ndarray:
    """Divide counts, (..., W, 4), by their column sums; a column without counts becomes uniform."""
    total = counts.sum(axis=-1, keepdims=True)
    return np.where(total > 0, counts / np.where(total > 0, total, 1), 0.25)


def information_content(ppm: np.ndarray) -> np.ndarray:
    """Information content of each column against a uniform background, bits.

    Parameters
    ----------
    ppm
        float (..., W, 4), columns A, C, G, T, each summing to one.

    Returns
    -------
    np.ndarray
        float64 (..., W): 2 + Σ p log2 p, without correction for small samples.
    """
    ppm = np.asarray(ppm, dtype=np.float64)
    return 2 + np.sum(ppm * np.log2(np.where(ppm > 0, ppm, 1)), axis=-1)


def clip_span(ppm: np.ndarray, information: float | None, pad: int) -> tuple[int, int]:
    """Return the first column of the clipped motif and the one after its last; all if none is informative.

    Parameters
    ----------
    ppm
        float (W, 4).
    information
        An informative column has more than this many bits; None disables clipping.
    pad
        Number of columns kept on either side of the first and the last informative one.
    """
    if information is None:
        return 0, len(ppm)
    informative = np.flatnonzero(information_content(ppm) > information)
    if informative.size == 0:
        return 0, len(ppm)
    start = max(int(informative[0]) - pad, 0)
    return start, min(int(informative[-1]) + pad + 1, len(ppm))
