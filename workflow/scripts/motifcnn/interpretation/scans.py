"""Scans of sequences: how strongly the first layer, or known motifs, respond at each position."""

from collections.abc import Sequence

import numpy as np
import torch

from ..core.sequences import N_CODE
from ..motifs.meme import Motif

# Added to odds before the logarithm, so that a letter that a motif never has counts log2(1e-10) = -33 bits.
_LEAST_ODDS = 1e-10


@torch.inference_mode()
def scan_with_first_layer(network: torch.nn.Module, codes: np.ndarray, batch_size: int = 500) -> np.ndarray:
    """Return the highest activation of any first-layer filter at each position.

    Parameters
    ----------
    network
        With `activation_maps(codes)` and `receptive_fields()`, in eval mode, on the device to be used.
    codes
        uint8 (N, L).
    batch_size
        Sequences at a time; the result does not depend on it.

    Returns
    -------
    np.ndarray
        float32 (N, L), at the centre of each window; -inf where no window has its centre.
    """
    scores = np.full(codes.shape, -np.inf, np.float32)
    centres = np.array(network.receptive_fields().centres())
    inside = (centres >= 0) & (centres < codes.shape[1])
    sequences = torch.from_numpy(codes).to(next(network.parameters()).device)
    for start in range(0, len(codes), batch_size):
        highest = network.activation_maps(sequences[start : start + batch_size]).amax(dim=2)
        scores[start : start + batch_size, centres[inside]] = highest.cpu().numpy()[:, inside]
    return scores


def scan_with_motifs(codes: np.ndarray, motifs: Sequence[Motif], log_odds: bool = False) -> np.ndarray:
    """Return the highest score of any motif, on either strand, at each position.

    Parameters
    ----------
    codes
        uint8 (N, L).
    motifs
        At least one.
    log_odds
        Whether a letter counts by its log-odds against a uniform background, bits (a PWM), in place of
        its probability (a PPM, as Koo & Ploenzke 2021 scan). Positions beyond the ends count nothing.

    Returns
    -------
    np.ndarray
        float64 (N, L); the window of a motif of width W begins W // 2 before its position.
    """
    length, best = codes.shape[1], np.full(codes.shape, -np.inf)
    for motif in motifs:
        padded = np.pad(codes, ((0, 0), (motif.width // 2, motif.width)), constant_values=N_CODE)
        for oriented in (motif, motif.reverse_complement()):
            columns = oriented.probabilities
            columns = np.log2(columns / 0.25 + _LEAST_ODDS) if log_odds else columns
            weights = np.hstack([columns, np.zeros((motif.width, 1))])
            score = sum(weights[k][padded[:, k : k + length]] for k in range(motif.width))
            best = np.maximum(best, score)
    return best
