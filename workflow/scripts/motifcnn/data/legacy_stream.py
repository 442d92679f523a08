"""The random stream of the papers' simulation, draw by draw.

The authors' notebook (Koo & Eddy 2019, Koo & Ploenzke 2019) draws every sequence by itself from NumPy's
legacy generator. Following its order of draws gives the very sequences, labels and splits that they
trained on; `simulate` draws the same distribution in bulk, in a hundredth of the time.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.errors import UserError
from ..motifs.meme import Motif

PLANTED_DTYPE = np.dtype(
    [("sequence", int), ("start", int), ("width", int), ("motif", int), ("reverse", bool)]
)


def draw_legacy(motifs: Sequence[Motif], parameters: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences and their planted motifs as the authors' notebook does.

    Parameters
    ----------
    motifs
        The motifs to plant; a target for each.
    parameters
        As for `simulate`; `example_models` models are drawn and discarded before the first sequence (the
        notebook of the first two papers draws ten, for a figure).

    Returns
    -------
    tuple of np.ndarray
        Codes, uint8 (N, L), in the permuted order whose consecutive blocks are the splits; and the
        planted motifs, `PLANTED_DTYPE`, by sequence and start.

    Raises
    ------
    UserError
        A parameter has a value that the notebook does not provide for.
    """
    fixed = {"min_gap": 0, "both_strands": True, "background": [0.25] * 4}
    for key, value in fixed.items():
        if parameters[key] != value:
            raise UserError(f"with `stream: legacy`, {key} must be {value}; write that or leave `stream` out")
    if parameters["p_motifs"] == "uniform":
        raise UserError("with `stream: legacy`, p_motifs must be a list of probabilities")
    rng = np.random.RandomState(parameters["seed"])
    # Complementing swaps A with T and C with G: the columns read backwards. Even numbers are + strands.
    stranded = [strand for m in motifs for strand in (m.probabilities, m.probabilities[::-1, ::-1])]
    widths = np.array([len(columns) for columns in stranded])
    limits = [np.cumsum(columns, axis=1) for columns in stranded]
    # The last probability is never used: whatever exceeds the sum of the others means the last count.
    bounds = np.cumsum([0, *parameters["p_motifs"][:-1]])
    total, length = parameters["n_sequences"], parameters["length"]
    uniform = np.tile(np.cumsum([0.25] * 4), (length, 1))
    for _ in range(parameters["example_models"]):
        _draw_model(rng, widths, bounds, length)
    codes, truth = np.empty((total, length), np.uint8), []
    for number in range(total):
        chosen, starts = _draw_model(rng, widths, bounds, length)
        cumulative = uniform.copy()
        for motif, start in zip(chosen, starts, strict=True):
            cumulative[start : start + widths[motif]] = limits[motif]
        draws = rng.uniform(0, 1, length)
        codes[number] = (draws[:, None] >= cumulative).sum(axis=1)
        truth.append(
            [(widths[m], m // 2, m % 2 == 1, start) for m, start in zip(chosen, starts, strict=True)]
        )
    order = rng.permutation(total)
    planted = [
        (row, start, width, motif, reverse)
        for row, number in enumerate(order)
        for width, motif, reverse, start in truth[number]
    ]
    return codes[order], np.array(planted, PLANTED_DTYPE)


def _draw_model(
    rng: np.random.RandomState, widths: np.ndarray, bounds: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw which stranded motifs a sequence holds, and where each starts."""
    number = int((rng.random_sample() > bounds).sum())
    chosen = rng.randint(len(widths), size=number)
    free = length - widths[chosen].sum()
    while True:
        gaps = rng.uniform(0, 1, number + 1)
        gaps = np.round(gaps / sum(gaps) * free).astype(int)
        if gaps.sum() == free:
            break
    return chosen, np.cumsum(gaps[:-1]) + np.cumsum(widths[chosen]) - widths[chosen]
