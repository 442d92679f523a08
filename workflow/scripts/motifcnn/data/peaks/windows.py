"""A dataset of a user's own peaks: windows of the genome, labelled by the peaks in their middle.

Each bin with a positive (`labels`) becomes a longer window around it. Labels, blacklist and signal filter look at
the bin; the share of N is that of the window. Windows that extend beyond the end of a chromosome are dropped, as
padding would give that end away. A negative window touches no peak of any target, and its bin is one of a grid.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...core.errors import UserError
from ...core.sequences import N_CODE, reverse_complement
from ...core.splits import SPLITS, is_doubled
from ..dataset import stream_dataset
from .bins import Bins, check_track, count_in_windows, largest_count, touching, track_means
from .genome import Genome, open_genome
from .inputs import UNUSED, read_blacklist, read_peaks, split_of_chromosomes
from .labels import choose_centre, count_without_bin, label_places
from .negatives import draw_matched, gc_strata
from .remarks import lost_peaks

_STREAM = 5
Parameters = Mapping[str, Any]
Criterion = Callable[[np.ndarray], np.ndarray]
# Windows extracted at a time.
_ROWS = 8192


@dataclass(frozen=True)
class Windows:
    """Where the rows of a dataset come from.

    Attributes
    ----------
    rows
        A table of split, chrom, start, end (of the window) and strand, in the order of the dataset.
    counts
        Numbers of peaks, bins and windows, ready for JSON.
    """

    rows: pd.DataFrame
    counts: dict[str, Any]


def window_peaks(
    output: str | os.PathLike, parameters: Parameters, name: str, versions: Mapping[str, str] | None = None
) -> Windows:
    """Make dataset.h5 from peaks and a genome.

    The rows of a split are in the genome's order; its reverse complements, where asked for, follow as a
    second block in the same order. However many windows there are, one chromosome at a time is in memory.

    Parameters
    ----------
    output
        dataset.h5 to write.
    parameters
        The keys of a dataset of type peaks, complete with their defaults.
    name, versions
        As in `Dataset`.

    Raises
    ------
    UserError
        A file is missing, malformed or of another assembly, or too few windows are left.
    """
    with open_genome(parameters["genome"]) as genome:
        bins = Bins(genome.lengths, parameters["bin"], parameters["window"])
        split_of = split_of_chromosomes(parameters["chromosomes"], genome)
        places, label, counts = _choose(parameters, genome, bins, split_of)
        index = split_of[bins.locate(places)[0]]
        members = {split: index == number for number, split in enumerate(SPLITS)}
        counts["splits"] = _check_splits(parameters, label, members, counts)
        stream = stream_dataset(
            output,
            length=parameters["window"],
            targets=tuple(parameters["peaks"]),
            name=name,
            source=parameters["source"] or f"peaks in {Path(parameters['genome']).name}",
            seed=parameters["seed"],
            versions=dict(versions or {}),
        )
        tables = []
        with stream as dataset:
            for split, here in members.items():
                strands = "+-" if is_doubled(split, parameters["reverse_complement"]) else "+"
                for strand in strands:
                    for sequence in _extract(genome, bins, places[here], strand):
                        dataset.append(split, "sequence", sequence)
                    dataset.append(split, "label", label[here])
                    tables.append(_places(bins, places[here], split, strand))
    return Windows(pd.concat(tables, ignore_index=True), counts)


def _choose(
    parameters: Parameters, genome: Genome, bins: Bins, split_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """Return the centres of windows, int64 (N,) ascending, their labels, uint8 (N, T), and counts."""
    peaks, peak_counts = {}, {}
    for target, path in parameters["peaks"].items():
        peaks[target], peak_counts[target] = read_peaks(target, path, genome)
    centre = choose_centre(parameters["centre"], [count["with_summit"] for count in peak_counts.values()])
    places, label = label_places(peaks, bins, centre, parameters["min_overlap"])
    for target, number in count_without_bin(peaks, bins, places, label).items():
        peak_counts[target]["without_bin"] = number
    criteria = _criteria(parameters, genome, bins, split_of)
    positives, dropped = _usable(places, criteria)
    gc, n = _count_letters(genome, bins, positives)
    most_n = largest_count(parameters["max_n"], parameters["window"])
    dropped["too_many_n"] = int((n > most_n).sum())
    few = n <= most_n
    positives, strata = positives[few], gc_strata(gc[few], parameters["window"] - n[few])
    chosen, missing = positives[:0], 0
    if parameters["negatives"]:
        everywhere = pd.concat(peaks.values(), ignore_index=True)
        untouched = bins.grid[~touching(bins.grid, everywhere, bins, bins.flank)]
        candidates, _ = _usable(untouched, criteria)
        gc, n = _count_letters_of_grid(genome, bins, candidates)
        few = n <= most_n
        of_candidates = gc_strata(gc[few], parameters["window"] - n[few])
        chosen, missing = _draw_negatives(
            parameters, bins, split_of, positives, strata, candidates[few], of_candidates
        )
    counts = {
        "centre": centre,
        "bin": bins.width,
        "min_overlap": parameters["min_overlap"],
        "peaks": peak_counts,
        "bins_with_a_peak": len(places),
        "dropped": dropped,
        "negatives_missing": missing,
    }
    label = label[np.searchsorted(places, positives)]
    label = np.concatenate([label, np.zeros((len(chosen), len(peaks)), np.uint8)])
    both = np.concatenate([positives, chosen])
    order = np.argsort(both)
    return both[order], label[order], counts


def _criteria(
    parameters: Parameters, genome: Genome, bins: Bins, split_of: np.ndarray
) -> dict[str, Criterion]:
    """Return what bins must pass to become windows, positive or not, by the reason why others do not."""
    criteria: dict[str, Criterion] = {
        "chromosome_not_used": lambda places: split_of[bins.locate(places)[0]] != UNUSED,
        "window_over_chromosome_end": bins.has_window,
    }
    if (path := parameters["blacklist"]) and len(blacklist := read_blacklist(path, genome)):
        criteria["blacklisted"] = lambda places: ~touching(places, blacklist, bins)
    if signal := parameters["filter"]:
        check_track(signal["file"], genome.lengths, genome.path)
        least = np.float32(signal["min"])
        criteria["filtered"] = lambda places: track_means(signal["file"], bins, places) >= least
    return criteria


def _usable(places: np.ndarray, criteria: Mapping[str, Criterion]) -> tuple[np.ndarray, dict[str, int]]:
    """Return those of `places`, ascending, that meet all criteria, and how many of the rest fail which first."""
    dropped = {}
    for reason, met in criteria.items():
        passed = met(places)
        dropped[reason] = int((~passed).sum())
        places = places[passed]
    return places, dropped


def _by_chromosome(
    genome: Genome, bins: Bins, places: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield each chromosome's codes, the rows of `places` that lie on it, and where those bins start."""
    chromosome, start = bins.locate(places)
    order = np.argsort(chromosome, kind="stable")
    borders = np.searchsorted(chromosome[order], np.arange(len(bins.names) + 1))
    for index, name in enumerate(bins.names):
        rows = order[borders[index] : borders[index + 1]]
        if len(rows):
            yield genome.codes(name), rows, start[rows]


def _count_letters(genome: Genome, bins: Bins, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the letters of each window that are G or C, and those that are N: int64, shape of `places`, ascending."""
    counts = [np.empty((0, 2), np.int64)]
    for codes in _extract(genome, bins, places, "+"):
        counts.append(np.stack([((codes == 1) | (codes == 2)).sum(1), (codes == N_CODE).sum(1)], axis=1))
    gc, n = np.concatenate(counts).T
    return gc, n


def _count_letters_of_grid(genome: Genome, bins: Bins, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count as `_count_letters` does, int32, for many bins of the grid, whose windows are never all in memory."""
    gc, n = np.zeros((2, len(places)), np.int32)
    for codes, rows, start in _by_chromosome(genome, bins, places):
        gc[rows] = count_in_windows((codes == 1) | (codes == 2), bins, start)
        n[rows] = count_in_windows(codes == N_CODE, bins, start)
    return gc, n


def _draw_negatives(
    parameters: Parameters,
    bins: Bins,
    split_of: np.ndarray,
    positives: np.ndarray,
    strata: np.ndarray,
    candidates: np.ndarray,
    candidate_strata: np.ndarray,
) -> tuple[np.ndarray, int]:
    """Return negatives, matched to the positives of each split, and how many there are too few."""
    split, candidate_split = (split_of[bins.locate(places)[0]] for places in (positives, candidates))
    drawn, missing = [], 0
    for index in range(len(SPLITS)):
        here = candidate_split == index
        rng = np.random.default_rng([parameters["seed"], _STREAM, index])
        chosen, lacking = draw_matched(
            rng, strata[split == index], candidate_strata[here], parameters["negatives"]["ratio"]
        )
        drawn.append(candidates[here][chosen])
        missing += lacking
    return np.concatenate(drawn), missing


def _check_splits(
    parameters: Parameters, label: np.ndarray, members: Mapping, known: Mapping
) -> dict[str, Any]:
    """Count what each split holds; refuse splits on which nothing can be learned or measured."""
    counts = {}
    for split, here in members.items():
        names = parameters["chromosomes"][split]
        where = f"{split} ({', '.join(names)})" if names else split
        total, positive = int(here.sum()), label[here].sum(axis=0, dtype=np.int64)
        if not total:
            reasons = ", ".join(f"{reason} {number:,}" for reason, number in known["dropped"].items())
            raise UserError(
                f"no window is left for {where}; of all bins with a peak these were dropped: {reasons}; choose other "
                "chromosomes or loosen the filters"
            )
        by_target = dict(zip(parameters["peaks"], positive.tolist(), strict=True))
        if never := [target for target, number in by_target.items() if number == 0]:
            lost = lost_peaks(known, never[0])
            raise UserError(
                f"{never[0]} has no positive window in {where}; hold out other chromosomes, or leave the target out"
                + (f"; {lost}" if lost else "")
            )
        if always := [target for target, number in by_target.items() if number == total]:
            hint = (
                "raise negatives.ratio" if parameters["negatives"] else "add 'negatives: {kind: gc_matched}'"
            )
            raise UserError(
                f"{always[0]} is positive in all {total:,} windows of {where}: nothing to tell apart; {hint}"
            )
        counts[split] = {
            "windows": total,
            "negatives": int((label[here].sum(axis=1) == 0).sum()),
            "reverse_complements": total if is_doubled(split, parameters["reverse_complement"]) else 0,
            "positives": by_target,
        }
    return counts


def _extract(genome: Genome, bins: Bins, places: np.ndarray, strand: str) -> Iterator[np.ndarray]:
    """Yield the windows of bins, which are in ascending order, as codes: uint8 (n, window)."""
    for codes, _, start in _by_chromosome(genome, bins, places):
        every_window = np.lib.stride_tricks.sliding_window_view(codes, bins.window)
        for low in range(0, len(start), _ROWS):
            sequence = every_window[start[low : low + _ROWS] - bins.flank]
            yield sequence if strand == "+" else reverse_complement(sequence)


def _places(bins: Bins, places: np.ndarray, split: str, strand: str) -> pd.DataFrame:
    chromosome, start = bins.locate(places)
    columns = {"chrom": np.array(bins.names, object)[chromosome], "start": start - bins.flank}
    return pd.DataFrame(columns).assign(end=start + bins.width + bins.flank, split=split, strand=strand)
