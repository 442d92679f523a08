"""How well the scores of letters point at planted motifs: one number per run and attribution method."""

from typing import Any

import numpy as np

from ..core.errors import UserError
from .localisation import INFORMATIVE, localise


def score_positions(scores: np.ndarray, information: np.ndarray) -> dict[str, Any]:
    """Compare the scores of positions with where motifs were planted, sequence by sequence.

    Parameters
    ----------
    scores
        float (N, L), those of the letters that are there.
    information
        float (N, L), bits, as `data.planted_motifs.planted_information` gives them; a position is planted where
        they are more than `localisation.INFORMATIVE`, not wherever a motif lies (Koo & Ploenzke 2021).

    Returns
    -------
    dict
        `sequences`, how many have planted positions and others; and over them the means `attribution_auroc`,
        `attribution_aupr` (trapezoid rule) and `attribution_snr`: the mean score of planted positions minus that of
        the others, divided by the standard deviation of the latter. None where no sequence has one.

    Raises
    ------
    UserError
        No sequence has both kinds of positions, or a score is no number.
    """
    planted = information > INFORMATIVE
    both = planted.any(1) & ~planted.all(1)
    if not both.any():
        raise UserError("no sequence has planted motifs and other positions, so there is nothing to localise")
    scores, planted = scores[both].astype(np.float64), planted[both]
    auroc, aupr = localise(scores, information[both])
    return {
        "sequences": int(both.sum()),
        "attribution_auroc": float(auroc.mean()),
        "attribution_aupr": float(aupr.mean()),
        "attribution_snr": _signal_to_noise(scores, planted),
    }


def _signal_to_noise(scores: np.ndarray, planted: np.ndarray) -> float | None:
    """Return the mean over the sequences whose other positions differ in their scores."""
    signal = np.where(planted, scores, 0).sum(1) / planted.sum(1)
    others = (~planted).sum(1)
    mean = np.where(planted, 0, scores).sum(1) / others
    noise = np.sqrt((np.where(planted, 0, scores - mean[:, None]) ** 2).sum(1) / others)
    heard = noise > 0
    return float(((signal - mean)[heard] / noise[heard]).mean()) if heard.any() else None
