"""The sequences whose attributions are shown as logos: chosen by rule, never by hand."""

from collections.abc import Iterable, Sequence

import numpy as np

from ..core.errors import UserError
from ..data.dataset import Split
from ..data.planted_motifs import planted_information
from ..data.planted_sites import planted_sites
from ..interpretation.attribution.attribution_file import AttributionFile
from ..interpretation.localisation import localise
from ..motifs.meme import Motif
from .figures.attribution_logos import Example, Row


def examples_of(
    files: Sequence[AttributionFile],
    methods: Sequence[str],
    networks: Sequence[str],
    test: Split,
    database: Iterable[Motif],
    choose: str,
    number: int,
) -> list[Example]:
    """Choose sequences, and put together what is drawn of them.

    Parameters
    ----------
    files, methods, networks
        A row of the figure each: its scores, and what its method and network are called.
    test
        The split that was explained.
    database
        Motifs that a simulated dataset's were taken from.
    choose, number
        As for `choose_examples`.

    Raises
    ------
    UserError
        There are no rows, there are more or fewer names than rows, or the rows are about different sequences.
    """
    if not files or not len(files) == len(methods) == len(networks):
        raise UserError(
            f"there are {len(files)} files of attributions, {len(methods)} methods and {len(networks)} networks; "
            "give one of each per row, at least one"
        )
    rows = files[0].sequence
    if any(not np.array_equal(one.sequence, rows) for one in files):
        raise UserError(
            "the files of attributions are about different sequences; give those of one dataset, target and number "
            "of sequences"
        )
    database = list(database)
    known = test.motif is not None or test.information is not None
    information = planted_information(test, database)[rows] if known else None
    areas = None if information is None else [areas_of(one, information) for one in files]
    examples = []
    for place in choose_examples(areas, len(rows), choose, number):
        notes = [
            "" if areas is None or np.isnan(area[place]) else f"{area[place]:.3f}" for area in areas or files
        ]
        examples.append(
            Example(
                title=f"Test sequence {rows[place] + 1}",
                codes=files[0].attributions.codes[place],
                sites=planted_sites(test, int(rows[place]), database),
                rows=[
                    Row(method, network, one.attributions.score[place], note)
                    for one, method, network, note in zip(files, methods, networks, notes, strict=True)
                ],
            )
        )
    return examples


def areas_of(file: AttributionFile, information: np.ndarray) -> np.ndarray:
    """Return the auROC of the planted positions of each sequence by its scores, float64 (N,), NaN without any."""
    return localise(file.attributions.score.astype(np.float64), information)[0]


def choose_examples(areas: Sequence[np.ndarray] | None, count: int, choose: str, number: int) -> np.ndarray:
    """Return which of `count` sequences to show, int64, at most `number`, in their order.

    Parameters
    ----------
    areas
        float64 (N,), `areas_of` each row of the figure; None where it is not known where motifs are.
    count
        N.
    choose
        `first`, the first ones; or `median`, those whose mean over `areas` is nearest to its median. Where that is not
        known, the first ones.
    number
        How many.
    """
    if choose == "median" and areas is not None:
        mean = np.mean(areas, axis=0)
        defined = np.flatnonzero(~np.isnan(mean))
        if len(defined):
            far = np.abs(mean[defined] - np.median(mean[defined]))
            return np.sort(defined[np.argsort(far, kind="stable")[:number]])
    return np.arange(min(number, count))
