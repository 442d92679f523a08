"""Simulated DNA with planted motifs: the synthetic dataset of the papers.

A sequence is uniform background with one to five motif instances, drawn column by column from the
motifs' PPMs, on either strand, apart from each other by random gaps. Its labels say which
transcription factors' motifs it holds; or, with `negatives`, whether it holds the motifs of the targets
alone. Source: the public notebooks of Koo & Eddy 2019 and of Koo & Ploenzke 2019 and 2021; the options
are where their texts and their code disagree.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.errors import UserError
from ..core.memory import check_memory
from ..core.splits import SPLITS, split_sizes
from ..experiment.limits import PER_SEQUENCE, check_planted
from ..motifs.meme import Motif, check_unique
from .dataset import MOTIF_DTYPE, Dataset, Split
from .legacy_stream import PLANTED_DTYPE, draw_legacy

_STREAM, _STREAM_OF_CLASSES = 3, 11


def simulate(
    motifs: dict[str, Motif],
    parameters: dict[str, Any],
    name: str,
    versions: dict[str, str] | None = None,
    others: Sequence[Motif] = (),
) -> Dataset:
    """Simulate a dataset.

    Parameters
    ----------
    motifs
        The motif of each target, in the order of the labels.
    parameters
        The keys of a dataset of type simulate, complete with their defaults. Of `min_gap`, the papers'
        code has 0, the text of Koo & Eddy 2019 has 1; `stream: legacy` is in `motifcnn.data.legacy_stream`.
    name, versions
        As in `Dataset`.
    others
        The motifs of `negatives`. With them, half of the sequences are positives, with motifs drawn from
        `motifs`; the other half are negatives, with motifs drawn from both; and being positive is the
        only target (the regulatory code of Koo & Ploenzke 2021).

    Raises
    ------
    UserError
        The motifs do not fit into a sequence, one has too long an id, negatives have no motif of their own, or there is
        not enough memory.
    """
    negatives = parameters["negatives"]
    if negatives and not others:
        raise UserError(
            "negatives have no further motif, as all of them resemble one of motifs, so that nothing tells them from "
            "positives; lower exclude_lookalikes or name other motifs"
        )
    every = [*motifs.values(), *others]
    check_unique(every, "the list of motifs to plant")
    check_planted({motif.id: motif.width for motif in every}, parameters)
    _check_room(parameters)
    total = parameters["n_sequences"]
    if negatives:
        classes = np.random.default_rng([parameters["seed"], _STREAM_OF_CLASSES])
        positive = classes.permutation(total) < total // 2
        sequence, planted = _draw(every, parameters, np.where(positive, len(motifs), len(every))[:, None])
        targets, label = (negatives["target"],), positive[:, None].astype(np.uint8)
    else:
        draw = draw_legacy if parameters["stream"] == "legacy" else _draw
        sequence, planted = draw(every, parameters)
        targets, label = tuple(motifs), np.zeros((total, len(motifs)), np.uint8)
        label[planted["sequence"], planted["motif"]] = 1
    bounds = np.cumsum([0, *split_sizes(total, parameters["split"])])
    splits = {}
    for split, low, high in zip(SPLITS, bounds[:-1], bounds[1:], strict=True):
        rows = planted[(planted["sequence"] >= low) & (planted["sequence"] < high)]
        truth = np.empty(len(rows), MOTIF_DTYPE)
        truth["sequence"] = rows["sequence"] - low
        truth["start"], truth["width"] = rows["start"], rows["width"]
        truth["motif_id"] = np.array([m.id for m in every], "S16")[rows["motif"]]
        truth["strand"] = np.where(rows["reverse"], b"-", b"+")
        splits[split] = Split(sequence[low:high], label[low:high], truth)
    also = "; in negatives also " + ", ".join(m.id for m in others) if others else ""
    return Dataset(
        **splits,
        targets=targets,
        name=name,
        source="simulated with planted motifs " + ", ".join(m.id for m in motifs.values()) + also,
        seed=parameters["seed"],
        versions=versions or {},
    )


def _draw(
    motifs: list[Motif], parameters: dict[str, Any], choices: int | np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Draw all sequences at once; as they are exchangeable, consecutive blocks can be the splits.

    `choices`, int (N, 1), is the number of motifs that each sequence's are drawn from, the first of
    `motifs`; None stands for all.
    """
    rng = np.random.default_rng([parameters["seed"], _STREAM])
    shape = (parameters["n_sequences"], parameters["length"])
    sequence = _draw_letters(rng, np.asarray(parameters["background"], float), shape)
    planted = _place(rng, motifs, parameters, len(motifs) if choices is None else choices)
    _plant(rng, sequence, planted, motifs)
    return sequence, planted


def _probabilities_of_counts(p_motifs: Sequence[float] | str) -> np.ndarray:
    return np.full(5, 0.2) if p_motifs == "uniform" else np.asarray(p_motifs, float)


def _check_room(parameters: dict[str, Any]) -> None:
    """Check that there is memory for the sequences and what is planted in them."""
    total, length = parameters["n_sequences"], parameters["length"]
    check_memory(
        total * (length + PER_SEQUENCE), f"{total:,} sequences of {length:,} nt", "lower n_sequences"
    )


def _draw_letters(rng: np.random.Generator, probabilities: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Draw codes, uint8; `probabilities` has the letters last and otherwise broadcasts to `shape`."""
    if np.ptp(probabilities) == 0:
        return rng.integers(0, 4, shape, np.uint8)
    limits = np.cumsum(probabilities, -1)[..., :-1]
    # 32 bits are drawn, so probabilities hold to 2**-24.
    uniform = rng.random(shape, np.float32)
    return (uniform[..., None] >= limits).sum(-1, dtype=np.uint8)


def _place(
    rng: np.random.Generator, motifs: list[Motif], parameters: dict[str, Any], choices: int | np.ndarray
) -> np.ndarray:
    """Choose motifs, strands and starts; return a record per planted motif, by sequence and start."""
    counts = _probabilities_of_counts(parameters["p_motifs"])
    total, length, gap = parameters["n_sequences"], parameters["length"], parameters["min_gap"]
    number = rng.choice(np.arange(1, len(counts) + 1), size=total, p=counts / counts.sum())
    most = len(counts)
    motif = rng.integers(0, choices, (total, most))
    reverse = rng.random((total, most)) < (0.5 if parameters["both_strands"] else 0.0)
    there = np.arange(most) < number[:, None]
    width = np.where(there, np.array([len(m.probabilities) for m in motifs])[motif], 0)
    free = length - width.sum(1) - gap * (number + 1)
    before = _draw_gaps(rng, number, free, most) + gap
    start = np.cumsum(before, 1) + np.cumsum(width, 1) - width
    planted = np.empty(number.sum(), PLANTED_DTYPE)
    planted["sequence"] = np.repeat(np.arange(total), number)
    for field, values in (("start", start), ("width", width), ("motif", motif), ("reverse", reverse)):
        planted[field] = values[there]
    return planted


def _draw_gaps(rng: np.random.Generator, number: np.ndarray, free: np.ndarray, most: int) -> np.ndarray:
    """Draw the gaps before each motif, int (N, most).

    number + 1 uniform draws are scaled to the free length and rounded, and drawn anew until the
    rounded values sum to it, as the papers' code does.
    """
    gaps = np.zeros((len(number), most), int)
    left = np.arange(len(number))
    used = np.arange(most + 1) <= number[:, None]
    while len(left):
        draws = rng.random((len(left), most + 1)) * used[left]
        rounded = np.round(draws / draws.sum(1, keepdims=True) * free[left, None]).astype(int)
        fits = rounded.sum(1) == free[left]
        gaps[left[fits]] = rounded[fits, :most]
        left = left[~fits]
    return gaps


def _plant(rng: np.random.Generator, sequence: np.ndarray, planted: np.ndarray, motifs: list[Motif]) -> None:
    """Overwrite the background with motif instances, in place."""
    for number, motif in enumerate(motifs):
        for reverse in (False, True):
            rows = planted[(planted["motif"] == number) & (planted["reverse"] == reverse)]
            # Complementing swaps A with T and C with G: the columns read backwards.
            columns = motif.probabilities[::-1, ::-1] if reverse else motif.probabilities
            instances = _draw_letters(rng, columns, (len(rows), len(columns)))
            positions = rows["start"][:, None] + np.arange(len(columns))
            sequence[rows["sequence"][:, None], positions] = instances
