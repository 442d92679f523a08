"""How well scores of positions point at planted motifs, sequence by sequence.

The scores may be attributions, activations of a layer or a scan with known motifs. Positives are the
positions where the sequence's model is informative, not the whole span of a motif. They are judged one
by one or, as motifs and windows need not have the same centre, as stretches: positives are widened by a
buffer, and each stretch of positives or of background counts once, with its highest score (Koo &
Ploenzke 2021, Ext. Data Fig. 1c, d).
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from ..core.errors import UserError
from .filter_tables import LOCALISATION_COLUMNS

# Bits above which a position is a positive, as in Koo & Ploenzke 2021.
INFORMATIVE = 0.01
BUFFERS = (5, 10, 15, 20)


def localise(
    scores: np.ndarray, information: np.ndarray, buffer: int | None = None, *, as_published: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Compare the scores of a sequence's positives with those of its background.

    Parameters
    ----------
    scores
        float (N, L), high where a motif is thought to be.
    information
        float (N, L), bits, as `planted_information` gives them.
    buffer
        None for positions; or judge stretches, with this many positions of tolerance, nt.
    as_published
        Bound stretches as the notebook does that the published values are from: see `_published_bounds`.

    Returns
    -------
    tuple of np.ndarray
        Area under the ROC curve and under the precision-recall curve, by the trapezoid rule, float64
        (N,). Without positives both are NaN; without background the first is NaN and the second 1.

    Raises
    ------
    UserError
        A score is NaN.
    """
    if scores.shape != information.shape:
        raise ValueError(f"scores {scores.shape} and information {information.shape} must both be (N, L)")
    if np.isnan(scores).any():
        raise UserError(
            f"{np.isnan(scores).any(axis=1).sum()} of {len(scores)} sequences have scores that are no numbers; the "
            "training has diverged"
        )
    planted = information > INFORMATIVE
    if buffer is None:
        return _areas(scores, planted, np.ones(planted.shape, bool))
    return _areas(*_stretches(scores, widen(planted, buffer), as_published))


def tabulate_scans(scans: Mapping[str, np.ndarray], information: np.ndarray) -> pd.DataFrame:
    """Judge the stretches of several scans of the same sequences, with each of `BUFFERS`.

    Parameters
    ----------
    scans
        Scores of each, as for `localise`.
    information
        As for `localise`.

    Returns
    -------
    pandas.DataFrame
        `LOCALISATION_COLUMNS`; a row per scan, kind of bounds and buffer:

        - `bounds`: `whole` stretches, or those `published`, see `localise`;
        - `sequences`: those for which the ROC curve is defined;
        - `auroc`, `aupr`: means over the sequences, each over those for which it is defined;
        - `auroc_sd`, `aupr_sd`: their population standard deviations, as in Koo & Ploenzke 2021.

    Raises
    ------
    UserError
        A score is NaN, or no sequence has both motifs and background.
    """
    rows = []
    for name, scores in scans.items():
        for bounds in ("whole", "published"):
            for buffer in BUFFERS:
                areas = localise(scores, information, buffer, as_published=bounds == "published")
                auroc, aupr = (area[~np.isnan(area)] for area in areas)
                if not len(auroc):
                    raise UserError("no sequence has both motifs and background, so nothing can be localised")
                rows.append(
                    (name, bounds, buffer, len(auroc), auroc.mean(), auroc.std(), aupr.mean(), aupr.std())
                )
    return pd.DataFrame(rows, columns=LOCALISATION_COLUMNS)


def widen(planted: np.ndarray, buffer: int) -> np.ndarray:
    """Mark every position whose window of `buffer` positions holds a marked one, bool (N, L).

    Position n has the window from n - buffer // 2 on, so that with an even width a stretch grows by one
    position more on its right.
    """
    length = planted.shape[1]
    padded = np.pad(planted, ((0, 0), (buffer // 2 + 1, buffer - buffer // 2 - 1)))
    before = np.cumsum(padded, axis=1)
    return before[:, buffer : buffer + length] > before[:, :length]


def _stretches(
    scores: np.ndarray, planted: np.ndarray, as_published: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the highest score of each stretch, whether it is planted, and whether there is one, all (N, K)."""
    found = [
        [
            (kind, row_scores[start:end].max())
            for kind in (True, False)
            for start, end in (_published_bounds if as_published else _bounds)(row, kind)
        ]
        for row, row_scores in zip(planted, scores, strict=True)
    ]
    width = max(map(len, found), default=0)
    values, labels = np.zeros((len(found), width)), np.zeros((len(found), width), bool)
    for row, stretches in enumerate(found):
        labels[row, : len(stretches)], values[row, : len(stretches)] = zip(*stretches, strict=True)
    return values, labels, np.arange(width) < np.array([len(row) for row in found])[:, None]


def _bounds(planted: np.ndarray, kind: bool) -> Iterator[tuple[int, int]]:
    """Yield the first position of each stretch of a kind and the one after its last."""
    change = np.flatnonzero(np.diff((planted == kind).astype(np.int8), prepend=0, append=0))
    yield from zip(change[::2].tolist(), change[1::2].tolist(), strict=True)


def _published_bounds(planted: np.ndarray, kind: bool) -> Iterator[tuple[int, int]]:
    """Yield bounds as task1_step7_PWM_scan_comparison of Koo & Ploenzke 2021 finds them.

    Its search for the end of a stretch begins too far right, by the end of the stretch before, so that
    from the second on a stretch may run into later ones. Where it finds no end, a planted stretch is left
    out, a stretch of background extends to the end of the sequence, and the search is over. Where it
    finds no further stretch, the last one counts once more, with an end that is searched for anew.
    """
    start = end = 0
    last = False
    while not last:
        of_kind = np.flatnonzero(planted[end:] == kind)
        # A single position, right at the end of the stretch before, is overlooked as well.
        last = not of_kind.any()
        if last and not end:
            return
        start = start if last else end + int(of_kind[0])
        others = np.flatnonzero(planted[end + start :] != kind)
        if others.any():
            end += start + int(others[0])
        elif kind:
            return
        else:
            end, last = len(planted), True
        yield start, end


def _areas(values: np.ndarray, labels: np.ndarray, there: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the areas under both curves of each row; entries that are not `there` do not count."""
    order = np.lexsort((-values, ~there), axis=-1)
    values, labels, there = (np.take_along_axis(array, order, axis=1) for array in (values, labels, there))
    # Equal scores are one point of a curve.
    point = there & np.hstack(
        [(values[:, 1:] != values[:, :-1]) | ~there[:, 1:], np.ones((len(values), 1), bool)]
    )
    true, false = np.cumsum(labels & there, axis=1), np.cumsum(~labels & there, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        recall, fallout = true / true[:, -1:], false / false[:, -1:]
        precision = true / (true + false)
    return _area(fallout, recall, point, 0), _area(recall, precision, point, 1)


def _area(x: np.ndarray, y: np.ndarray, point: np.ndarray, first: float) -> np.ndarray:
    """Return the area below straight lines through some points of each row and (0, `first`)."""
    place = np.maximum.accumulate(np.where(point, np.arange(x.shape[1]) + 1, 0), axis=1)
    before = np.hstack([np.zeros((len(x), 1), int), place[:, :-1]])
    x0 = np.take_along_axis(np.hstack([np.zeros((len(x), 1)), x]), before, axis=1)
    y0 = np.take_along_axis(np.hstack([np.full((len(x), 1), first), y]), before, axis=1)
    return np.where(point, (x - x0) * (y + y0) / 2, 0).sum(axis=1)
