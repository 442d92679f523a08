"""The patterns that TF-MoDISco finds in attributions: read from its file, trimmed, and turned into motifs.

TF-MoDISco (Shrikumar et al. 2018, arXiv:1811.00416) cuts out the stretches with the highest scores (seqlets), and
aligns and clusters them. Its file has a group per pattern in `pos_patterns`, whose scores speak for the target, and
`neg_patterns`, whose scores speak against it; either may be missing. In each, `sequence` is the mean of the
seqlets' one-hot letters, float64 (W, 4), `contrib_scores` that of their scores (the contribution weight matrix,
CWM), and `seqlets/n_seqlets` their number.
"""

import os
from collections.abc import Iterable
from typing import NamedTuple

import h5py
import numpy as np

from ..core.errors import UserError
from ..motifs.meme import Motif

# Names of the groups, and what the patterns in them are called.
_SIGNS = {"pos_patterns": "pos", "neg_patterns": "neg"}
# What stands in for a motif where there is no pattern: it tells nothing, and so matches nothing, as a dead filter does.
_NONE = Motif("none", "", np.full((8, 4), 0.25), 0)


class Pattern(NamedTuple):
    """A pattern.

    Attributes
    ----------
    name
        `pos0`, `pos1`, …, `neg0`, …, each with fewer seqlets than the one before it.
    sequence, scores
        float64 (W, 4): how often each letter stands in the seqlets, and its mean score.
    n_seqlets
        Number of seqlets.
    """

    name: str
    sequence: np.ndarray
    scores: np.ndarray
    n_seqlets: int


def read_patterns(path: str | os.PathLike) -> list[Pattern]:
    """Read the patterns in a file of TF-MoDISco, those that speak for the target first.

    Raises
    ------
    UserError
        The file is missing, cut short, or not one of TF-MoDISco.
    """
    if not os.path.exists(path):
        raise UserError(f"{path} does not exist")
    found = []
    try:
        with h5py.File(path, "r") as file:
            for group, sign in _SIGNS.items():
                members = file.get(group, {})
                for name in sorted(members, key=lambda name: int(name.removeprefix("pattern_"))):
                    pattern = members[name]
                    sequence, scores = (pattern[key][()] for key in ("sequence", "contrib_scores"))
                    if sequence.shape != scores.shape or sequence.shape[1:] != (4,) or not len(sequence):
                        raise ValueError(f"{group}/{name} has the shape {sequence.shape}")
                    number = int(np.ravel(pattern["seqlets/n_seqlets"][()])[0])
                    found.append(Pattern(f"{sign}{name.removeprefix('pattern_')}", sequence, scores, number))
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise UserError(
            f"{path} is not a complete file of TF-MoDISco ({str(error).splitlines()[0]}); delete it and run again"
        ) from error
    return found


def trim(pattern: Pattern, share: float) -> Pattern:
    """Cut a pattern down to what lies between the first and the last position with a high score.

    A position counts by the sum of the absolute scores of its letters; it is high from `share` of the highest on.
    """
    size = np.abs(pattern.scores).sum(1)
    high = np.flatnonzero(size >= share * size.max())
    kept = slice(high[0], high[-1] + 1)
    return pattern._replace(sequence=pattern.sequence[kept], scores=pattern.scores[kept])


def as_motifs(patterns: Iterable[Pattern], share: float) -> list[Motif]:
    """Return the trimmed patterns as motifs; one that tells nothing, `none`, if there is no pattern."""
    motifs = []
    for pattern in patterns:
        letters = trim(pattern, share).sequence
        total = letters.sum(1, keepdims=True)
        # Where all seqlets have an N, nothing is known.
        letters = np.where(total > 0, letters / np.where(total > 0, total, 1), 0.25)
        motifs.append(Motif(pattern.name, "", letters, pattern.n_seqlets))
    return motifs or [_NONE]
