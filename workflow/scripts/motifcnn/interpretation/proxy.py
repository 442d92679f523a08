"""A proxy of localisation where nothing was planted: how well scores point at hits of the target's known motifs.

It is not localisation: a hit need not be bound, what is bound need not be hit, and a network that relies on other
motifs, rightly, scores low.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..motifs.hits import hit_information
from ..motifs.meme import Motif
from .attribution.attribution_file import AttributionFile
from .localisation import INFORMATIVE
from .planted_positions import score_positions

_NAMES = {
    "attribution_auroc": "proxy_auroc",
    "attribution_aupr": "proxy_aupr",
    "attribution_snr": "proxy_snr",
}


def motifs_of_target(
    relevant: Mapping[str, Sequence[str]], target: str, targets: Sequence[str], database: Iterable[Motif]
) -> list[Motif]:
    """Return the known motifs of the target that is explained.

    Parameters
    ----------
    relevant
        {factor: ids}; where none of them is called as the target and this is the only one, all are its own, such as
        those of the families that it belongs to.
    target, targets
        The one that is explained, and all of the dataset.
    database
        The motifs of the database.
    """
    alone = len(targets) == 1 and target not in relevant
    ids = {name for factor, names in relevant.items() if alone or factor == target for name in names}
    return [motif for motif in database if motif.id in ids]


def score_hits(explained: AttributionFile, motifs: Sequence[Motif], pvalue: float) -> dict[str, Any]:
    """Compare scores with the hits of motifs, sequence by sequence, as `score_positions` does with planted ones.

    Returns
    -------
    dict
        `sequences`, how many have positions in and outside of hits; `proxy_auroc`, `proxy_aupr` and `proxy_snr`, means
        over them, None where there are no such sequences.

    Raises
    ------
    UserError
        A score is no number.
    """
    found = explained.attributions
    information = hit_information(found.codes, motifs, pvalue)
    hit = information > INFORMATIVE
    if not (hit.any(1) & ~hit.all(1)).any():
        return {"sequences": 0} | dict.fromkeys(_NAMES.values())
    scored = score_positions(found.score, information)
    return {_NAMES.get(name, name): value for name, value in scored.items()}
