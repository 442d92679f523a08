"""SmoothGrad: gradient × input, averaged over noise."""

import numpy as np
import torch

from ...core.sequences import N_CODE
from .explained import Contributions, Explained


def smoothgrad(
    explained: Explained,
    codes: np.ndarray,
    rng: np.random.Generator,
    batch_size: int,
    *,
    samples: int = 50,
    noise: float = 0.1,
) -> Contributions:
    """Mean gradient over noisy copies of the input, × input (Smilkov et al. 2017, arXiv:1706.03825).

    Parameters
    ----------
    explained, codes, batch_size
        As for `saliency`.
    rng
        Draws the noise.
    samples
        Noisy copies of each sequence.
    noise
        Standard deviation of the Gaussian noise, which is added to every letter of every position but N.
    """
    total = np.zeros((len(codes), 4, codes.shape[1]))
    known = (codes != N_CODE)[:, None]
    for _ in range(samples):
        drawn = rng.standard_normal(total.shape, np.float32) * known * np.float32(noise)
        for at in range(0, len(codes), batch_size):
            rows = slice(at, at + batch_size)
            sequences = explained.one_hot(codes[rows])
            total[rows] += explained.gradients(sequences + torch.from_numpy(drawn[rows]).to(sequences))
    return Contributions(total / samples)
