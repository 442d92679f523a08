"""Controls that bound every match fraction: the true motifs from above, shuffled filters from below."""

from collections.abc import Iterable, Mapping

import numpy as np

from ..core.errors import UserError
from .meme import Motif

# First word of the seed of every generator here, so that no other step shares its stream.
_STREAM = 0x5F1F


def shuffle_motifs(motifs: Iterable[Motif], seed: int) -> list[Motif]:
    """Shuffle each motif: its columns, and within each column the letters.

    The columns are put into another order, never the one they had (if there are at least two),
    and the four probabilities of every column are dealt out anew to the letters. Width, the
    information content of the columns as a set and so the motif's whole information are kept;
    what the motif says, and its composition, are lost. A uniform motif stays uniform.

    Parameters
    ----------
    motifs
        The clipped motifs.
    seed
        Non-negative; the n-th motif's shuffle depends on `seed`, n and its width alone.

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
        One per target that `matrix_ids` knows or that is itself the id of a motif of the database,
        in the order of the targets, named after it, with its matrix id as id. `nsites` is the
        width, as for filters, so that Tomtom treats them alike.

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
