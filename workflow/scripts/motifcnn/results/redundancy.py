"""How alike motifs are, and how many filters of a network share one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..motifs.meme import UNIFORM, Motif
from .run_files import RunFilters


@dataclass(frozen=True)
class Redundancy:
    """How the filters of a network share the motifs of the factors.

    Attributes
    ----------
    filters
        {factor: filters that are assigned to it}, all factors of the dataset.
    unassigned
        Filters that are assigned to none.
    within
        float64 (P,), the similarity of each pair of filters that are assigned to the same factor.
    between
        float64 (Q,), that of each pair assigned to two factors: what the former is to be seen against.
    """

    filters: Mapping[str, int]
    unassigned: int
    within: np.ndarray
    between: np.ndarray


def similarities(motifs: Sequence[Motif]) -> np.ndarray:
    """Similarity of every two motifs: their highest correlation over ungapped alignments and both strands.

    For each alignment, Pearson's correlation is taken over the probabilities of all letters at all
    positions that either motif covers, where a motif that does not reach is uniform. Columns without
    information thus count for nothing, nor does it matter how wide a motif was cut. A copy is 1
    wherever it is shifted to and on either strand; of a copy that lacks one end, the share that is
    left tells. (So do HOMER, Heinz et al. 2010, Mol Cell 38:576, and monaLisa, Machlab et al. 2022,
    Bioinformatics 38:2624.)

    Parameters
    ----------
    motifs
        F motifs of any widths.

    Returns
    -------
    np.ndarray
        float64 (F, F), symmetric, from 0, since motifs can also lie side by side, to 1. A uniform
        motif, as that of a dead filter, is 0 to all others and to itself.
    """
    width = max((motif.width for motif in motifs), default=0)
    forward = np.zeros((len(motifs), width, 4))
    for row, motif in zip(forward, motifs, strict=True):
        # Each column adds up to one, so that the mean of all cells is 1/4 in every alignment.
        row[: motif.width] = motif.probabilities - UNIFORM
    norm = np.sqrt((forward**2).sum(axis=(1, 2), keepdims=True))
    forward /= np.where(norm > 0, norm, 1)
    best = np.zeros((len(motifs), len(motifs)))
    for other in (forward, forward[:, ::-1, ::-1]):
        for shift in range(width):
            head, tail = slice(width - shift), slice(shift, None)
            for one, two in ((tail, head), (head, tail)):
                cosine = np.einsum("fwc,gwc->fg", forward[:, one], other[:, two], optimize=True)
                np.maximum(best, cosine, out=best)
    # Symmetric up to rounding.
    return np.minimum(np.maximum(best, best.T), 1)


def measure_redundancy(motifs: Sequence[Motif], run: RunFilters) -> Redundancy:
    """Compare the filters of a network that are assigned to the same factor.

    Parameters
    ----------
    motifs
        Of the run's filters.
    run
        Whose matches say which factor each filter is assigned to.

    Raises
    ------
    UserError
        Motifs and matches are not about the same filters.
    """
    run.check_filters([motif.id for motif in motifs], "motifs")
    assigned = run.matches["relevant_tf"].to_numpy(dtype=str)
    first, second = np.triu_indices(len(motifs), k=1)
    both = (assigned[first] != "") & (assigned[second] != "")
    same = assigned[first] == assigned[second]
    pairs = similarities(motifs)[first, second]
    return Redundancy(
        filters={factor: int((assigned == factor).sum()) for factor in run.factors},
        unassigned=int((assigned == "").sum()),
        within=pairs[both & same],
        between=pairs[both & ~same],
    )
