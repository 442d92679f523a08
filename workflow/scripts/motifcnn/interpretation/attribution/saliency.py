"""Gradient × input."""

import numpy as np

from .explained import Contributions, Explained


def saliency(
    explained: Explained, codes: np.ndarray, rng: np.random.Generator, batch_size: int
) -> Contributions:
    """Gradient × input (Simonyan et al. 2013, arXiv:1312.6034; Shrikumar et al. 2016, arXiv:1605.01713).

    Parameters
    ----------
    explained, codes
        The output, and sequences, uint8 (N, L).
    rng
        Not used; methods are called alike.
    batch_size
        Sequences at a time.
    """
    batches = range(0, len(codes), batch_size)
    rows = [explained.gradients(explained.one_hot(codes[at : at + batch_size])) for at in batches]
    return Contributions(np.concatenate(rows))
