"""Sequences to show to a trained network: of a FASTA file, around intervals of a genome, or of a dataset."""

import os
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..core.errors import UserError
from .dataset import read_dataset
from .peaks.genome import open_genome
from .peaks.intervals import fit_to_genome, read_intervals


class Sequences(NamedTuple):
    """Sequences, and where they lie.

    Attributes
    ----------
    codes
        uint8 (N, L), codes of `core.sequences`.
    places
        N rows of name, chrom, start (0-based) and strand: where the first letter of the strand + lies. A sequence
        that is not known to lie anywhere is a chromosome of its own.
    left_out
        How many intervals were left out, as a window around them extends beyond the end of their chromosome, or
        the genome does not have it.
    """

    codes: np.ndarray
    places: pd.DataFrame
    left_out: int = 0


def read_sequences(
    length: int,
    fasta: str | os.PathLike | None = None,
    bed: str | os.PathLike | None = None,
    genome: str | os.PathLike | None = None,
) -> Sequences:
    """Read a FASTA file, or the windows of `length` nt around the intervals of a BED file.

    Windows are centred on the summits of narrowPeaks, else on the middles of the intervals.

    Raises
    ------
    UserError
        Not exactly one of them is given; a file cannot be read; a sequence of the FASTA file has another length;
        the intervals do not fit the genome, or none is left.
    """
    if (fasta is None) == (bed is None) or (bed is None) != (genome is None):
        raise UserError("give either --fasta, or --bed with --genome")
    return _from_fasta(fasta, length) if fasta else _around_intervals(bed, genome, length)


def _from_fasta(path: str | os.PathLike, length: int) -> Sequences:
    with open_genome(path) as file:
        for name, found in file.lengths.items():
            if found != length:
                raise UserError(f"{name} in {path} has {found:,} nt, but the network takes {length:,} nt")
        codes = np.stack([file.codes(name) for name in file.lengths])
        return Sequences(codes, _nowhere(list(file.lengths)))


def _around_intervals(bed: str | os.PathLike, genome: str | os.PathLike, length: int) -> Sequences:
    with open_genome(genome) as file:
        intervals = read_intervals(bed)
        fitted, counts = fit_to_genome(intervals, bed, file.lengths, genome)
        start = fitted["summit"] - length // 2
        inside = (start >= 0) & (start + length <= fitted["chrom"].map(file.lengths))
        kept = fitted[inside]
        if not len(kept):
            raise UserError(
                f"{bed} has no interval around which {length:,} nt of {genome} could be taken; give others"
            )
        names = [f"{row.chrom}:{row.start}-{row.end}" for row in kept.itertuples()]
        places = pd.DataFrame(
            {"name": names, "chrom": kept["chrom"].to_numpy(), "start": start[inside].to_numpy()}
        )
        codes = np.stack(
            [file.codes(row.chrom, row.start, row.start + length) for row in places.itertuples()]
        )
        left_out = counts["not_in_genome"] + int((~inside).sum())
        return Sequences(codes, places.assign(strand="+"), left_out)


def sequences_of_test_split(
    dataset: str | os.PathLike, windows: str | os.PathLike | None = None
) -> Sequences:
    """Read the test split of a dataset, and where its windows lie, if windows.bed is given.

    Raises
    ------
    UserError
        A file cannot be read, or they do not belong together.
    """
    codes = read_dataset(dataset, splits=("test",)).test.sequence
    if not windows:
        return Sequences(codes, _nowhere([f"test_{row}" for row in range(len(codes))]))
    columns = ["chrom", "start", "end", "split", "score", "strand"]
    try:
        table = pd.read_csv(windows, sep="\t", names=columns, dtype={"chrom": str}, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise UserError(f"{windows} is not the windows.bed of a dataset ({error})") from None
    table = table[table["split"] == "test"]
    if len(table) != len(codes) or (table["end"] - table["start"] != codes.shape[1]).any():
        raise UserError(f"{windows} is not about {dataset}; give the windows.bed that was written with it")
    names = [f"{row.chrom}:{row.start}-{row.end}" for row in table.itertuples()]
    return Sequences(codes, table[["chrom", "start", "strand"]].assign(name=names).reset_index(drop=True))


def _nowhere(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"name": names, "chrom": names, "start": 0, "strand": "+"})
