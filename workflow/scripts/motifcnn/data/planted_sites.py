"""The planted motifs of a sequence, one by one, as a logo of the truth shows them."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ..core.sequences import ALPHABET, N_CODE
from ..motifs.meme import Motif
from ..motifs.ppm import information_content
from .dataset import Split
from .planted_motifs import motifs_of


class Site(NamedTuple):
    """A stretch that was drawn from a motif.

    Attributes
    ----------
    start
        Its first position, counted from 0.
    name
        Name of the motif and its strand, or "" where only the informative positions are known.
    heights
        float64 (W, 4), bits: letters of the motif's logo, or the sequence's own letters as high as their positions are
        informative.
    """

    start: int
    name: str
    heights: np.ndarray


def planted_sites(split: Split, row: int, database: Iterable[Motif] = ()) -> list[Site] | None:
    """Return the sites of a sequence in their order, or None where it is not known where motifs are.

    Parameters
    ----------
    split
        As for `planted_motifs.planted_information`.
    row
        Which sequence.
    database
        Motifs that a simulated dataset's were taken from.

    Raises
    ------
    UserError
        The database lacks a planted motif.
    """
    if split.motif is not None:
        motifs = {motif.id.encode(): motif for motif in motifs_of(split, database)}
        sites = []
        for planted in np.sort(split.motif[split.motif["sequence"] == row], order="start"):
            motif, strand = motifs[planted["motif_id"]], planted["strand"].decode()
            oriented = motif if strand == "+" else motif.reverse_complement()
            bits = information_content(oriented.probabilities)
            name = f"{motif.name or motif.id} {strand}"
            sites.append(Site(int(planted["start"]), name, oriented.probabilities * bits[:, None]))
        return sites
    if split.information is None:
        return None
    letters = np.eye(N_CODE + 1, len(ALPHABET))[split.sequence[row]]
    return [Site(0, "", letters * split.information[row][:, None].astype(np.float64))]
