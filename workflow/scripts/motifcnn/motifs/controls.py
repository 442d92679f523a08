"""Controls that bound every match fraction: the true motifs from above, shuffled filters from below."""

from collections.abc import Iterable, Mapping

import numpy as np

from ..core.errors import UserError
from .meme import Motif

# First word of every seed here, so that no other step shares the stream.
_STREAM = 0x5F1F


def shuffle_motifs(motifs: Iterable[Motif], seed: int) -> list[Motif]:
    """Shuffle the columns of each motif, and the letters within each column.

    The columns are permuted, never left in their order if there are at least two, and so are the
    four probabilities within each column. The width and the information content of the columns, and
    so of the motif, are kept; its sequence and composition are lost. A uniform motif stays uniform.

    Parameters
    ----------
    motifs
        The clipped motifs.
    seed
        Non-negative; the shuffle of motif n depends only on `seed`, n and its width.

    Returns
    -------
    list of Motif
        With the ids, names and nsites of `motifs`.
    """
    shuffled = []
    for index, motif in enumerate(motifs):
        generator = np.random.default_rng([_STREAM, seed, index])
        identity = np.arange(len(motif.probabilities))
        order = generator.permutation(identity)
        while len(identity) > 1 and np.array_equal(order, identity):
            order = generator.permutation(identity)
        probabilities = generator.permuted(motif.probabilities[order], axis=1)
        shuffled.append(Motif(id=motif.id, name=motif.name, probabilities=probabilities, nsites=motif.nsites))
    return shuffled


def ground_truth_motifs(
    targets: Iterable[str], matrix_ids: Mapping[str, str], database: Iterable[Motif]
) -> list[Motif]:
    """The motifs that the targets of a dataset were simulated from, as if they were filters.

    Parameters
    ----------
    targets
        Label names of the dataset.
    matrix_ids
        Matrix id of each transcription factor.
    database
        Motifs to take the matrices from.

    Returns
    -------
    list of Motif
        One for each target in `matrix_ids` and each that is itself the id of a motif in the database,
        in the order of the targets; the id is the matrix id, the name the target. `nsites` is the
        width, as for filters, so that Tomtom treats both alike.

    Raises
    ------
    UserError
        No target is known, or the database lacks a matrix.
    """
    by_id = {motif.id: motif for motif in database}
    known = [target for target in targets if target in matrix_ids or target in by_id]
    if not known:
        raise UserError(
            "no target of the dataset has a matrix in resources/transcription_factors.tsv, "
            "so there is no ground truth; take ground_truth out of protocol: controls"
        )
    motifs = []
    for target in known:
        matrix_id = matrix_ids.get(target, target)
        if matrix_id not in by_id:
            raise UserError(
                f"the matrix {matrix_id} of {target} is not in the motif database; "
                "choose a database that has it, or take ground_truth out of protocol: controls"
            )
        probabilities = by_id[matrix_id].probabilities
        motifs.append(
            Motif(id=matrix_id, name=target, probabilities=probabilities, nsites=float(len(probabilities)))
        )
    return motifs
