"""Motifs that resemble others, by Tomtom's scores."""

from collections.abc import Iterable, Sequence

from .meme import UNIFORM, Motif
from .tomtom.scores import Targets, smoothed


def without_lookalikes(candidates: Iterable[Motif], motifs: Sequence[Motif], evalue: float) -> list[Motif]:
    """Leave out the candidates that Tomtom finds similar to one of `motifs`, with an E-value of at most `evalue`."""
    database = Targets(motifs, UNIFORM)
    smallest = evalue / len(motifs)
    return [one for one in candidates if database.align(smoothed(one, UNIFORM)).p_value.min() > smallest]
