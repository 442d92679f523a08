"""In silico saturation mutagenesis: every letter of a sequence is replaced by every other."""

import numpy as np
import torch

from ...core.sequences import N_CODE
from .explained import Contributions, Explained
from .windows import Windows


@torch.inference_mode()
def mutagenesis(
    explained: Explained, codes: np.ndarray, rng: np.random.Generator, batch_size: int
) -> Contributions:
    """Change of the output with each letter in place of the one that is there.

    The score of a position is the Euclidean norm over the letters. N is not replaced: its changes are 0. (Zhou
    & Troyanskaya 2015, doi 10.1038/nmeth.3547.)

    Parameters
    ----------
    explained, codes
        The output, and sequences, uint8 (N, L).
    rng
        Not used; methods are called alike.
    batch_size
        Sequences at a time; three copies of each are computed at once.
    """
    changes = np.zeros((len(codes), 4, codes.shape[1]))
    for at in range(0, len(codes), batch_size):
        batch = codes[at : at + batch_size]
        one_hot = explained.one_hot(batch)
        windows, before = Windows(explained.network, one_hot), explained.logits(one_hot)
        for position, there in enumerate(batch.T):
            # N gets letters, too, so that the shape is always the same, but is left out of the result.
            letters = (there + np.arange(1, 4, dtype=np.uint8)[:, None]) % 4
            logits = windows.logits(explained.one_hot(letters.reshape(-1, 1))[:, :, 0], position)
            after = explained.checked(logits[:, explained.target]).reshape(3, -1)
            rows = np.flatnonzero(there != N_CODE)
            changes[at + rows, letters[:, rows], position] = explained.differences(after, before)[:, rows]
    return Contributions(changes, score=np.sqrt((changes**2).sum(1)))
