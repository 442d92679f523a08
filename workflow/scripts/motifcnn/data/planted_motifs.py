"""Where motifs were planted, as bits per position: the truth that scores of positions are held against."""

from collections.abc import Iterable

import numpy as np

from ..core.errors import UserError
from ..motifs.meme import Motif
from ..motifs.ppm import information_content
from .dataset import Split


def motifs_of(split: Split, database: Iterable[Motif]) -> list[Motif]:
    """Return the motifs planted in a simulated split, in the order of their ids.

    Raises
    ------
    UserError
        The database lacks one of them.
    """
    by_id = {motif.id: motif for motif in database}
    ids = [name.decode() for name in np.unique(split.motif["motif_id"])]
    if missing := [name for name in ids if name not in by_id]:
        raise UserError(
            f"the motif {missing[0]} was planted in the dataset, but is not in the database; give the database that "
            "the dataset was simulated with"
        )
    return [by_id[name] for name in ids]


def planted_information(split: Split, database: Iterable[Motif] = ()) -> np.ndarray:
    """Return how informative each position is in the model that its sequence was drawn from.

    Parameters
    ----------
    split
        Of a simulated dataset, or of a released one that was imported with its models.
    database
        Motifs that a simulated dataset's were taken from.

    Returns
    -------
    np.ndarray
        float32 (N, L), bits: the information content of the planted motif's column, 0 in the background.

    Raises
    ------
    UserError
        The truth is not known, or the database lacks a planted motif.
    """
    if split.information is not None:
        return split.information
    if split.motif is None:
        raise UserError(
            "the dataset does not say where its motifs are; give one that was simulated, or released with its models "
            "(models: true)"
        )
    information = np.zeros(split.sequence.shape, np.float32)
    for motif in motifs_of(split, database):
        bits = information_content(motif.probabilities)
        for strand, columns in ((b"+", bits), (b"-", bits[::-1])):
            rows = split.motif[
                (split.motif["motif_id"] == motif.id.encode()) & (split.motif["strand"] == strand)
            ]
            information[rows["sequence"][:, None], rows["start"][:, None] + np.arange(len(bits))] = columns
    return information
